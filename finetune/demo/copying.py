"""Copying exercises in the same prompt form: random keys, random values, exact answers.

Copying from the document emerges slowly in a model that starts from nothing, so training starts
with these and fades them out. They are no task of docmill and are never evaluated as one.
"""

from . import words


def _value(rng) -> str:
    form = rng.randrange(8)
    if form == 0:
        return words.code(rng)
    if form == 1:
        return f"{rng.randint(1, 999)}{rng.choice('.,')}{words.digits(rng, 2, 2)}"
    if form == 2:
        return words.person(rng)
    if form == 3:
        return f"{rng.randint(1, 31)}{rng.choice('./-')}{rng.randint(1, 12)}{rng.choice('./-')}20{rng.randint(19, 27)}"
    if form == 4:
        return " ".join(words.invented(rng).lower() for _ in range(rng.randint(1, 3)))
    if form == 5:
        return f"{words.invented(rng)} {words.invented(rng)} {rng.choice(('GmbH', 'Ltd', 'AG', 'Inc.'))}"
    return " ".join(words.invented(rng) for _ in range(rng.randint(1, 4)))


def _keys(rng, count: int) -> list[str]:
    keys: list[str] = []
    while len(keys) < count:
        key = words.invented(rng) if rng.random() < 0.7 else words.letters(rng, 1, 3)
        if key not in keys:
            keys.append(key)
    return keys


def _pair_lines(rng, pairs, shuffle: bool) -> str:
    separator = rng.choice((": ", ":", " = ", "\t", " ", " | ", ":   ", "\n"))
    joint = rng.choice(("\n", "\n", "\n", "\n\n", "; ", " / "))
    order = list(pairs)
    if shuffle:
        rng.shuffle(order)
    return joint.join(key + separator + value for key, value in order)


def echo(rng) -> tuple[str, str, dict]:
    text = " ".join(_value(rng) for _ in range(rng.randint(1, 4)))
    return "Copy the text.", text, {"text": text}


def all_pairs(rng) -> tuple[str, str, dict]:
    pairs = [(key, _value(rng)) for key in _keys(rng, rng.randint(1, 6))]
    return "Copy the fields.", _pair_lines(rng, pairs, False), dict(pairs)


def look_up(rng) -> tuple[str, str, dict]:
    pairs = [(key, _value(rng)) for key in _keys(rng, rng.randint(2, 9))]
    wanted = rng.sample(pairs, rng.randint(1, min(5, len(pairs))))
    text = _pair_lines(rng, pairs, True)
    return "Copy " + ", ".join(key for key, _ in wanted) + ".", text, dict(wanted)


def rows(rng) -> tuple[str, str, dict]:
    separator = rng.choice((" | ", "\t", "  ", "; ", "    "))
    lines, items = [], []
    for _ in range(rng.randint(1, 7)):
        description, quantity = _value(rng), str(rng.randint(1, 40))
        amount = f"{rng.randint(1, 999)}{rng.choice('.,')}{words.digits(rng, 2, 2)}"
        lines.append(separator.join((description, quantity, amount)))
        items.append({"description": description, "quantity": quantity, "amount": amount})
    return "Copy the rows.", "\n".join(lines), {"lineItems": items}


def copying(rng) -> tuple[str, str, dict]:
    """One exercise: instructions, text, answer."""
    return rng.choice((echo, all_pairs, look_up, look_up, rows))(rng)
