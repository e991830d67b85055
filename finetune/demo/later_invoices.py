"""Invoices of the last part of training: more wordings, layouts, companies and goods than `invoices.py`.

Seen and held-out evaluation documents come from `invoices.py` alone, so they stay what they were.
"""

import json
import re

from . import words
from .invoices import LAYOUTS, in_capitals, invoice, stands_in, verbatim_values
from .later_blocks import address, bank_block, head_facts, items_of, other_parties, party, small_print, sums
from .later_goods import company_name
from .later_sheet import LaterSheet

UNFIT = re.compile(r"(?i)fuck|shit|nazi|cunt|nigg|slut|fick|titte|\b(?:sex|tits)")  # words that random syllables may spell
LENGTHS = (900, 1000, 1000, 1270, 1270)  # most characters of text and answer; 1,000 are about 520 tokens of the demo model


def joined(sheet, blocks) -> str:
    forms, rng = sheet.forms, sheet.rng
    texts = ["\n".join(block) for block in blocks if block]
    if sheet.money.note:
        texts.insert(rng.randint(1, len(texts)), sheet.money.note)
    for _ in range(rng.choice((0, 0, 1, 1, 2, 3))):
        texts.insert(rng.randint(0, len(texts)), small_print(sheet))
    if forms.chance(0.15):
        texts.insert(rng.randint(0, len(texts)), other_parties(sheet)[0])
    return rng.choice(("\n", "\n\n", "\n\n", "\n\n\n")).join(texts)


def title(sheet) -> list[str]:
    return [sheet.caption("title")] if sheet.forms.chance(0.65) else []


def vendor_on_top(sheet) -> str:
    head = [party(sheet, "vendor", sheet.vendor, 0.25), title(sheet)]
    middle = [party(sheet, "customer", sheet.customer, 0.75) if sheet.forms.chance(0.8) else [], head_facts(sheet)]
    if sheet.forms.chance(0.5):
        middle.reverse()
    return joined(sheet, [*head, *middle, items_of(sheet), sums(sheet)])


def address_window(sheet) -> str:
    """The address window comes first: the customer is named, the vendor follows or signs."""
    named = sheet.forms.chance(0.8)
    top = [party(sheet, "customer", sheet.customer, 0.85 if named else 1)]
    vendor = party(sheet, "vendor", sheet.vendor, 1 if named else 0)
    body = [title(sheet), head_facts(sheet), items_of(sheet), sums(sheet)]
    body.insert(sheet.rng.choice((0, 1, 2, 4)), vendor)
    return joined(sheet, top + body)


def both_captioned(sheet) -> str:
    parties = [party(sheet, "vendor", sheet.vendor, 1), party(sheet, "customer", sheet.customer, 1)]
    if sheet.forms.chance(0.2):
        parties.append([f"{sheet.caption('customer')}: {company_name(sheet.forms)}"])
    sheet.rng.shuffle(parties)
    blocks = [*parties, head_facts(sheet)]
    if sheet.forms.chance(0.4):
        blocks.insert(sheet.rng.choice((0, 2)), blocks.pop())
    return joined(sheet, [title(sheet), *blocks, items_of(sheet), sums(sheet)])


def paid_to(sheet) -> str:
    """The vendor is only named where the money goes."""
    blocks = [title(sheet), party(sheet, "customer", sheet.customer, 1), head_facts(sheet), items_of(sheet), sums(sheet), bank_block(sheet)]
    return joined(sheet, blocks)


def vendor_twice(sheet) -> str:
    blocks = [party(sheet, "vendor", sheet.vendor, 0.3), title(sheet), party(sheet, "customer", sheet.customer, 0.8), head_facts(sheet), items_of(sheet), sums(sheet)]
    return joined(sheet, [*blocks, bank_block(sheet) if sheet.forms.chance(0.5) else [sheet.vendor + " · " + words.street(sheet.rng)]])


def sender_line(sheet) -> str:
    """The small line above the address: `Vendor · Street · Town`, then the customer without a caption."""
    joint = sheet.forms.pick((" · ", " | ", ", ", " • ", " – ", " / ", " * "))
    line = joint.join((sheet.vendor, words.street(sheet.rng), words.town(sheet.rng)))
    return joined(sheet, [[line, sheet.customer, *address(sheet)], title(sheet), head_facts(sheet), items_of(sheet), sums(sheet)])


def till_slip(sheet) -> str:
    rule = sheet.forms.pick(("-" * 16, "=" * 14, "*" * 12, ". " * 8, "~" * 14)).strip()
    top = [sheet.vendor, *address(sheet)]
    facts = [caption + sheet.forms.pick((" ", ": ", ":", "  ", " # ")) + value for caption, value in sheet.pairs_of_head()]
    blocks = [top, facts, [rule], items_of(sheet), [rule], sums(sheet)]
    if sheet.forms.chance(0.5):
        blocks = [top, [rule], items_of(sheet), sums(sheet), [rule], facts]
    return joined(sheet, blocks)


