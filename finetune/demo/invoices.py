"""Invoices: every value is placed in the text first, so the gold answer is known exactly.

Verbatim fields are copied as they stand. Captions, layouts, order, locales and distractors (the
customer, other numbers, net and tax amounts) are drawn independently.
"""

from . import words

LEGAL_FORMS = ["GmbH", "AG", "KG", "UG", "GmbH & Co. KG", "e.K.", "Ltd", "Ltd.", "Limited", "plc", "LLC", "Inc.", "Inc", "Corp.", "Co.", "& Co", "& Sons", "AB", "SA", "Sàrl", "B.V.", "OHG", "LLP", "KK", "Group", "Partners"]
TRADES = """Logistics Consulting Software Foods Trading Energy Media Design Print Systems Services Solutions Tools Motors Garden Books Studio Labs Textiles Optics
Marine Metal Paper Wood Glass Travel Events Catering Cleaning Security Transport Elektro Technik Bau Handel Druck Möbel Werkzeuge Büro Papier Reisen Verlag Garten Kaffee
Bakery Dental Pharma Sports Toys Music Film Fashion Interiors Plumbing Roofing Florist Brewery Supplies Express Cloud Data Networks Telecom""".split()
NOUNS = """cable lamp chair desk screw bolt filter pump valve battery charger screen keyboard mouse printer toner paper folder pen marker notebook bag box
pallet label tape glue paint brush roller ladder drill saw hammer hose pipe tile brick board panel door window lock key glass bottle cup plate fork knife
coffee tea sugar flour rice pasta oil soap towel mop bucket glove helmet jacket shirt boot carpet curtain shelf cabinet table sofa bed mattress pillow
sensor router switch antenna module license hosting backup training workshop repair inspection delivery installation maintenance cleaning translation
design consulting support transport storage rental insurance Schraube Lampe Stuhl Tisch Kabel Papier Ordner Reinigung Wartung Beratung Montage Lieferung
Software Lizenz Schulung Reparatur Miete Druckkosten Fahrtkosten Fracht Verpackung""".split()
ADJECTIVES = """small large long short heavy light blue red green black white grey steel wooden plastic leather cotton digital wireless premium basic standard
mobile organic spare used new double round flat yearly monthly weekly daily express on-site remote technical annual klein groß extra Nr.""".split()
UNITS = ["pcs", "pc", "h", "hrs", "kg", "Stk", "Stück", "x", "m", "units", "days", "box", "ea"]

