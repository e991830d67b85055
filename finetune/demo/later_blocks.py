"""The parts of a later invoice: each function returns lines of text."""

from . import words
from .later_captions import entries
from .later_goods import company_name
from .later_items import LATER_ITEMS


def address(sheet) -> list[str]:
    rng = sheet.rng
    return [line for line, share in ((words.street(rng), 0.7), (words.town(rng), 0.7), (words.phone(rng), 0.15), (words.mail_address(rng), 0.15)) if rng.random() < share]


def party(sheet, name: str, value: str, captioned: float) -> list[str]:
    lines = [value]
    if sheet.forms.chance(captioned):
        lines = (sheet.caption(name) + sheet.forms.pick((": ", ":\n", " ", "\n", ":", " - ", " = ", "  ", ":\t")) + value).split("\n")
    if sheet.forms.chance(0.08):
        lines.append(words.person(sheet.rng))
    lines += address(sheet) if sheet.forms.chance(0.5) else []
    return [", ".join(lines)] if sheet.forms.chance(0.12) and len(lines[0]) > 3 and value == lines[0] else lines


def other_parties(sheet) -> list[str]:
    """Names that are neither: carriers, banks, people."""
    rng = sheet.rng
    return [sheet.forms.fill("[Carrier: {c}|Shipped by {c}|Bank: {c} Bank|Our bank: {c} Sparkasse|Insured with {c}|Delivery by {c}|Project: {i}|Managing director: {f}|Geschäftsführer: {f}|Contact person: {f}|Sachbearbeiter: {f}|Sales rep: {f}|Software by {c}|powered by {i}.com|A member of {c}|Partner of {c}|Spedition {i}|Tax adviser: {f}|Prepared by {f}|Bearbeitet von {f}|Signed: {f}|Website www.{i}.com|Payment via {i}Pay|Factoring by {c}|Your adviser is {f}]", {"c": lambda: company_name(sheet.forms), "f": lambda: words.person(rng), "i": lambda: words.invented(rng)})]


def head_facts(sheet) -> list[str]:
    forms, pairs = sheet.forms, sheet.pairs_of_head()
    style = forms.pick(("each line", "each line", "each line ", "joined", "joined ", "right edge", "head row", "framed", "below each other", "sentence"))
    if style.startswith("joined"):
        separator = sheet.separator if "\n" not in sheet.separator else ": "
        return [forms.pick(("   ", " | ", ", ", " • ", " / ", "; ", "\t", " – ", " || ", " ... ")).join(caption + separator + value for caption, value in pairs)]
    if style == "right edge":
        width = max(len(caption) + len(value) for caption, value in pairs) + forms.rng.randint(2, 6)
        return [caption + value.rjust(width - len(caption), forms.rng.choice("  ._")) for caption, value in pairs]
    if style == "head row":
        joint = forms.pick((" │ ", "  |  ", ", ", "     ", "|", " : ", "\t\t"))
        return [joint.join(caption for caption, _ in pairs), joint.join(value for _, value in pairs)]
    if style == "framed":
        return [f"| {caption} | {value} |" for caption, value in pairs]
    if style == "below each other":
        return [part for pair in pairs for part in pair]
    if style == "sentence":
        return [". ".join(f"{caption} {value}" for caption, value in pairs) + "."]
    return [caption + sheet.separator + value for caption, value in pairs]


def items_of(sheet) -> list[str]:
    return sheet.forms.pick(LATER_ITEMS)(sheet) if sheet.lines else []


