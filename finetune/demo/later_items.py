"""More ways to set out the lines of an invoice: each function returns lines of text."""

from . import words
from .later_captions import entries

UNIT_WORDS = entries("piece|pieces|pce|pcs.|each|set|sets|pair|pk|pack|packs|boxes|bottles|roll|rolls|bags|hour|hours|hr|day|night|nights|month|months|km|litres|l|g|m²|sqm|Std.|Std|Stk.|Paar|Pkg.|Pck|Karton|Rolle|Fl.|Tag|Monat|Monate|psch|pauschal|lfm|qm|t|pers.|users|seats|licences|pages|words|st|stuks|uds|pz|unités|timmar")
CODE_HEADS = entries("SKU|Code|Art.|Art. no.|Art.-Nr.|Article no.|Item no.|Item code|Product code|Product no.|Artikelnr.|Bestellnr.|EAN|Part no.|Ref.|Model|Réf.|Artnr")
POSITION_HEADS = entries("Pos. no.|Item #|Ln|Line no.|lfd. Nr.|S.No|Sr.|Row|No|n°|Zeile|Nº|P.|Posten Nr.")
TAX_HEADS = entries("VAT %|VAT rate|Tax %|Tax rate|MwSt. %|USt %|Steuersatz|TVA %|BTW %|IVA %|Moms %|T|Tax code|GST %")
DATE_HEADS = entries("Service date|Day|Tag|Leistung vom|Booked|Delivered|Performed|Fecha|Dag|Date of work|am")
UNIT_HEADS = entries("UoM|U/M|Unit type|Einh.|ME|Einheit|Meas.|Mengeneinheit|Packaging")
NOTES = entries("incl. delivery|as agreed by phone|ordered by telephone|special price|made to order|colour as sample|see delivery note|delivered in part|as per quotation|incl. small parts|warranty 2 years|not discountable|Seriennummer siehe Lieferschein|wie besprochen|laut Angebot|inkl. Anfahrt|auf Wunsch in Rot|Aktionspreis|reverse charge|partial delivery|your reference: kitchen|billed at cost|Sonderpreis|second delivery|* reduced rate|country of origin: Italy|best before end of year|weekend rate|no return")