NUMBER_CAPTIONS = [
    "Invoice no.", "Invoice number", "Invoice No", "Invoice #", "Invoice ID", "Inv. no.", "Inv #", "Bill no.", "Bill number", "Bill #", "Tax invoice no.", "Tax invoice number", "Invoice ref.", "Our invoice", "Document no.", "Document number", "Receipt no.", "Receipt number",
    "Receipt #", "Rechnungsnummer", "Rechnungsnr.", "Rechnungs-Nr.", "Rechnung Nr.", "Rechnung-Nr", "Re.-Nr.", "Belegnummer", "Beleg-Nr.", "Invoice", "INVOICE", "Rechnung", "Bill", "Facture no", "Invoice code", "Statement no.", "Invoice nr", "Doc. no.", "No.", "Number", "Nr.", "Invoice reference", "Fakturanummer", "Voucher no.", "Sales invoice no.",
]
ISSUE_CAPTIONS = [
    "Date", "Invoice date", "Date of issue", "Issue date", "Issued", "Issued on", "Bill date", "Billing date", "Dated", "Date issued", "Document date", "Tax point", "Created", "Created on", "Rechnungsdatum", "Datum", "Ausstellungsdatum", "Belegdatum", "Ausgestellt am", "vom", "Inv. date", "Receipt date", "Invoiced on", "Statement date", "Fakturadatum",
]
DUE_CAPTIONS = [
    "Due", "Due date", "Payment due", "Pay by", "Payable by", "Payable until", "Due on", "Due by", "Please pay by", "Payment due by", "Payment date", "To be paid by", "Settle by", "Fällig am", "Fälligkeit", "Zahlbar bis", "Fälligkeitsdatum", "Zahlungsziel", "Zu zahlen bis", "Deadline for payment", "Terms: due", "Last day of payment", "Förfallodatum",
]
TOTAL_CAPTIONS = [
    "Total", "TOTAL", "Grand total", "Total due", "Amount due", "Total amount", "Amount payable", "Balance due", "Total to pay", "To pay", "Invoice total", "Total incl. VAT", "Total incl. tax", "Total including tax", "Gross total", "Gross amount", "Payable", "Please pay", "Gesamtbetrag", "Gesamt", "Gesamtsumme", "Rechnungsbetrag", "Endbetrag", "Bruttobetrag", "Zu zahlen", "Summe brutto", "Gesamt brutto", "Zahlbetrag", "Sum payable", "Final amount", "You owe", "Att betala",
]
NET_CAPTIONS = ["Subtotal", "Sub-total", "Net", "Net amount", "Net total", "Total net", "Total excl. VAT", "Amount before tax", "Goods value", "Zwischensumme", "Netto", "Nettobetrag", "Summe netto", "Items total", "Before tax", "Sum of items", "Warenwert"]
TAX_CAPTIONS = ["VAT", "Tax", "Sales tax", "GST", "VAT amount", "MwSt.", "USt.", "Umsatzsteuer", "MwSt", "Tax amount", "Value added tax", "Moms", "Mehrwertsteuer"]
OTHER_AMOUNTS = ["Previous balance", "Last payment", "Last month", "Paid last year", "Credit limit", "Deposit paid earlier", "Alter Saldo", "Already settled", "Prior invoice total", "Account credit"]
OTHER_NUMBERS = ["Customer no.", "Customer ID", "Client number", "Order no.", "Order number", "Your order", "PO number", "P.O.", "Account no.", "Project", "Contract no.", "Delivery note", "Kundennummer", "Kunden-Nr.", "Bestellnummer", "Auftrag Nr.", "Lieferschein", "VAT ID", "VAT no.", "Tax number", "USt-IdNr.", "Steuernummer", "Quote no.", "Reference", "Your ref.", "Job", "Register no.", "Cost centre", "HRB", "Table", "Till"]
OTHER_DATES = ["Order date", "Delivery date", "Date of delivery", "Shipped", "Ordered on", "Service period from", "Lieferdatum", "Bestelldatum", "Leistungsdatum", "Printed", "Contract start", "Last payment on", "Member since"]
CUSTOMER_CAPTIONS = ["Bill to", "To", "Customer", "Invoice to", "Sold to", "Client", "Billed to", "Ship to", "Buyer", "Kunde", "Rechnung an", "An", "Empfänger", "Deliver to", "Attn", "c/o", "Recipient"]
VENDOR_CAPTIONS = ["From", "Vendor", "Seller", "Supplier", "Issued by", "Billed by", "Sold by", "Payee", "Pay to", "Invoice from", "Merchant", "Company", "Lieferant", "Verkäufer", "Von", "Absender", "Rechnungssteller", "Shop", "Biller"]
TITLES = ["Invoice", "INVOICE", "Tax invoice", "TAX INVOICE", "Bill", "Rechnung", "RECHNUNG", "Sales invoice", "Statement", "Receipt", "Invoice / Rechnung", "Your invoice", "Faktura", "I N V O I C E"]
DESCRIPTION_HEADS = ["Description", "Item", "Article", "Product", "Service", "Position", "Beschreibung", "Artikel", "Bezeichnung", "Leistung", "Details", "What"]
QUANTITY_HEADS = ["Qty", "Quantity", "Qty.", "Units", "Count", "Menge", "Anzahl", "No.", "Pcs", "Hours"]
PRICE_HEADS = ["Unit price", "Price", "Rate", "Each", "Einzelpreis", "Preis", "Unit", "Per unit", "E-Preis"]
AMOUNT_HEADS = ["Amount", "Total", "Line total", "Sum", "Betrag", "Gesamt", "Summe", "Net", "Value", "G-Preis", "Cost"]
NOISE = [
    "Thank you for your [business|order|custom|purchase][!|.]", "[Vielen Dank|Danke] für [Ihren Auftrag|Ihre Bestellung|Ihren Einkauf][!|.]", "[Page|Seite] {n}[ of {n}| von {n}|]", "[Phone|Tel.|Tel|Telephone][: | ]{phone}", "[E-mail|Mail|Web|Contact][: | ]{mail}", "IBAN[:|] {iban}",
    "[Bank details|Bank|Bankverbindung]: {iban}", "[Payment|Zahlung] [by bank transfer|by card|in cash|per Überweisung|bar][.|]", "[Please quote|State] the [invoice number|reference] [with your payment|when paying].", "[VAT ID|USt-IdNr.|VAT reg. no.][: | ]{vat}", "[Goods remain our property until paid in full|E. & O. E.|No returns after {n} days|Prices include delivery].",
    "[Questions|Any questions|Fragen]? [Call|Write to|Mail] {mail}", "[Served by|Your contact|Ihr Ansprechpartner|Clerk|Cashier][: | ]{person}", "[Discount|Skonto] {n} % [within {n} days|bei Zahlung in {n} Tagen]", "{street}", "[Registered in {town}|Amtsgericht {town} HRB {n}|Company no. {n}]", "[Late payments are charged {n} % interest|A fee of {n}.00 applies to late payments].", "***", "---", "==========",
    "[Delivery|Shipping] [by truck|by post|free of charge|frei Haus][.|]", "[Copy|Original|DUPLICATE|Kopie]", "[Branch|Filiale|Store|Till] {n}", "[Keep this document|Please keep for your records|Bitte aufbewahren][.|]", "[BIC|SWIFT] {letters}", "[Payment terms|Terms|Zahlungsbedingungen][: | ]{n} [days|days net|Tage|Tage netto]",
]

ENGLISH_MONTHS = "January February March April May June July August September October November December".split()
GERMAN_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
DATE_FORMS = ["{d:02}.{m:02}.{y}", "{y}-{m:02}-{d:02}", "{d:02}/{m:02}/{y}", "{m:02}/{d:02}/{y}", "{d}.{m}.{y}", "{d}.{m}.{s:02}", "{d:02}.{m:02}.{s:02}", "{M} {d}, {y}", "{d} {M} {y}", "{d}. {G} {y}", "{d:02}-{B}-{y}", "{B} {d}, {y}", "{d} {B} {y}", "{y}/{m:02}/{d:02}", "{d:02}-{m:02}-{y}", "{d}/{m}/{s:02}", "{B} {d:02} {y}", "{y}.{m:02}.{d:02}", "{d:02} {B} {s:02}", "{d:02}{B}{y}"]