def sums(sheet) -> list[str]:
    forms, money, rng = sheet.forms, sheet.money, sheet.rng
    pairs = [(sheet.caption("net"), money.number(sheet.net))] if forms.chance(0.6) else []
    if sheet.extra:
        pairs.append((sheet.caption("extra-charge"), money.number(sheet.extra)))
    if forms.chance(0.65):
        shown = forms.pick((" {}", " ({})", " {} of {n}", ", {}", " @{}", " [{}]", " {} on {n}")).format(sheet.rate, n=money.number(sheet.net))
        pairs.append((sheet.caption("tax") + shown, money.number(sheet.tax)))
    others = [(sheet.caption("other-amount"), money.number(rng.randint(100, 300_000))) for _ in range(rng.choice((0, 0, 0, 1, 2)))]
    pairs.insert(len(pairs) if forms.chance(0.88) else 0, (sheet.caption("total"), sheet.total))
    pairs = pairs + others if forms.chance(0.5) else others + pairs
    everywhere = forms.chance(0.6)
    shown = [(caption, money.shown(value) if everywhere or value is sheet.total else value) for caption, value in pairs]
    style = forms.pick(("each", "each ", "each  ", "far right", "far right ", "joined", "table", "two lines", "filled"))
    if style.startswith("far right"):
        width = max(len(caption) + len(value) for caption, value in shown) + rng.randint(2, 10)
        return [caption + value.rjust(width - len(caption)) for caption, value in shown]
    if style == "filled":
        width = max(len(caption) + len(value) for caption, value in shown) + rng.randint(4, 10)
        fill = rng.choice("._-")
        return [f"{caption} {(' ' + value).rjust(width - len(caption), fill)}" for caption, value in shown]
    if style == "joined":
        separator = sheet.separator if "\n" not in sheet.separator else ": "
        return [forms.pick(("   ", " + ", " • ", "; ", " / ", "\t", " – ", ", ")).join(caption + separator + value for caption, value in shown)]
    if style == "table":
        joint = forms.pick((" │ ", "|", "\t", ";", " : ", "   |   "))
        return [joint.join(pair) for pair in shown]
    if style == "two lines":
        return [part for pair in shown for part in pair]
    return [caption + sheet.separator + value for caption, value in shown]


SMALL_PRINT = entries("We look forward to your next order.|It was a pleasure working with you.|Please transfer the amount without deduction.|All prices are net prices.|All sales final.|Customer copy|Merchant copy|Payable within {n} days.|Payment within {n} days of receipt, net.|{n} days net|Zahlbar innerhalb von {n} Tagen ohne Abzug.|Bei Zahlung innerhalb von {n} Tagen {n} % Skonto.|Es gelten unsere AGB.|Die Ware bleibt bis zur vollständigen Bezahlung unser Eigentum.|Kleinunternehmer gemäß § 19 UStG.|Steuerschuldnerschaft des Leistungsempfängers|Umsatzsteuerfrei|Wir danken für Ihr Vertrauen.|Bei Fragen sind wir gern für Sie da.|Opening hours: Mon-Fri {n}-{n}|Follow us online|You were served by no. {n}|Reverse charge applies.|VAT exempt|Merci de votre confiance.|Bedankt voor uw bestelling.|Gracias por su compra.|Grazie per l'acquisto.|Tack för ditt köp!|Paid by card ending {d}|Card **** {d}|Contactless|Account {d}|Sort code {n}-{n}-{n}|BLZ {d}|Konto {d}|Bankgiro {d}|Weight {n} kg|{n} parcels|{n} items|Number of lines: {n}|Approved|Draft|Reprint|Reminder: none|Second copy|Sheet {n}|Questions about this bill? {p}|Fax {p}|Hotline {p}|Mobile {p}|{p}|Ust-Id {d}|Register court {x}|Gerichtsstand {x}|Place of delivery: {x}|Incoterms DAP {x}|{x}|ISO {d} certified|www.example.com|Document created automatically and valid without signature.|Maschinell erstellt, ohne Unterschrift gültig.|=====|+++|_________|. . . . .")


def small_print(sheet) -> str:
    rng = sheet.rng
    if sheet.forms.chance(0.25):
        return sheet.noise()
    return sheet.forms.say(SMALL_PRINT, {"n": lambda: str(rng.randint(2, 45)), "d": lambda: words.digits(rng, 4, 9), "p": lambda: words.phone(rng), "x": lambda: rng.choice(words.CITIES)})


def bank_block(sheet) -> list[str]:
    """Who gets the money is the vendor again."""
    return [f"{sheet.caption('vendor') if sheet.forms.chance(0.6) else 'Account holder'}: {sheet.vendor}", words.iban(sheet.rng)]
