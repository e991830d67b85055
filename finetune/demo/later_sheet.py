"""The facts of a later invoice: one language, mostly; other goods, companies, dates and captions than before."""

from . import invoices, words
from .invoices import ENGLISH_MONTHS, GERMAN_MONTHS, Sheet
from .later_captions import CAPTIONS, LANGUAGES
from .later_goods import company_name, goods_name
from .later_items import NOTES, UNIT_WORDS

OLD_CAPTIONS = {
    id(invoices.NUMBER_CAPTIONS): "number", id(invoices.ISSUE_CAPTIONS): "issued", id(invoices.DUE_CAPTIONS): "due", id(invoices.TOTAL_CAPTIONS): "total", id(invoices.NET_CAPTIONS): "net", id(invoices.TAX_CAPTIONS): "tax",
    id(invoices.OTHER_AMOUNTS): "other-amount", id(invoices.OTHER_NUMBERS): "other-number", id(invoices.OTHER_DATES): "other-date", id(invoices.CUSTOMER_CAPTIONS): "customer", id(invoices.VENDOR_CAPTIONS): "vendor",
}
OLD_HEADS = {"number": invoices.NUMBER_CAPTIONS, "issued": invoices.ISSUE_CAPTIONS, "due": invoices.DUE_CAPTIONS, "total": invoices.TOTAL_CAPTIONS, "customer": invoices.CUSTOMER_CAPTIONS, "vendor": invoices.VENDOR_CAPTIONS, "title": invoices.TITLES, "description": invoices.DESCRIPTION_HEADS, "quantity": invoices.QUANTITY_HEADS, "unit": invoices.PRICE_HEADS, "amount": invoices.AMOUNT_HEADS}
MONTHS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre", "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre", "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
}
LATER_DATES = ["{d:02} {M} {y}", "{M} {d:02}, {y}", "{M} {d} {y}", "{d}. {M} {y}", "{d}. {B} {y}", "{d:02}. {M} {y}", "{B}. {d}, {y}", "{d:02}/{B}/{y}", "{d}-{B}-{s:02}", "{d:02}-{B}-{s:02}", "{y}-{B}-{d:02}", "{y} {B} {d:02}", "{d}-{m}-{y}", "{m}/{d}/{y}", "{d}/{m}/{y}", "{m}-{d}-{y}", "{d:02}-{m:02}-{s:02}", "{d:02}/{m:02}/{s:02}", "{s:02}-{m:02}-{d:02}", "{y}{m:02}{d:02}", "{d} . {m} . {y}", "{d:02}. {m:02}. {y}", "{d}. {m}. {y}", "{y}/{m}/{d}", "{y}. {m}. {d}", "{y}年{m}月{d}日", "{d}{th} {M} {y}", "{M} {d}{th}, {y}", "{d} {B} '{s:02}", "{M}-{d}-{y}", "{d:02}{m:02}{y}", "{d} of {M} {y}", "{d} {M}, {y}"]
SEPARATORS = (": ", ": ", " ", "  ", ":   ", " → ", " is ", " = ", "\t", "\n", ":\t", " | ", " – ", "; ", " ~ ", " .. ", " .......... ", "_", " > ", ": ")