NUMBER_FORMS = {"eu": (".", ","), "us": (",", "."), "plain-us": ("", "."), "plain-eu": ("", ","), "space": (" ", ","), "swiss": ("'", "."), "swiss-curly": ("\u2019", ".")}
CURRENCIES = {
    "EUR": (["€"], ["EUR"], ["Euro", "euros", "Euros"], ["eu", "us", "plain-us", "plain-eu", "space", "eu"]),
    "USD": (["$", "US$"], ["USD"], ["dollars", "US dollars", "US Dollar"], ["us", "us", "plain-us"]),
    "GBP": (["£"], ["GBP"], ["pounds", "pounds sterling", "British pounds"], ["us", "us", "plain-us"]),
    "CHF": (["CHF", "Fr.", "SFr."], ["CHF"], ["Swiss francs", "Franken", "Schweizer Franken"], ["swiss", "plain-us", "swiss-curly"]),
    "JPY": (["¥", "円"], ["JPY"], ["yen", "Japanese yen"], ["us", "plain-us"]),
    "SEK": (["kr", "Kr", "kr."], ["SEK"], ["kronor", "Swedish kronor"], ["space", "plain-eu", "eu", "space"]),
}


class Money:
    """How this document writes amounts: one number form, one way to show the currency."""

    def __init__(self, forms):
        rng = forms.rng
        self.currency = rng.choice(tuple(CURRENCIES)) if forms.chance(0.9) else None
        signs, codes, names, number_forms = CURRENCIES[self.currency or "EUR"]
        self.thousands, self.decimal = NUMBER_FORMS[rng.choice(number_forms)]
        self.decimals = 0 if self.currency == "JPY" else 2
        self.note = None
        self.before = self.after = ""
        self.items_marked = False
        if self.currency is None:
            return
        style = rng.random()
        mark = rng.choice(signs if rng.random() < 0.55 else codes)
        if style < 0.4:
            self.before = mark + rng.choice(("", " ") if len(mark) == 1 else (" ", " ", ""))
        elif style < 0.75:
            self.after = rng.choice(("", " ", " ")) + mark
        elif style < 0.85:
            self.after = " " + rng.choice(names)
        else:
            self.note = forms.fill("[All amounts in {c}|Currency: {c}|Währung: {c}|Amounts in {c}|Currency {c}|Alle Beträge in {c}|Prices in {c}|Billed in {c}]", {"c": rng.choice((rng.choice(codes), rng.choice(names), mark))})
        self.items_marked = (self.before or self.after) and rng.random() < 0.45 and len(self.before + self.after) < 5

    def number(self, value: int) -> str:
        """`value` in hundredths (in whole units for yen)."""
        if self.decimals == 0:
            return self._grouped(value)
        return f"{self._grouped(value // 100)}{self.decimal}{value % 100:02}"

    def _grouped(self, whole: int) -> str:
        return f"{whole:,}".replace(",", self.thousands)

    def shown(self, number: str) -> str:
        return f"{self.before}{number}{self.after}"

    def in_items(self, number: str) -> str:
        return self.shown(number) if self.items_marked else number


class Sheet:
    """The facts of one invoice and the small choices that hold for the whole document."""

    def __init__(self, forms):
        rng = forms.rng
        self.forms, self.rng, self.money = forms, rng, Money(forms)
        self.vendor = company(forms)
        self.customer = company(forms) if forms.chance(0.6) else words.person(rng)
        self.number = words.code(rng)
        self.date_form = forms.pick(DATE_FORMS)
        day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(2018, 2027)
        self.issued = self._date(day, month, year) if forms.chance(0.92) else None
        self.due = self._date(rng.randint(1, 28), month % 12 + 1, year + month // 12) if forms.chance(0.6) else None
        if self.due == self.issued:
            self.due = None
        self.other_dates = [self._date(rng.randint(1, 28), rng.randint(1, 12), year) for _ in range(2)]
        self.lines = self._lines()
        self.net = sum(line["value"] for line in self.lines) or rng.randint(500, 900_000)
        rate = rng.choice((0, 50, 70, 81, 77, 100, 190, 200, 210, 250))
        shown_rate = f"{rate // 10}" if rate % 10 == 0 else f"{rate // 10}{self.money.decimal}{rate % 10}"
        self.rate = shown_rate + rng.choice(("%", " %"))
        self.tax = self.net * rate // 1000
        self.total = self.money.number(self.net + self.tax)
        self.separator = forms.pick((": ", ":", " ", "  ", " : ", ":  ", " - ", "\t", " = ", ": ", " | ", ":\n", " .... "))

    def _date(self, day, month, year) -> str:
        return self.date_form.format(d=day, m=month, y=year, s=year % 100, M=ENGLISH_MONTHS[month - 1], G=GERMAN_MONTHS[month - 1], B=ENGLISH_MONTHS[month - 1][:3])

    def _lines(self) -> list[dict]:
        rng, lines = self.rng, []
        if rng.random() < 0.07:
            return lines
        with_quantity = rng.random() < 0.75
        scale = rng.choice((900, 6_000, 40_000, 150_000))
        for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 8))):
            quantity = rng.choice((1, 1, 2, 3, 4, 5, 6, 8, 10, 12, 20, 25, 40, 50, 100, rng.randint(1, 300))) if with_quantity else 1
            unit = rng.randint(100, scale)
            shown = str(quantity) if with_quantity else None
            value = unit * quantity
            if with_quantity and rng.random() < 0.06:
                half = rng.randint(1, 9)
                shown, value = f"{half}{self.money.decimal}5", unit * half + unit // 2
            lines.append({"description": description(self.forms), "quantity": shown, "unit": self.money.number(unit), "amount": self.money.number(value), "value": value})
        return lines

    def gold(self) -> dict:
        return {
            "vendor": self.vendor, "invoiceNumber": self.number, "issueDate": self.issued, "dueDate": self.due, "currency": self.money.currency, "total": self.total,
            "lineItems": [{"description": line["description"], "quantity": line["quantity"], "amount": line["amount"]} for line in self.lines],
        }

    def caption(self, captions) -> str:
        caption = self.forms.pick(captions)
        case = self.rng.random()
        if case < 0.08:
            return caption.upper()
        return caption.lower() if case < 0.14 else caption

    def pair(self, captions, value, separator=None) -> str:
        return self.caption(captions) + (separator or self.separator) + value

    def noise(self) -> str:
        rng = self.rng
        return self.forms.say(NOISE, {
            "n": lambda: str(rng.randint(1, 30)), "phone": lambda: words.phone(rng), "mail": lambda: words.mail_address(rng), "iban": lambda: words.iban(rng), "vat": lambda: rng.choice(("DE", "GB", "ATU", "CHE-")) + words.digits(rng, 8, 9),
            "person": lambda: words.person(rng), "street": lambda: words.street(rng), "town": lambda: rng.choice(words.CITIES), "letters": lambda: words.letters(rng, 8, 8),
        })