TEMPLATES = entries("""{q} pcs. {d} {a}|{q} pieces {d}: {a}|{q}x {d} {a}|{q}X {d}  {a}|{d}  x{q}  {a}|{d} {q}x {a}|{d} × {q} → {a}|{d} * {q} = {a}|{q} * {d} = {a}|{d} → {q} → {a}|{d}: {q} → {a}|{q} · {d} · {a}|{d} · {q} {w} · {a}|{d}; {q} {w}; {a}|{d};{q};{u};{a}|{q};{d};{u};{a}|{d} – {q} {w} – {a}
{q} {w} {d} {a}|{q} {w} {d}: {a}|{d} {q} {w} {a}|{d} {q} {w} à {u} = {a}|{d}, {q} {w} at {u} each, {a}|{d}, {q} {w} @ {u}: {a}|{d} ({q} {w} x {u}): {a}|{d} ({q} {w} @ {u}) {a}|{d} - {q} at {u} - {a}|{q} {d} at {u} each: {a}|{q} {w} {d} à {u} ... {a}|{q} {w} x {u} {d} {a}|{q} x {u}  {d}  {a}
{u} x {q} {d} {a}|{d} {u} x {q} = {a}|{d} {u} {q} {a}|{d} | {u} | {q} | {a}|{d} | {q} | {u} | {a}|{q} | {u} | {d} | {a}|{a} | {q} | {d}|{a} - {d} ({q})|{a} for {q} {d}|{d}, quantity {q}, price {u}, sum {a}|{d}, quantity {q}, sum {a}|{d}, {q} {w}, unit price {u}, total {a}|{d}: Menge {q}, Einzelpreis {u}, Gesamt {a}|{d} Anzahl {q} Betrag {a}|{d} (Anzahl: {q}) {a}|{d} [qty {q}]: {a}|{d} <{q}> {a}
Qty {q} - {d} - {a}|Qty: {q}, item: {d}, price: {a}|{q} times {d}: {a}|{q} mal {d}: {a}|article {d}, number {q}, value {a}|• {d} ({q}): {a}|• {q} x {d} – {a}|• {d}, {q} {w}, {a}|– {q} {d}, {a}|-- {d} -- {q} -- {a}|~ {d} ~ {q} ~ {a}|# {q} {d} {a}|> {q} x {d} > {a}|[{q}] {d} [{a}]|({q}) {d} ({a})|{d} __ {q} __ {a}|{d} ..{q} {w}.. {a}|{d}\t{q} {w}\t{a}|{q}\t{w}\t{d}\t{u}\t{a}|{k} {d} {q} {a}
{k} {d} {q} {w} {u} {a}|{k} | {d} | {q} | {a}|{d} [{k}] {q} {w} {a}|{d} (art. {k}): {q} x {u} = {a}|{k}: {q} {w} {d}, {a}|{d} {v} {q} {u} {a}|{q} {d} {u} {v} {a}|{q} {d} {a} {v}|{d} {q} x {u} ({v} VAT) {a}|{d} {q} {a} A|{d} {q} x {u} B {a}|{e} {d} {q} {w} {a}|{e}: {q} {w} {d}, {a}|{d} on {e}, {q} {w}, {a}|{e} | {d} | {q} | {u} | {a}""")
STACKED = [
    "{d}\\n{q} x {u} = {a}", "{d}\\n{q} {w} à {u}\\t{a}", "{d}\\n   {q} {w} @ {u}   {a}", "{d}\\n  {q} * {u}\\n  {a}", "{q} x {u}\\n{d}  {a}", "{q} x {u}\\n  {d}\\n  {a}", "{d}\\nQuantity {q}\\nPrice {u}\\nSum {a}", "{d}\\nMenge: {q} {w}\\nEinzelpreis: {u}\\nBetrag: {a}", "{k}\\n{d}\\n{q}\\n{a}", "{d}\\n{k}\\n{q} {w}\\n{u}\\n{a}",
    "{d}\\n{q}\\n{u}\\n{a}", "{q}\\n{d}\\n{u}\\n{a}", "{q}\\n{d}\\n{a}", "{d}\\n{q} {w}\\n{a}", "{d} {a}\\n  {q} x {u}", "{d}  {a}\\n({q} {w} à {u})", "{d}\\nArt. {k}   {q} {w}   {u}   {a}", "{d}\\n{n}\\n{q} x {u} {a}", "{q} {d} {a}\\n   {n}", "{q} x {d}   {a}\\n  SKU {k}", "{d}: {a}\\n  amount of units: {q}, per unit: {u}", "{d}\\n- {q} {w}\\n- {u} each\\n- {a} in all",
    "Article: {d}\\nUnits: {q}\\nCost: {a}", "Product {d}\\nCode {k}\\nCount {q}\\nValue {a}", "Leistung: {d}\\nStunden: {q}\\nSatz: {u}\\nSumme: {a}", "name: {d}\\nqty: {q}\\nprice: {u}\\ntotal: {a}", "- name: {d}\\n  quantity: {q}\\n  amount: {a}", "- item: \"{d}\"\\n  qty: {q}\\n  unit: {u}\\n  sum: {a}", "<item><name>{d}</name><qty>{q}</qty><sum>{a}</sum></item>", "{{\"name\": \"{d}\", \"qty\": \"{q}\", \"price\": \"{u}\", \"amount\": \"{a}\"}}",
    "{{\"amount\":\"{a}\",\"quantity\":\"{q}\",\"text\":\"{d}\"}}", "<line qty=\"{q}\" amount=\"{a}\">{d}</line>", "item={d}; qty={q}; amount={a}", "\"{d}\",\"{q}\",\"{u}\",\"{a}\"", "\"{q}\",\"{d}\",\"{a}\"", "{e}\\n{d}\\n{q} {w}\\t{a}", "{d}\\n{q} x {u} {v} {a}", "{d} *\\n{q} X {u}   {a} A",
]
TEMPLATES_WITHOUT_QUANTITY = entries("{d} – {a}|{d} → {a}|{d} · {a}|{d};{a}|{d}\t{a}|• {d}: {a}|• {d} {a}|– {d}, {a}|-- {d} -- {a}|# {d} {a}|> {d}: {a}|{d} __ {a}|{d} ........ {a}|{d} [{a}]|{a} - {d}|{a}: {d}|{a} | {d}|{a}\t{d}|{d} costs {a}|{d} at a price of {a}|{d}, price {a}|{d}, Betrag {a}|{d} zu {a}|Item {d}, amount {a}|Leistung {d}, Preis {a}|{k} {d} {a}|{k} | {d} | {a}|{k};{d};{a}|{d} [{k}] {a}|{d} (art. {k}): {a}|{e} {d} {a}|{e}: {d}, {a}|{e} | {d} | {a}|{d} on {e}: {a}|{d} {v} {a}|{d} {a} {v}|{d} {a} A|{d} ({v} VAT) {a}|~ {d} ~ {a}|({d}) {a}|fixed price {d}: {a}|{d} flat: {a}")
STACKED_WITHOUT_QUANTITY = ["{d}\\n   {a}", "{d}\\n{n}\\n{a}", "{d} {a}\\n  {n}", "{k}\\n{d}\\n{a}", "{d}\\nArt. {k}\\n{a}", "{e}\\n{d}\\n{a}", "Article: {d}\\nCost: {a}", "Leistung: {d}\\nBetrag: {a}", "name: {d}\\namount: {a}", "- service: {d}\\n  fee: {a}", "<item><name>{d}</name><sum>{a}</sum></item>", "{{\"name\": \"{d}\", \"amount\": \"{a}\"}}", "<line amount=\"{a}\">{d}</line>", "item={d}; amount={a}", "\"{d}\",\"{a}\"", "{d}\\n--> {a}", "{a}\\n{d}", "{e}: {d}\\n   {a}"]