def _ordinal(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


class LaterSheet(Sheet):
    """A sheet of one language, with other goods, companies, dates and captions."""

    def __init__(self, forms):
        self.language = forms.rng.choice(LANGUAGES)
        self.mixed = forms.chance(0.12)
        self.later_date = forms.pick(LATER_DATES) if forms.chance(0.55) else None
        super().__init__(forms)
        rng = self.rng
        self.vendor = company_name(forms) if forms.chance(0.85) else self.vendor
        self.customer = company_name(forms) if forms.chance(0.6) else self.customer
        if forms.chance(0.5):
            self.separator = forms.pick(SEPARATORS)
        self.extra = rng.randint(100, max(200, self.net // 8)) if forms.chance(0.15) else 0
        self.total = self.money.number(self.net + self.tax + self.extra)

    def _date(self, day, month, year) -> str:
        if self.later_date is None:
            return super()._date(day, month, year)
        names = MONTHS[self.language].split() if self.language in MONTHS else GERMAN_MONTHS if self.language == "de" else ENGLISH_MONTHS
        name = names[month - 1]
        return self.later_date.format(d=day, m=month, y=year, s=year % 100, M=name, B=name[:3], th=_ordinal(day))

    def _lines(self) -> list[dict]:
        rng, forms, lines = self.rng, self.forms, []
        self.with_quantity = rng.random() < 0.78
        if rng.random() < 0.025:
            return lines
        scale = rng.choice((500, 3_000, 20_000, 150_000))
        style = rng.choice(("plain", "plain", "plain", "plain", "zeros", "parts"))
        word, rate = forms.pick(UNIT_WORDS), rng.choice((0, 5, 7, 8, 10, 19, 20, 21, 22, 25))
        count = rng.choice((1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 9, 10, 12))
        short = rng.random() < 0.3 or count > 5
        for _ in range(count):
            hundredths = 100 * rng.choice((1, 1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 24, 30, 50, 100, rng.randint(11, 400)))
            if style == "parts" and rng.random() < 0.5:
                hundredths = rng.choice((25, 50, 75, 125, 150, 250, 350, 450, 725, 1050, rng.randint(10, 3000)))
            unit = rng.randint(50, scale) if rng.random() < 0.7 else rng.randint(1, max(2, scale // 500)) * 500
            value = unit * hundredths // 100 if self.with_quantity else unit
            lines.append({
                "description": invoices.description(forms) if short or rng.random() < 0.15 else goods_name(forms), "quantity": self._quantity(hundredths, style) if self.with_quantity else None, "unit": self.money.number(unit), "amount": self.money.number(value), "value": value,
                "word": word if rng.random() < 0.8 else forms.pick(UNIT_WORDS), "code": words.code(rng), "rate": f"{rate} %" if rng.random() < 0.9 else "0 %", "note": forms.pick(NOTES), "date": "",
            })
        for line in lines:
            line["date"] = self._date(rng.randint(1, 28), rng.randint(1, 12), 2024)
        return lines

    def _quantity(self, hundredths: int, style: str) -> str:
        whole, part = divmod(hundredths, 100)
        if part == 0 and style != "zeros":
            return str(whole)
        shown = f"{part:02}" if style == "zeros" or part % 10 else str(part // 10)
        return f"{whole}{self.money.decimal}{shown}"

    def caption(self, captions) -> str:
        """Captions by name, or a list of the older invoices: four in five come from the new lists."""
        name = captions if isinstance(captions, str) else OLD_CAPTIONS.get(id(captions))
        language = self.rng.choice(LANGUAGES) if self.mixed else self.language
        if name is None or (name in OLD_HEADS and language in ("en", "de") and self.forms.chance(0.2)):
            return super().caption(captions if name is None else OLD_HEADS[name])
        caption = self.forms.pick(CAPTIONS[name][language])
        case = self.rng.random()
        return caption.upper() if case < 0.08 else caption.lower() if case < 0.13 else caption

    def pairs_of_head(self) -> list[tuple[str, str]]:
        rng, forms = self.rng, self.forms
        pairs = [(self.caption("number"), self.number)]
        if self.issued:
            pairs.append((self.caption("issued"), self.issued + (f" {rng.randint(7, 21)}:{rng.randint(10, 59)}" if forms.chance(0.04) else "")))
        if self.due:
            pairs.append((self.caption("due"), self.due))
        for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
            pairs.append((self.caption("other-number"), words.code(rng)))
        for date in self.other_dates[: rng.choice((0, 0, 0, 1, 1, 2))]:
            pairs.append((self.caption("other-date"), date))
        if forms.chance(0.7):
            rng.shuffle(pairs)
        return pairs