def company(forms) -> str:
    rng = forms.rng
    name = words.invented(rng) if rng.random() < 0.65 else words.plain_name(rng)
    form = rng.randrange(10)
    if form == 0:
        name = f"{rng.choice(words.LAST_NAMES)} {rng.choice(('&', 'and', 'und', '+'))} {words.invented(rng)}"
    elif form == 1:
        name = f"{name} {words.invented(rng)}"
    elif form == 2:
        name = f"{name}{rng.choice(('-', ''))}{words.invented(rng)}"
    elif form == 3:
        name = rng.choice(words.LAST_NAMES)
    elif form == 4:
        name = f"{rng.choice(words.FIRST_NAMES)}'s {rng.choice(TRADES)}"
    elif form == 5:
        name = f"{words.letters(rng, 2, 4)} {name}"
    if rng.random() < 0.5 and form != 4:
        name += " " + rng.choice(TRADES)
    if rng.random() < 0.75:
        name += " " + forms.pick(LEGAL_FORMS)
    return name.upper() if rng.random() < 0.1 else name


def description(forms) -> str:
    rng = forms.rng
    form = rng.randrange(9)
    noun = rng.choice(NOUNS) if rng.random() < 0.7 else words.invented(rng)
    if form <= 1:
        text = noun
    elif form <= 4:
        text = f"{rng.choice(ADJECTIVES)} {noun}"
    elif form == 5:
        text = f"{words.invented(rng)} {noun}"
    elif form == 6:
        text = f"{noun} {words.letters(rng, 1, 2)}{words.digits(rng, 1, 4)}"
    elif form == 7:
        text = f"{rng.choice(ADJECTIVES)} {noun} {rng.choice(('for', 'with', 'and', 'für', 'mit', '/', 'incl.'))} {rng.choice(NOUNS)}"
    else:
        text = f"{noun} {rng.choice(ENGLISH_MONTHS)}"
    return text[0].upper() + text[1:] if rng.random() < 0.7 else text


# --- Blocks: each returns a list of lines ------------------------------------------------------

def vendor_block(sheet) -> list[str]:
    lines = [sheet.vendor] if sheet.forms.chance(0.7) else [sheet.pair(VENDOR_CAPTIONS, sheet.vendor)]
    if sheet.forms.chance(0.4):
        lines.append(words.street(sheet.rng))
        if sheet.forms.chance(0.6):
            lines.append(words.town(sheet.rng))
    if len(lines) > 1 and lines[0] == sheet.vendor and sheet.forms.chance(0.25):
        return [sheet.forms.pick((", ", " - ", " | ", " * ", " · ")).join(lines)]
    return lines


def customer_block(sheet) -> list[str]:
    joint = sheet.forms.pick((": ", ":\n", " ", ":", "\n"))
    lines = (sheet.caption(CUSTOMER_CAPTIONS) + joint + sheet.customer).split("\n")
    if sheet.forms.chance(0.35):
        lines.append(words.street(sheet.rng))
    if sheet.forms.chance(0.35):
        lines.append(words.town(sheet.rng))
    return lines


def fact_pairs(sheet) -> list[tuple[str, str]]:
    """Captions and values of the head, with distractors between them."""
    pairs = [(sheet.caption(NUMBER_CAPTIONS), sheet.number)]
    if sheet.issued:
        pairs.append((sheet.caption(ISSUE_CAPTIONS), sheet.issued))
    if sheet.due:
        pairs.append((sheet.caption(DUE_CAPTIONS), sheet.due))
    for _ in range(sheet.rng.choice((0, 0, 1, 1, 2))):
        pairs.append((sheet.caption(OTHER_NUMBERS), words.code(sheet.rng)))
    if sheet.forms.chance(0.15):
        pairs.append((sheet.caption(OTHER_DATES), sheet.rng.choice(sheet.other_dates)))
    if sheet.forms.chance(0.6):
        sheet.rng.shuffle(pairs)
    return pairs