def to_text(sheet, template: str) -> list[str]:
    """The lines of all items by one template."""
    texts = []
    for line in sheet.lines:
        texts.append(template.replace("\\n", "\n").format(
            d=line["description"], q=line["quantity"], a=sheet.money.in_items(line["amount"]), u=sheet.money.in_items(line["unit"]), w=line["word"], k=line["code"], v=line["rate"], e=line["date"], n=line["note"],
        ))
    return [line for text in texts for line in text.split("\n")]


def one_template(sheet) -> list[str]:
    return to_text(sheet, sheet.forms.pick(TEMPLATES if sheet.with_quantity else TEMPLATES_WITHOUT_QUANTITY))


def stacked_lines(sheet) -> list[str]:
    return to_text(sheet, sheet.forms.pick(STACKED if sheet.with_quantity else STACKED_WITHOUT_QUANTITY))


def counted_lines(sheet) -> list[str]:
    """Plain lines behind a running number, which is no quantity."""
    template = sheet.forms.pick(TEMPLATES if sheet.with_quantity else TEMPLATES_WITHOUT_QUANTITY).lstrip("•–-#>~ ")
    mark = sheet.forms.pick(("{}. ", "{}) ", "{} | ", "({}) ", "Pos. {} ", "Pos {}: ", "#{} ", "{}: ", "{:02} ", "{}0 ", "[{}] ", "{:03} | ", "Item {}: ", "Position {}: "))
    return [mark.format(index + 1) + line for index, line in enumerate(to_text(sheet, template))]


