"""Random names, numbers and noise that both generators share."""

import random

ONSETS = "b br c ch d dr f fr g gr h j k kr l m n p pr qu r s sch sh st t th tr v w z b d f g h k l m n p r s t v w".split()
VOWELS = "a e i o u a e i o u a e i o ai ea ee ei oo ou au ä ö ü".split()
CODAS = ["", "", "", "", "b", "ck", "d", "f", "g", "k", "l", "ll", "ld", "m", "n", "nd", "ng", "nt", "p", "r", "rd", "rk", "rt", "s", "ss", "st", "t", "th", "tz", "x", "z"]

FIRST_NAMES = """Anna Ben Carla David Elena Felix Greta Hannah Ivan Julia Karl Lena Marco Nina Oscar Paula Quentin Rosa Simon Tara Uwe Vera
Walter Xenia Yusuf Zoe Alice Brian Chloe Daniel Emma Frank Grace Henry Isla Jack Kate Liam Maya Noah Olivia Peter Rachel Sam Tom Jürgen Sabine
Heike Stefan Petra Lars Ingrid Mehmet Aisha Priya Wei Kenji Sofia Mateo Luca Noemi""".split()
LAST_NAMES = """Miller Smith Jones Brown Taylor Wilson Clark Lewis Walker Young King Wright Hill Green Baker Carter Turner Cooper Ward Morgan
Müller Schmidt Schneider Fischer Weber Wagner Becker Hoffmann Koch Richter Klein Wolf Schröder Neumann Braun Krüger Rossi Costa Silva Novak
Kowalski Ivanova Larsen Berg Lindqvist Dubois Moreau Garcia Lopez Tanaka Singh Khan Nguyen Okafor Haddad""".split()
STREETS = "Main Oak High Mill Park Church Station River Garden Lake Hill Bridge Market Queen King North South Harbour School Cedar".split()
GERMAN_STREETS = "Haupt Bahnhof Garten Schul Kirch Linden Berg Ring Markt Mühlen Wald Feld Hafen Goethe Schiller".split()
CITIES = """London Bristol Leeds York Boston Denver Austin Portland Chicago Dublin Oslo Malmö Stockholm Zürich Bern Basel Wien Graz Berlin
Hamburg München Köln Bremen Leipzig Dresden Mainz Kassel Ulm Osaka Kyoto Tokyo Lyon Paris Milano Torino""".split()


def syllable(rng: random.Random) -> str:
    return rng.choice(ONSETS) + rng.choice(VOWELS) + rng.choice(CODAS)


def invented(rng: random.Random) -> str:
    """A pronounceable word that nobody has seen before."""
    return "".join(syllable(rng) for _ in range(rng.choice((1, 1, 2, 2, 2, 3)))).capitalize()


ROOTS = """Nord Süd West Ost Stern Berg Wald See Hafen Licht Stein Eisen Silber Gold Blau Grün Rot Alt Neu Feld Brook River Harbor Stone Bright Clear Blue Green Red Silver
Golden Iron Swift Prime Alpha Delta Nova Star Sun Moon Sky North South East Peak Summit Valley Forest Oak Maple Pine Falcon Eagle Fox Wolf Bear Lion Swan Acme Global Euro Inter
Rapid Fresh Pure Smart Urban Royal Crystal Coral Ocean Alpine Polar Atlas Orion Helio Terra Aqua Vista Metro Mono Omni Quick Black White""".split()
TAILS = "bach berg feld haus hof land licht stein tal wald werk wood field gate ford bridge line mark port tech soft works point water ton dale side way lane".split()


def plain_name(rng: random.Random) -> str:
    """A company name of known words: Nordlicht, Blue Harbor, Stonegate."""
    form = rng.randrange(3)
    if form == 0:
        return rng.choice(ROOTS) + rng.choice(TAILS)
    if form == 1:
        return f"{rng.choice(ROOTS)} {rng.choice(ROOTS)}"
    return rng.choice(ROOTS)


def digits(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(rng.randint(low, high)))


def letters(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(rng.randint(low, high)))


def code(rng: random.Random) -> str:
    """An identifier such as `KX-4821`, `2026/0113` or `88120`."""
    form = rng.randrange(9)
    if form == 0:
        return f"{letters(rng, 1, 4)}-{digits(rng, 3, 6)}"
    if form == 1:
        return f"20{rng.randint(19, 27)}{rng.choice('-/.')}{digits(rng, 3, 5)}"
    if form == 2:
        return digits(rng, 4, 9)
    if form == 3:
        return f"{letters(rng, 1, 3)}{digits(rng, 3, 7)}"
    if form == 4:
        return f"{letters(rng, 2, 3)}-20{rng.randint(19, 27)}-{digits(rng, 2, 5)}"
    if form == 5:
        return f"{digits(rng, 2, 4)}-{digits(rng, 2, 5)}"
    if form == 6:
        return f"{letters(rng, 1, 2)}{digits(rng, 2, 4)}{rng.choice('-/')}{letters(rng, 1, 2)}"
    if form == 7:
        return f"{letters(rng, 1, 3)} {digits(rng, 3, 6)}"
    return f"{digits(rng, 2, 3)}.{digits(rng, 3, 3)}.{digits(rng, 2, 3)}"


def person(rng: random.Random) -> str:
    last = rng.choice(LAST_NAMES) if rng.random() < 0.6 else invented(rng)
    return f"{rng.choice(FIRST_NAMES)} {last}"


def street(rng: random.Random) -> str:
    form = rng.randrange(4)
    number = rng.randint(1, 240)
    if form == 0:
        return f"{number} {rng.choice(STREETS)} {rng.choice(('Street', 'Road', 'Lane', 'Ave', 'St.'))}"
    if form == 1:
        return f"{rng.choice(GERMAN_STREETS)}{rng.choice(('straße', 'str.', 'weg', 'allee', 'gasse'))} {number}"
    if form == 2:
        return f"{invented(rng)} {rng.choice(('Street', 'Road', 'Way', 'Platz', 'Business Park'))} {number}"
    return f"Unit {number}, {rng.choice(STREETS)} {rng.choice(('Estate', 'House', 'Yard'))}"


def town(rng: random.Random) -> str:
    name = rng.choice(CITIES) if rng.random() < 0.7 else invented(rng)
    form = rng.randrange(3)
    if form == 0:
        return f"{digits(rng, 4, 5)} {name}"
    if form == 1:
        return f"{name} {letters(rng, 2, 2)}{digits(rng, 1, 2)} {digits(rng, 1, 1)}{letters(rng, 2, 2)}"
    return f"{name}"


def mail_address(rng: random.Random) -> str:
    who = rng.choice(("info", "office", "billing", "kontakt", "hello", "mail", rng.choice(FIRST_NAMES).lower(), rng.choice(LAST_NAMES).lower()))
    return f"{who}@{invented(rng).lower()}.{rng.choice(('com', 'de', 'ch', 'co.uk', 'org', 'net', 'example'))}"


def phone(rng: random.Random) -> str:
    return rng.choice(("+49 ", "+44 ", "+1 ", "0")) + digits(rng, 2, 4) + rng.choice((" ", "-", "/")) + digits(rng, 4, 7)


def iban(rng: random.Random) -> str:
    return f"{rng.choice(('DE', 'CH', 'GB', 'SE', 'AT'))}{digits(rng, 2, 2)} {digits(rng, 4, 4)} {digits(rng, 4, 4)} {digits(rng, 4, 4)}"