def facts_as_lines(sheet) -> list[str]:
    return [caption + sheet.separator + value for caption, value in fact_pairs(sheet)]


def facts_in_one_line(sheet) -> list[str]:
    separator = sheet.separator if "\n" not in sheet.separator else ": "
    return [sheet.forms.pick(("  ", " | ", ", ", "   ", " / ", "; ", "\t", " · ")).join(caption + separator + value for caption, value in fact_pairs(sheet))]


def facts_aligned(sheet) -> list[str]:
    pairs = fact_pairs(sheet)
    width = max(len(caption) for caption, _ in pairs) + sheet.rng.randint(1, 4)
    colon = sheet.forms.pick(("", ":", " :"))
    if sheet.forms.chance(0.3):
        return [f"{caption + colon:>{width}} {value}" for caption, value in pairs]
    return [f"{caption + colon:<{width + len(colon)}}{value}" for caption, value in pairs]


def facts_as_columns(sheet) -> list[str]:
    pairs = fact_pairs(sheet)
    separator = sheet.forms.pick((" | ", "\t", ";", " / "))
    return [separator.join(caption for caption, _ in pairs), separator.join(value for _, value in pairs)]


def facts_boxed(sheet) -> list[str]:
    edge = sheet.forms.pick(("| ", "* ", "- ", "# ", "> "))
    return [edge + caption + sheet.separator.replace("\n", " ") + value for caption, value in fact_pairs(sheet)]


def facts_as_heading(sheet) -> list[str]:
    """`Invoice 4711 of 12.03.2026`: the number in the title, dates behind it."""
    forms = sheet.forms
    head = forms.fill("[Invoice|Rechnung|Bill|INVOICE|Tax invoice|Receipt|Invoice no.|Rechnung Nr.|Faktura] ") + sheet.number
    if sheet.issued:
        head += forms.pick((" of ", " from ", " vom ", ", ", " / ", " dated ", " - ", " (", ", date ")) + sheet.issued
        head += ")" if " (" in head and "(" == head[-len(sheet.issued) - 1] else ""
    lines = [head]
    if sheet.due:
        lines.append(sheet.pair(DUE_CAPTIONS, sheet.due, " "))
    return lines


FACTS = [facts_as_lines, facts_as_lines, facts_in_one_line, facts_aligned, facts_as_columns, facts_boxed, facts_as_heading]


def items_as_table(sheet) -> list[str]:
    """Columns in a random order, with a pipe, tab or spaces between them."""
    forms, rng = sheet.forms, sheet.rng
    columns = ["description", "amount"]
    if sheet.lines[0]["quantity"]:
        columns.insert(rng.randint(0, 1), "quantity")
        if forms.chance(0.4):
            columns.insert(len(columns) - 1, "unit")
    if forms.chance(0.2):
        columns.insert(0, "position")
    if forms.chance(0.12) and "unit" not in columns:
        columns.remove("amount")
        columns.insert(rng.randint(0, len(columns)), "amount")
    heads = {"description": DESCRIPTION_HEADS, "quantity": QUANTITY_HEADS, "unit": PRICE_HEADS, "amount": AMOUNT_HEADS, "position": ["Pos", "#", "Pos.", "Nr", "Line"]}
    unit_word = forms.pick(UNITS) if forms.chance(0.2) else None
    rows = []
    for index, line in enumerate(sheet.lines):
        cells = {"description": line["description"], "quantity": line["quantity"] or "", "unit": sheet.money.in_items(line["unit"]), "amount": sheet.money.in_items(line["amount"]), "position": str(index + 1)}
        if unit_word and unit_word != "x":
            cells["quantity"] += " " + unit_word
        rows.append([cells[column] for column in columns])
    head = [forms.pick(heads[column]) for column in columns]
    if forms.chance(0.8):
        rows.insert(0, head)
    style = forms.pick(("pipe", "tab", "aligned", "semicolon", "wide", "markdown", "aligned", "dots", "justified"))
    if style == "aligned":
        widths = [max(len(row[at]) for row in rows) + rng.choice((1, 2, 2, 3)) for at in range(len(columns))]
        return ["".join(f"{cell:<{width}}" for cell, width in zip(row, widths)).rstrip() for row in rows]
    if style == "justified":
        widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
        return ["  ".join(f"{cell:<{width}}" if column == "description" else f"{cell:>{width}}" for cell, width, column in zip(row, widths, columns)).strip() for row in rows]
    if style == "markdown":
        lines = ["| " + " | ".join(row) + " |" for row in rows]
        return lines[:1] + ["|" + "---|" * len(columns)] + lines[1:] if rows[0] is head else lines
    joint = {"pipe": " | ", "tab": "\t", "semicolon": ";", "wide": "    ", "dots": " ... "}[style]
    return [joint.join(row) for row in rows]


ITEM_LINES = [
    "{q} x {d} {a}", "{q} {d} {a}", "{d} x {q} {a}", "{d} ({q}) {a}", "- {d}, {q} pcs: {a}", "* {q}x {d} = {a}", "{d}: {q} @ {u} = {a}", "{q} × {d} à {u}: {a}", "{d}\n  {q} x {u}  {a}", "{d}\n{q} @ {u}\n{a}", "{q} {w} {d}, {a}", "{d} - qty {q} - {a}", "{d} ... {q} ... {a}", "{q}  {d}  {u}  {a}",
    "{d}, Menge {q}, {a}", "{d}\nQty: {q}\nAmount: {a}", "Item: {d}; quantity: {q}; amount: {a}", "{a}  {q} x {d}", "+ {d} [{q}] {a}", "{d} / {q} / {a}",
]
ITEM_LINES_WITHOUT_QUANTITY = ["{d} {a}", "{d}: {a}", "- {d} {a}", "{d} .... {a}", "{d}  {a}", "* {d} - {a}", "{d}\n{a}", "{d} = {a}", "{a} {d}", "{d} ({a})", "{d}, {a}", "> {d} | {a}"]