def columns_of(sheet) -> list[str]:
    """Which columns a table has, in which order."""
    forms, rng = sheet.forms, sheet.rng
    columns = ["description"]
    if sheet.with_quantity:
        columns.insert(rng.choice((0, 1, 1)), "quantity")
        if forms.chance(0.25):
            columns.insert(columns.index("quantity") + 1, "word")
        if forms.chance(0.6):
            columns.append("unit")
    if forms.chance(0.15):
        columns.append("rate")
    columns.append("amount")
    if forms.chance(0.25):
        columns.insert(rng.choice((0, 0, columns.index("description") + 1)), "code")
    if forms.chance(0.1):
        columns.insert(0, "date")
    if forms.chance(0.3):
        columns.insert(0, "position")
    if forms.chance(0.08):
        rng.shuffle(columns)
    return columns


def table_of(sheet) -> tuple[list[str], list[list[str]]]:
    """Columns and rows, mostly with a head; the gold answer does not depend on either."""
    forms = sheet.forms
    columns = columns_of(sheet)
    heads = {"code": CODE_HEADS, "position": POSITION_HEADS, "rate": TAX_HEADS, "date": DATE_HEADS, "word": UNIT_HEADS}
    head = [forms.pick(heads[column]) if column in heads else sheet.caption(column) for column in columns]
    start = forms.rng.choice((1, 1, 1, 10, 100))
    rows = []
    joined_word = "word" not in columns and forms.chance(0.15)
    for index, line in enumerate(sheet.lines):
        cells = {**line, "unit": sheet.money.in_items(line["unit"]), "amount": sheet.money.in_items(line["amount"]), "position": str((index + 1) * start if start > 1 else index + 1)}
        if joined_word and line["quantity"]:
            cells["quantity"] = f"{line['quantity']} {line['word']}"
        rows.append([cells[column] or "" for column in columns])
    return columns, [head, *rows] if forms.chance(0.85) else rows


JOINTS = [" | ", " │ ", " ¦ ", "\t", "  |  ", "|", " / ", ", ", "; ", "   ", "     ", " – ", " : ", "  ·  ", " .. ", " _ ", " || ", " ; ", "\t\t", " // ", "  -  ", " ~ "]


def delimited_table(sheet) -> list[str]:
    _, rows = table_of(sheet)
    joint = sheet.forms.pick(JOINTS)
    edge = sheet.forms.pick(("{}", "{}", "{}", "{}", "|{}|", "| {} |", "- {}", "* {}", "> {}"))
    lines = [edge.format(joint.join(row)) for row in rows]
    if sheet.forms.chance(0.25):
        lines.insert(1, sheet.forms.pick(("-" * 20, "=" * 24, "- " * 10, "_" * 16, "+-----+-----+", "~" * 12, "*" * 15)).strip())
    return lines


def quoted_table(sheet) -> list[str]:
    _, rows = table_of(sheet)
    joint = sheet.forms.pick((",", ";", "\t", "|"))
    return [joint.join(f'"{cell}"' for cell in row) for row in rows]


def right_aligned_table(sheet) -> list[str]:
    """Numbers end below each other, as printed tables have them."""
    columns, rows = table_of(sheet)
    widths = [max(len(row[at]) for row in rows) for at in range(len(columns))]
    gap = " " * sheet.rng.choice((1, 2, 2, 3, 4))
    edge = sheet.forms.pick(("{}", "{}", "{}", "{}", "| {} |", "  {}", "│{}│"))
    lines = [edge.format(gap.join(f"{cell:<{width}}" if column == "description" else f"{cell:>{width}}" for cell, width, column in zip(row, widths, columns))).rstrip() for row in rows]
    if sheet.forms.chance(0.3):
        lines.insert(1, sheet.forms.pick(("-", "=", "_", "–", "·")) * min(40, len(lines[0])))
    return lines


def cells_as_lines(sheet) -> list[str]:
    """Every cell on a line of its own, row by row, as some readers of PDF files give them."""
    _, rows = table_of(sheet)
    return [cell for row in rows for cell in row if cell]


def column_by_column(sheet) -> list[str]:
    """Column by column: all descriptions, all quantities, all amounts."""
    _, rows = table_of(sheet)
    joint = sheet.forms.pick(("\n", "\n", " | ", "\t"))
    return [joint.join(cells) for cells in zip(*rows)]