def data_sheet(sheet) -> str:
    """Fields as a program would print them, keys made from captions."""
    forms = sheet.forms
    pairs = [*sheet.pairs_of_head(), (sheet.caption("vendor"), sheet.vendor), (sheet.caption("customer"), sheet.customer), (sheet.caption("total"), sheet.money.shown(sheet.total))]
    sheet.rng.shuffle(pairs)
    style = forms.pick(('"{}": "{}",', "{}: '{}'", "<{0}>{1}</{0}>", "{}|{}", "* {}: {}", "{};{}", "{} => {}", "- **{}**: {}", "@{} {}", "{}\t{}", "({}) {}"))
    joint = forms.pick(("_", " ", "-", "", " ", " "))
    fields = [style.format(caption.replace(" ", joint), value) for caption, value in pairs]
    blocks = [fields, items_of(sheet)]
    return joined(sheet, blocks if forms.chance(0.7) else blocks[::-1])


def any_order(sheet) -> str:
    blocks = [party(sheet, "vendor", sheet.vendor, 0.7), head_facts(sheet), items_of(sheet), sums(sheet), title(sheet)]
    if sheet.forms.chance(0.7):
        blocks.append(party(sheet, "customer", sheet.customer, 1))
    sheet.rng.shuffle(blocks)
    return joined(sheet, blocks)


def message(sheet) -> str:
    """A letter or mail in sentences; the vendor signs or sends."""
    forms = sheet.forms
    slots = {"v": sheet.vendor, "c": sheet.customer, "n": sheet.number, "i": sheet.issued or "", "d": sheet.due or "", "t": sheet.money.shown(sheet.total), "k": words.code(sheet.rng)}
    opening = forms.fill("[Our bill|This bill|The bill|Your bill|Our account|Unsere Abrechnung|Document|Ihre Abrechnung|Your statement|The statement] [no. {n}|with the number {n}|numbered {n}|Nr. {n}|mit der Nummer {n}|#{n}|({n})]", slots)
    opening += forms.fill("[, date {i}|, issued {i}| vom {i}| of {i}|, written on {i},| (dated {i})| made out on {i}]", slots) if sheet.issued else ""
    opening += forms.fill("[ is ready.| covers your order {k}.| follows below.| ist fertig.| is enclosed.| refers to our contract {k}.| reaches you today.|: details below.| folgt anbei.]", slots)
    ending = forms.fill("[We would ask you to transfer {t}|This comes to {t}|You owe us {t}|That makes {t}|Zu zahlen sind {t}|Das macht zusammen {t}|Our claim amounts to {t}|Overall {t}|We expect your payment of {t}|All in all {t} has to be paid|The balance is {t}|We will collect {t}]", slots)
    ending += (forms.fill("[ by {d}| no later than {d}| on {d}| spätestens am {d}| until {d}, please| at the latest on {d}|; payment is due on {d}| - deadline {d}| zum {d}]", slots) if sheet.due else "") + "."
    greeting = forms.fill("[{c},|Dear team of {c},|Hi there,|Sehr geehrte Damen und Herren,|Liebe Kundin, lieber Kunde,|To whom it may concern:|Attention {c}|Good morning {c},|Sehr geehrte Firma {c},|Greetings,|Dear Ms {f},|Hallo {f},]", {**slots, "f": words.person(sheet.rng)})
    sign = forms.fill("[Your team at {v}|With kind regards\n{v}|Beste Grüße\n{v}|Viele Grüße, {v}|Faithfully yours,\n{v}|Thanks\n{v}|{v} - accounts department|Many thanks, {v}|Freundliche Grüße\n{f}\n{v}|Warm regards\n{f}, {v}|Signed for {v}|i. A. {f}\n{v}]", {**slots, "f": words.person(sheet.rng)})
    return joined(sheet, [[greeting], [opening], items_of(sheet), [ending], sign.split("\n")])


LATER_LAYOUTS = [vendor_on_top, vendor_on_top, vendor_on_top, address_window, address_window, both_captioned, both_captioned, paid_to, vendor_twice, sender_line, sender_line, till_slip, data_sheet, any_order, any_order, message, message]
OLD_LAYOUT_SHARE = 0.25


def later_invoice(forms) -> tuple[str, dict]:
    """One invoice: its text and its fields. Every verbatim value is a substring of the text."""
    longest = forms.rng.choice(LENGTHS)
    while True:
        sheet = LaterSheet(forms)
        layouts = LAYOUTS if forms.chance(OLD_LAYOUT_SHARE) else LATER_LAYOUTS
        if layouts is LAYOUTS:
            sheet.total = sheet.money.number(sheet.net + sheet.tax)  # older layouts know no extra charge
        gold = sheet.gold()
        room = longest - len(json.dumps(gold, ensure_ascii=False))
        if room < 0.4 * longest:
            continue  # hopeless: a text is longer than its answer
        text = forms.pick(layouts)(sheet).strip()
        if forms.chance(0.05):
            text, gold = text.upper(), in_capitals(gold)
        if len(text) <= room and not UNFIT.search(text) and all(stands_in(text, value) for value in verbatim_values(gold)):
            return text, gold


def last_invoice(forms) -> tuple[str, dict]:
    """An invoice of the last part of training: the wider generator half of the time, so that the plain forms are not forgotten."""
    return later_invoice(forms) if forms.chance(0.5) else invoice(forms)