def items_as_lines(sheet) -> list[str]:
    return _item_lines(sheet, sheet.forms.pick(ITEM_LINES if sheet.lines[0]["quantity"] else ITEM_LINES_WITHOUT_QUANTITY))


def _item_lines(sheet, template) -> list[str]:
    word = sheet.forms.pick(UNITS)
    texts = [template.format(q=line["quantity"], d=line["description"], a=sheet.money.in_items(line["amount"]), u=sheet.money.in_items(line["unit"]), w=word) for line in sheet.lines]
    return [line for text in texts for line in text.split("\n")]


def items_numbered(sheet) -> list[str]:
    mark = sheet.forms.pick((". ", ") ", " ", ": ", " - "))
    template = sheet.forms.pick(("{q} x {d}: {a}", "{d}, {q} pcs, {a}", "{d} ({q} units) {a}", "{d} | {q} | {a}") if sheet.lines[0]["quantity"] else ("{d}: {a}", "{d} {a}", "{d} - {a}", "{d} | {a}"))
    return [f"{index + 1}{mark}{line}" for index, line in enumerate(_item_lines(sheet, template))]


def items_as_prose(sheet) -> list[str]:
    forms = sheet.forms
    template = forms.pick(("{q} {w} of {d} for {a}", "{q} x {d} ({a})", "{q} {d} at {a}", "{d}, {q} times, {a}", "{q} of {d} ({a} in all)") if sheet.lines[0]["quantity"] else ("{d} ({a})", "{d} for {a}", "{d} at {a}", "{a} for {d}"))
    parts = _item_lines(sheet, template)
    text = parts[0] if len(parts) == 1 else ", ".join(parts[:-1]) + forms.pick((" and ", " and ", ", ", " und ", ", and ")) + parts[-1]
    return [forms.fill("[We delivered|You ordered|We charge you for|This covers|For|Wir berechnen|You bought|Items|Our services|In {n} we supplied]", {"n": forms.rng.choice(ENGLISH_MONTHS)}) + forms.pick((" ", ": ")) + text + forms.pick((".", ".", ""))]


ITEMS = [items_as_table, items_as_table, items_as_table, items_as_lines, items_as_lines, items_numbered, items_as_prose]


def items_block(sheet) -> list[str]:
    return sheet.forms.pick(ITEMS)(sheet) if sheet.lines else []


def totals_block(sheet) -> list[str]:
    forms, money = sheet.forms, sheet.money
    pairs = []
    if forms.chance(0.55):
        pairs.append((sheet.caption(NET_CAPTIONS), money.number(sheet.net)))
    if forms.chance(0.55):
        pairs.append((sheet.caption(TAX_CAPTIONS) + forms.pick((" ", " (", " @ ", ", ")) + sheet.rate, money.number(sheet.tax)))
        if "(" in pairs[-1][0]:
            pairs[-1] = (pairs[-1][0] + ")", pairs[-1][1])
    if forms.chance(0.12):
        pairs.append((sheet.caption(OTHER_AMOUNTS), money.number(forms.rng.randint(100, 300_000))))
    pairs.insert(len(pairs) if forms.chance(0.85) else 0, (sheet.caption(TOTAL_CAPTIONS), sheet.total))
    everywhere = forms.chance(0.6)
    shown = [(caption, money.shown(value) if everywhere or value is sheet.total else value) for caption, value in pairs]
    style = forms.pick(("lines", "lines", "aligned", "one", "pipes", "right", "dotted", "justified"))
    if style == "aligned":
        width = max(len(caption) for caption, _ in shown) + forms.rng.randint(1, 4)
        return [f"{caption:<{width}}{value}" for caption, value in shown]
    if style == "dotted":
        width = max(len(caption) for caption, _ in shown) + forms.rng.randint(3, 9)
        return [f"{caption + ' ':.<{width}} {value}" for caption, value in shown]
    if style == "justified":
        wide, narrow = max(len(caption) for caption, _ in shown) + 2, max(len(value) for _, value in pairs)
        mark = money.before.strip() or money.after.strip()
        return [f"{caption:<{wide}}{mark} {value:>{narrow}}" for caption, value in pairs]
    if style == "right":
        width = max(len(value) for _, value in shown)
        return [f"{caption} {value:>{width}}" for caption, value in shown]
    if style == "one":
        separator = sheet.separator if "\n" not in sheet.separator else ": "
        return [forms.pick((", ", "  ", " | ", "; ", " / ")).join(caption + separator + value for caption, value in shown)]
    if style == "pipes":
        return [f"| {caption} | {value} |" for caption, value in shown]
    return [caption + sheet.separator + value for caption, value in shown]


def noise_block(sheet) -> list[str]:
    return [sheet.noise() for _ in range(sheet.rng.choice((1, 1, 2)))]


def title_block(sheet) -> list[str]:
    return [sheet.forms.pick(TITLES)]


# --- Layouts -----------------------------------------------------------------------------------