def with_noise(sheet) -> list[str]:
    """Items with lines in between that are none: headings, notes, sums carried over."""
    forms, rng = sheet.forms, sheet.rng
    lines = forms.pick((one_template, delimited_table, right_aligned_table, counted_lines))(sheet)
    for _ in range(rng.choice((1, 1, 2))):
        extra = forms.fill("[Section {i}|Delivery {k}|Order {k}|Week {n}|{i}:|Lieferschein {k}|Page {n} of {n}|Carried forward|Übertrag {a}|carried over: {a}|Subtotal so far {a}|Zwischensumme bis hier {a}|{n}|({n})|-- {i} --|Part {n}|Group {i}|Worker: {f}|Site: {x}|continued|Batch {k}]", {
            "i": lambda: words.invented(rng), "k": lambda: words.code(rng), "n": lambda: forms.pick(NOTES) if rng.random() < 0.5 else str(rng.randint(1, 9)), "a": lambda: sheet.money.in_items(sheet.money.number(sum(line["value"] for line in sheet.lines[: rng.randint(1, len(sheet.lines))]))), "f": lambda: words.person(rng), "x": lambda: rng.choice(words.CITIES),
        })
        lines.insert(rng.randint(0, len(lines) - 1), extra)
    return lines


SENTENCES = ["{q} {w} {d} at {u} each, together {a}", "{d}, of which you took {q}, for {a}", "{a} for {q} {w} of {d}", "{a} for the {d} (quantity: {q})", "the {d} ({q} {w}) came to {a}", "{q} {w} {d} zu je {u}, zusammen {a}", "{q} {w} {d} zum Preis von {a}", "{d} in a quantity of {q}, costing {a}", "{d} – {q} in number – at {a}", "{q} × {d} making {a}", "{q} units of {d}, priced {u} each, which is {a}", "{d} (you ordered {q}), {a}", "{q} {d} worth {a}", "{d}: we billed {q} {w}, that is {a}", "{d} x{q} for {a}"]
SENTENCES_WITHOUT_QUANTITY = ["{d}, for which we charge {a}", "{d} to the amount of {a}", "the {d}, {a}", "{a} on account of {d}", "{d} zum Preis von {a}", "{d} (Betrag: {a})", "{d} costing {a}", "{d} – {a}", "{a} towards {d}", "our work on {d}: {a}", "{d} as agreed for {a}", "{d} with {a}", "{d} worth {a}", "{d} billed at {a}"]
OPENINGS = ["We supplied", "We have carried out", "The following was delivered:", "You received from us", "In detail:", "Our charges are", "Items purchased were", "Geliefert wurden", "Wir stellen in Rechnung:", "Unsere Leistungen umfassen", "Please find our charges for", "This bill is made up of", "The order consisted of", "Breakdown:", "It includes", "You were provided with", "As agreed we invoice", "Für Sie erledigt:", "The amount consists of", "On your order we sent"]


def in_sentences(sheet) -> list[str]:
    parts = to_text(sheet, sheet.forms.pick(SENTENCES if sheet.with_quantity else SENTENCES_WITHOUT_QUANTITY))
    joint = sheet.forms.pick((", ", "; ", ", plus ", "; also ", " as well as ", " / ", "; ferner "))
    text = joint.join(parts[:-1]) + (sheet.forms.pick((" and ", " plus ", ", and finally ", " sowie ", joint, " und zuletzt ", " and also ")) if len(parts) > 1 else "") + parts[-1]
    return [f"{sheet.forms.pick(OPENINGS)} {text}" + sheet.forms.pick((".", "", ".", ";", " - thank you."))]


LATER_ITEMS = [one_template, one_template, one_template, counted_lines, counted_lines, stacked_lines, stacked_lines, delimited_table, delimited_table, delimited_table, quoted_table, right_aligned_table, right_aligned_table, right_aligned_table, cells_as_lines, column_by_column, with_noise, with_noise, in_sentences]