def _join(sheet, blocks) -> str:
    joint = sheet.forms.rng.choice(("\n", "\n\n", "\n\n", "\n"))
    lines = [block if isinstance(block, str) else "\n".join(block) for block in blocks]
    if sheet.money.note:
        lines.insert(sheet.rng.randint(1, len(lines)), sheet.money.note)
    for _ in range(sheet.rng.choice((0, 0, 0, 1, 1, 2))):
        lines.insert(sheet.rng.randint(0, len(lines)), sheet.noise())
    return joint.join(line for line in lines if line)


def standard_sheet(sheet) -> str:
    head = [vendor_block(sheet)]
    if sheet.forms.chance(0.55):
        head.append(title_block(sheet))
    middle = [sheet.forms.pick(FACTS)(sheet)]
    if sheet.forms.chance(0.7):
        middle.append(customer_block(sheet))
    if sheet.forms.chance(0.4):
        sheet.rng.shuffle(head)
    if sheet.forms.chance(0.5):
        sheet.rng.shuffle(middle)
    return _join(sheet, head + middle + [items_block(sheet), totals_block(sheet)])


def vendor_in_footer(sheet) -> str:
    middle = [sheet.forms.pick(FACTS)(sheet), customer_block(sheet)]
    sheet.rng.shuffle(middle)
    footer = [sheet.vendor]
    if sheet.forms.chance(0.7):
        footer.append(sheet.forms.rng.choice((words.street, words.iban, words.phone, words.mail_address))(sheet.rng))
    if sheet.forms.chance(0.5):
        footer.append(sheet.forms.rng.choice((words.town, words.phone, words.mail_address))(sheet.rng))
    joint = sheet.forms.pick((" | ", " - ", "\n", ", ", " · ", " * "))
    return _join(sheet, ([title_block(sheet)] if sheet.forms.chance(0.7) else []) + middle + [items_block(sheet), totals_block(sheet), joint.join(footer)])


def parties_first(sheet) -> str:
    vendor = sheet.pair(VENDOR_CAPTIONS, sheet.vendor)
    customer = sheet.pair(CUSTOMER_CAPTIONS, sheet.customer)
    parties = [vendor, customer]
    sheet.rng.shuffle(parties)
    facts = sheet.forms.pick(FACTS)(sheet)
    blocks = ["\n".join(parties), facts, items_block(sheet), totals_block(sheet)]
    if sheet.forms.chance(0.3):
        blocks[0], blocks[1] = blocks[1], blocks[0]
    if sheet.forms.chance(0.4):
        blocks.insert(0, title_block(sheet))
    return _join(sheet, blocks)


def letter(sheet) -> str:
    forms = sheet.forms
    slots = {"v": sheet.vendor, "c": sheet.customer, "n": sheet.number, "i": sheet.issued or "", "d": sheet.due or "", "t": sheet.money.shown(sheet.total)}
    greeting = forms.fill("[Dear {c}|Hello {c}|Dear customer|Dear Sir or Madam|Guten Tag {c}|Good day|Hi|To {c}][,|:|]", slots)
    opening = forms.fill("[please find below|here is|we send you|this is|attached you find|hiermit erhalten Sie|enclosed is|you receive] [our invoice|invoice|the invoice|our bill|bill|unsere Rechnung|invoice number] {n}", slots)
    if sheet.issued:
        opening += forms.fill("[ of| dated| from| issued on| issued| vom| (date:] {i}", slots)
        opening += ")" if "(date:" in opening else ""
    opening += "."
    amount = forms.fill("[The total is|The amount due is|Please pay|Please transfer|Kindly remit|In total you owe us|The total amount comes to|The sum payable is|Bitte überweisen Sie|Der Gesamtbetrag ist|Altogether|We ask you to pay] {t}", slots)
    if sheet.due:
        amount += forms.fill("[ by| until| before| not later than| bis zum| on or before|, due on|, payable by|, due] {d}", slots)
    amount += "."
    closing = forms.fill("[Kind regards|Regards|Yours sincerely|Best regards|Mit freundlichen Grüßen|Sincerely|Best wishes|Cheers|Yours][,|]\n", slots) + ((words.person(sheet.rng) + "\n") if forms.chance(0.3) else "") + sheet.vendor
    body = [opening, "\n".join(items_block(sheet)), amount]
    if forms.chance(0.25):
        body[1], body[2] = body[2], body[1]
    net = [f"{sheet.caption(NET_CAPTIONS)}{': '}{sheet.money.number(sheet.net)}"] if forms.chance(0.3) else []
    return _join(sheet, [greeting, *body, *net, closing])


def e_mail(sheet) -> str:
    forms = sheet.forms
    head = [forms.pick(("From", "Sender", "Von", "from")) + ": " + sheet.vendor + (f" <{words.mail_address(sheet.rng)}>" if forms.chance(0.6) else "")]
    if forms.chance(0.6):
        head.append(forms.pick(("To", "An", "to", "Cc")) + ": " + sheet.customer)
    subject_has_number = forms.chance(0.5)
    head.append(forms.pick(("Subject", "Betreff", "Re", "SUBJECT")) + ": " + forms.fill("[Invoice|Your invoice|Rechnung|Bill|New invoice|Invoice no.|Ihre Rechnung]") + (" " + sheet.number if subject_has_number else ""))
    lines = []
    if not subject_has_number:
        lines.append(sheet.pair(NUMBER_CAPTIONS, sheet.number))
    if sheet.issued:
        if forms.chance(0.5):
            head.append(forms.pick(("Date", "Sent", "Datum", "sent")) + ": " + sheet.issued)
        else:
            lines.append(sheet.pair(ISSUE_CAPTIONS, sheet.issued))
    if sheet.due:
        lines.append(sheet.pair(DUE_CAPTIONS, sheet.due))
    return _join(sheet, ["\n".join(head), "\n".join(lines), items_block(sheet), totals_block(sheet)])


def receipt(sheet) -> str:
    forms = sheet.forms
    facts = fact_pairs(sheet)
    items = items_as_lines(sheet) if sheet.lines else []
    rule = forms.pick(("-" * 12, "=" * 12, "", "*" * 8, "- - - -", "_" * 8))
    head = [sheet.vendor]
    if forms.chance(0.6):
        head.append(words.street(sheet.rng))
    separator = forms.pick((" ", ": ", ":", "  "))
    facts_lines = [caption + separator + value for caption, value in facts]
    blocks = [head, facts_lines, [rule], items, [rule], totals_block(sheet)]
    if forms.chance(0.4):
        blocks = [head, [rule], items, [rule], totals_block(sheet), facts_lines]
    return _join(sheet, blocks)


def key_value_dump(sheet) -> str:
    """Fields of an export: `key=value`, YAML-like, XML-like, in any order."""
    forms = sheet.forms
    keys = forms.pick((
        ("vendor", "invoice_no", "date", "due", "total", "customer"), ("seller", "number", "issued", "payable_by", "gross", "buyer"), ("supplier", "invoiceId", "invoiceDate", "dueDate", "amountDue", "client"),
        ("VENDOR", "INVOICE", "DATE", "DUE", "TOTAL", "CUSTOMER"), ("Lieferant", "Rechnungsnr", "Datum", "Faellig", "Summe", "Kunde"), ("from", "doc_no", "doc_date", "due_date", "grand_total", "to"),
    ))
    values = [sheet.vendor, sheet.number, sheet.issued, sheet.due, sheet.money.shown(sheet.total), sheet.customer]
    pairs = [(key, value) for key, value in zip(keys, values) if value]
    if forms.chance(0.5):
        pairs.append((forms.pick(("subtotal", "net", "vat", "tax", "netto", "vat_amount")), sheet.money.number(sheet.net)))
    if forms.chance(0.6):
        forms.rng.shuffle(pairs)
    style = forms.pick(("{}={}", "{}: {}", "<{0}>{1}</{0}>", "{} -> {}", "[{}] {}", "{}\t{}", "{} := {}"))
    items = items_block(sheet)
    return _join(sheet, ["\n".join(style.format(key, value) for key, value in pairs), items] if forms.chance(0.7) else [items, "\n".join(style.format(key, value) for key, value in pairs)])


def scrambled(sheet) -> str:
    """Blocks in any order, as text from a PDF may come."""
    blocks = [vendor_block(sheet), sheet.forms.pick(FACTS)(sheet), items_block(sheet), totals_block(sheet)]
    if sheet.forms.chance(0.6):
        blocks.append(customer_block(sheet))
    if sheet.forms.chance(0.3):
        blocks.append(title_block(sheet))
    sheet.rng.shuffle(blocks)
    return _join(sheet, blocks)


def two_columns(sheet) -> str:
    """Vendor and facts side by side."""
    left = vendor_block(sheet)
    if sheet.forms.chance(0.5):
        left += customer_block(sheet)
    right = [line.strip() for line in facts_as_lines(sheet) for line in line.split("\n")]
    gap = sheet.forms.pick(("   ", "      ", " | ", "\t", "    "))
    width = max(len(line) for line in left) if sheet.forms.chance(0.5) else 0
    rows = []
    for at in range(max(len(left), len(right))):
        cells = [left[at] if at < len(left) else "", right[at] if at < len(right) else ""]
        rows.append(f"{cells[0]:<{width}}{gap}{cells[1]}".rstrip() if cells[1] else cells[0])
    return _join(sheet, ["\n".join(rows), items_block(sheet), totals_block(sheet)])


LAYOUTS = [standard_sheet, standard_sheet, vendor_in_footer, parties_first, letter, e_mail, receipt, key_value_dump, scrambled, two_columns]


def invoice(forms) -> tuple[str, dict]:
    """One invoice: its text and its fields. Every verbatim value is a substring of the text."""
    while True:
        sheet = Sheet(forms)
        text = forms.pick(LAYOUTS)(sheet).strip()
        if len(text) > 600:
            continue
        if forms.chance(0.1):
            text = text.replace("\n\n", "\n")
        gold = sheet.gold()
        if forms.chance(0.05):
            text, gold = text.upper(), in_capitals(gold)
        if all(stands_in(text, value) for value in verbatim_values(gold)):
            return text, gold


def in_capitals(gold: dict) -> dict:
    def capitals(value):
        return value and value.upper()

    return {
        **{name: capitals(value) for name, value in gold.items() if name != "lineItems"},
        "lineItems": [{name: capitals(value) for name, value in line.items()} for line in gold["lineItems"]],
    }


def verbatim_values(gold):
    yield from (gold[name] for name in ("vendor", "invoiceNumber", "issueDate", "dueDate", "total"))
    for line in gold["lineItems"]:
        yield from (line["description"], line["quantity"], line["amount"])


def stands_in(text: str, value) -> bool:
    return value is None or (value in text and value == value.strip() and len(value) <= 80)
