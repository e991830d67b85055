"""Companies and descriptions of the later invoices: longer, of many more words, with sizes and codes."""

from . import words
from .invoices import ENGLISH_MONTHS, GERMAN_MONTHS
from .later_captions import entries

GOODS = """adapter amplifier apple apron armchair axle backpack bandage banner barrel basket bearing belt bench bicycle binder blanket blender blind bolster bookcase bracket bread
brake broom bulb bumper bunting burger butter button cake calculator calendar camera candle canvas cap caravan cardboard cart cartridge casing catalogue ceiling cement chain cheese chicken chip chisel clamp
clip clock coat compressor concrete connector container cooker cooler copier cord cover crate cream crib croissant cushion cutter cylinder decking dispenser display dongle dough drawer dress dryer duct dumbbell
duvet engine envelope eraser extension fabric fan faucet fence fertiliser fitting flag flange flask flower foam foil freezer fridge frame fryer funnel fuse gasket gate gauze gear generator grate gravel grill grinder
guitar gutter handle hanger harness headset heater hinge hook hoodie ice insulation iron jar jeans joint juice kettle keypad kiln knob lace laptop latch lead lemonade lens lever lid lighter linen lock magnet
manual mask mast mat meal microphone microscope milk mirror mixer monitor mortar motor mount mug nail napkin necklace needle net nozzle nut oven padlock paddle paint panini partition patch pebble pedal peg pencil
perfume phone piano pin pizza planter plaster pliers plug plywood pole poster pot powder projector pulley putty quilt rack radiator radio rake ramp razor relay ribbon ring rivet rod roof rope rug ruler sack
salad salt sandwich saucer scaffold scale scanner scarf scissors scooter seal seat seed server shampoo sheet shoe shovel shower sink skirt sleeve socket solvent soup spade spanner speaker spice spindle spoon
spring sprocket stamp stapler starter steak stencil sticker stool stove strap straw string strip suit sweater syringe tank tap tarpaulin tent thermostat thread ticket tie timber tin toaster tongs toolbox torch
toy tractor tray tripod trolley trousers tube tumbler turbine tyre umbrella uniform vacuum vase vest vice vitamin wagon wallet wardrobe washer watch wax wedge wheel whistle whiteboard wine winch wire wool wrench yarn yoghurt zipper""".split()
WARES = """Abdeckung Akku Anhänger Anstrich Armatur Bagger Balken Batterie Bettwäsche Bilderrahmen Birne Blech Blumentopf Bohrer Bremse Brett Brille Brot Buch Dachrinne Dämmung Dichtung Dübel Eimer Etikett Fahrrad Farbe
Feder Fenster Filter Fliese Folie Gehäuse Getriebe Gitter Griff Halterung Hammer Handschuh Heizkörper Hemd Holz Honig Hose Jacke Kanne Kartoffel Käse Kette Kissen Klebeband Klemme Knopf Koffer Kopfhörer Korb Kugellager
Lack Leiter Leuchte Löffel Matratze Mehl Messer Milch Motor Mutter Nagel Ofen Öl Palette Pflaster Pinsel Platte Pumpe Rad Regal Reifen Ring Rohr Rolle Sack Säge Schalter Schaufel Scheibe Schlauch Schloss Schrank Schuh Seife
Seil Sessel Sicherung Spiegel Stecker Steckdose Stift Stoff Tasse Teller Teppich Toner Topf Tür Uhr Umschlag Ventil Vorhang Waage Wanne Welle Werkbank Zange Zaun Zement Ziegel""".split()
SERVICES = """accounting advertising analysis appraisal assembly audit bookkeeping breakfast calibration carpentry catering certification childcare coaching commission conference configuration copywriting courier data-entry debugging
decoration demolition depreciation diagnosis dinner disposal documentation editing electricity engraving excavation facilitation fitting gardening grooming haircut handling heating hire hospitality illustration inspection investigation
ironing labour laundry lecture legal-advice licensing lodging lunch mailing management massage measurement mediation membership migration monitoring mowing notary-fee overnight-stay packaging painting parking photography plumbing
postage printing programming proofreading prototyping recruiting refurbishment registration removal rent research restoration security sewing shipping storage styling subscription supervision survey tailoring taxi testing towing
tuition typesetting valuation videography warehousing waste-collection welding workshop""".replace("-", "_").split()
LEISTUNGEN = """Abholung Anfahrt Anpassung Arbeitszeit Aufbau Aufmaß Ausbau Auswertung Bewirtung Bestattung Bügelservice Demontage Einbau Einlagerung Einrichtung Entsorgung Fahrzeit Fensterputzen Frühstück Gartenpflege Gestaltung Grabpflege Grundgebühr Gutachten
Haarschnitt Hausmeisterdienst Hosting Inspektion Kehrarbeiten Korrektorat Konfiguration Layout Lagerung Malerarbeiten Miete Mitgliedsbeitrag Nachhilfe Notdienst Planung Programmierung Prüfung Redaktion Rodung Räumung Schneiderarbeiten Schweißarbeiten
Steuerberatung Stromverbrauch Tagungspauschale Texterstellung Transport Übersetzung Übernachtung Umzug Vermessung Vermittlung Versicherung Verlegung Vortrag Wasserverbrauch Winterdienst Workshop Zusammenbau""".split()
QUALITIES = """adjustable antique automatic bamboo bent bluetooth brass bronze ceramic child's classic coated compact copper corded cordless curved dark deluxe disposable dry durable electric elegant empty extendable extra-strong fine fireproof
flexible foldable fresh frozen galvanised gluten-free golden half hand-made heated heavy-duty high-pressure hollow hydraulic industrial inflatable insulated laminated lined magnetic matt medium metal mini modern narrow natural non-slip oval
padded painted pink polished portable printed purple quiet rechargeable recycled reinforced replacement reusable rigid round roasted rubber rustic salted scented second-hand self-adhesive semi-automatic sharp silver slim smoked soft solar solid
stainless striped sweet tall thick thin tinted transparent triple twin unbleached vegan velvet vintage washable waterproof wide wild woollen yellow""".split()
GUETER_ART = "abschließbarer alte breite dicke dünne elektrische faltbare feine flache frische gebrauchte gefütterte gelbe geräucherter geschliffene glatte graue große grüne günstige harte hohe kleine kurze lange leichte matte neue runde rote schmale schwarze starke verzinkte wasserdichte weiße".split()
PLACES = """kitchen office warehouse cellar roof garage hallway building lobby bathroom garden staff-room canteen shop playground stairwell car-park meeting-room conference house flat floor hall server-room reception workshop terrace pool fleet stage
branch""".replace("-", " ").split()
SIZES = ["{n} mm", "{n} cm", "{n} m", "{n} x {k} mm", "{n}x{k} cm", "{k} kg", "{n} g", "{n} ml", "{k} l", "{k} W", "M{k}", "A{k}", "DN {n}", "{k}\"", "{n}-pack", "size {n}", "Gr. {n}", "{n} GB", "{n} Watt", "{k},5 m", "{k}.5 kg", "no. {k}", "{n}er Pack", "{k} % vol", "1/{k} inch", "{n}/{k}"]
COLOURS = ["black", "white", "red", "anthracite", "natural oak", "dark blue", "schwarz", "weiß", "rot", "eiche", "silver", "left", "right", "large", "small", "set", "XL", "matt", "refurbished", "incl. cable", "ohne Zubehör", "custom made", "on loan"]
PERIODS = ["{m} {y}", "{a}/{y}", "{y}-{a:02}", "Q{q} {y}", "Q{q}/{y}", "week {w}", "KW {w}", "{m}", "{m} - {o}", "{y}", "day {q}", "{m} {d}", "{d}.{a}.", "{q} months", "phase {q}", "part {q} of 4", "Abschnitt {q}", "{w} km", "{q} nights", "Teil {q}"]
LONG = [
    "{Q} {g} for the {p}", "{g} and {g} for the {p}", "{S} of the {g} in the {p}", "{S} and {s} of {q} {g}", "{Q} {q} {g} with {g}", "Set of {g}, {g} and {g}", "{S}: {g} on the second floor", "{S} at customer site incl. travel", "Replacement of {q} {g}", "{S} according to offer",
    "{S} after working hours", "Spare part: {g} for {i} {g}", "{i} {g} \"{i}\" {z}", "{g} {z}, {c}, brand {i}", "{S} by {f}", "{S} of {i} {g}", "Monthly fee for {s} ({p})", "{Q} {g} made of {g}", "{g} ({c}) with {q} {g}", "Flat rate {s}", "Additional {s} for {i}", "{S} - {p} - {t}",
    "Travel to {x} and back", "Delivery of {q} {g} to {x}", "{w} für {p}", "{l} und {l}", "{u} {w} mit {w}", "{w} {z}, {c}", "{l} laut Angebot", "{l} im Objekt {x}", "{l} {t}", "Pauschale für {l}", "{w} inkl. {l}", "{l} vor Ort, {f}", "{u} {w} für {i}", "{w} Typ {i} {z}", "{g}, {g}, {g}", "{g} / {w}",
    "{Q} {g} {z} {c}", "{i} {i} {g}", "{i} {i}", "{i}-{i} {g}", "{i} {s} {t}", "Support contract {i} {t}", "Licence {i}, {q} users", "Annual subscription to {i} {g} magazine", "First aid kit for the {p}", "Repair: {g} does not turn", "{S} - hourly rate", "{S} (remote), {f}",
    "Room with {g} and {s}", "Ticket {x} - {x}", "Domain {i}.com", "Book \"{i} and the {g}\"", "Menu {q}: {g} with {g}", "{S} for {f}", "Hire of {q} {g}", "Sample {g} {k}", "{k} {Q} {g}", "{k} {w}", "{g} {k} ({c})", "Art. {k} {g}", "{g} - {k}", "{i} {k}",
]

LATER_LEGAL_FORMS = entries("gGmbH|mbH|GmbH & Co. OHG|GbR|eG|e.V.|SE|KGaA|UG (haftungsbeschränkt)|Gesellschaft mbH|PartG|Stiftung|Einzelunternehmen|SARL|S.A.R.L.|SAS|EURL|S.A.|SCOP|NV|N.V.|BV|BVBA|VOF|CV|S.L.|SL|S.L.U.|S.r.l.|SRL|S.p.A.|Snc|Lda|ApS|A/S|AS|Oy|Oyj|Handelsbolag|Aktiebolag|HB|sp. z o.o.|s.r.o.|Kft.|d.o.o.|Pty Ltd|Pty. Ltd.|Pvt. Ltd.|Private Limited|Incorporated|Corporation|L.L.C.|L.P.|PLC|PLLC|P.C.|& Daughters|& Söhne|& Sohn|Brothers|Bros.|Gebrüder|& Partner|& Associates|Associates|Holding|International|Cooperative|Trust|Enterprises|Industries|Co., Ltd.|K.K.|Deutschland GmbH|Schweiz AG|Europe Ltd|UK Ltd|Nordic AB")
LATER_TRADES = """Accounting Advisory Agency Agrar Analytics Antiques Architects Art Atelier Automation Autohaus Bäckerei Bar Bikes Blumen Boats Brands Builders Bücher Cables Café Capital Cars Carpentry Ceramics Chemie Chocolates Cinema Clinic Clothing Coaching Computers
Concrete Copyshop Couriers Crafts Dachbau Dairy Decor Delikatessen Development Digital Distribution Drogerie Drinks Education Eisenwaren Electronics Engineering Entsorgung Equipment Estate Fahrradladen Farm Fitness Fleisch Flooring Freight Friseur Furniture Galerie Games Gasthaus
Gebäudereinigung Getränke Glasbau Gourmet Graphics Grill Hardware Hairdressing Haustechnik Health Heating Holzbau Hospitality Hotel IT Immobilien Import Installations Insurance Invest Jewellery Kitchens Kliniken Landscaping Laundry Lebensmittel Leather Legal Lighting Lounge Machines
Malerbetrieb Manufacturing Markt Marketing Maschinenbau Mechanics Metallbau Metzgerei Mobile Museum Naturkost Nursery Office Optik Outdoor Packaging Partner Pets Pharmacy Photography Physio Pizza Planung Post Praxis Press Productions Properties Publishing Pumps Radio Recruiting Recycling
Rentals Repairs Restaurant Retail Robotics Salon Sanitär Schreinerei Scientific Shipping Shoes Shop Signs Solar Spedition Spices Sport Stahl Stationery Storage Store Supermarket Tailors Taxi Tea Theatre Tiles Tours Trade Translations Trucks Verpackung Veterinary Video Watches Water Weine
Wholesale Windows Wines Workshop Yachts Zahnlabor Zimmerei""".split()
COMPANY_SHAPES = [
    "{i}", "{i} {T}", "{T} {i}", "{T} {n}", "{n} {T}", "{r} {T}", "{r} {r} {T}", "The {r} {g} {T}", "The {i} Company", "{i} & {i}", "{n} & {n}", "{n}, {n} & {n}", "{n} + {i} {T}", "{i} {i} {i}", "{i} {i}", "{f} {n}", "{f} {n} {T}", "Dr. {n}", "Dr. {f} {n}", "Praxis {n}", "Studio {i}", "Hotel {i}", "Hotel {r}",
    "Restaurant {r}", "Café {i}", "Autohaus {n}", "Bäckerei {n}", "{n}'s {g}s", "{i} of {x}", "{i} {x}", "{x} {T}", "{x} {T} {i}", "Stadtwerke {x}", "City of {x}", "University of {i}", "{i}.com", "{i}.de", "{ii}", "{ii}.io", "{A} {T}", "{A}", "{A} {i}", "{A} {x}", "{i} {d}", "Studio {d}", "{r}-{r} {T}", "{r}{t}", "{r}{t} {T}",
    "{i}{t} {T}", "{T} & {T} {i}", "{T}haus {n}", "Gebr. {n}", "{f} {n} e. K.", "Familie {n}", "{i} - {T}", "{i} ({x})", "{i} | {T}", "{i} {T} {T}", "Inter{ii}", "Euro{ii} {T}", "{ii}{i}", "{r} {g} {T}", "{T}-Service {n}", "{T} am {r}{t}", "Zum {r}en {g}", "{g}s {T}", "{g}world", "{r} {g}", "{n} Group", "De {i}", "La {i}", "El {i}", "Il {i}", "Van {i} {T}",
]


def company_name(forms) -> str:
    """A company; half of its words are invented, so that it must be copied."""
    rng = forms.rng
    slots = {
        "i": lambda: words.invented(rng), "ii": lambda: words.invented(rng).lower(), "T": lambda: rng.choice(LATER_TRADES), "n": lambda: rng.choice(words.LAST_NAMES) if rng.random() < 0.5 else words.invented(rng), "f": lambda: rng.choice(words.FIRST_NAMES),
        "r": lambda: rng.choice(words.ROOTS), "t": lambda: rng.choice(words.TAILS), "g": lambda: rng.choice(GOODS).capitalize(), "x": lambda: rng.choice(words.CITIES), "A": lambda: words.letters(rng, 2, 4), "d": lambda: words.digits(rng, 1, 3),
    }
    name = forms.say(COMPANY_SHAPES, slots)
    if rng.random() < 0.6:
        name += forms.pick((" ", " ", " ", ", ")) + forms.pick(LATER_LEGAL_FORMS)
    case = rng.random()
    return name.upper() if case < 0.1 else name.lower() if case < 0.12 else name


def goods_name(forms) -> str:
    """What an invoice charges for: one word to a short sentence, sometimes with a size, a code or a period."""
    rng = forms.rng
    german = rng.random() < 0.3
    noun = lambda: (words.invented(rng) if rng.random() < 0.3 else rng.choice(WARES if german else GOODS))  # noqa: E731
    service = lambda: (words.invented(rng) if rng.random() < 0.15 else rng.choice(LEISTUNGEN) if german else rng.choice(SERVICES).replace("_", " "))  # noqa: E731
    quality = lambda: rng.choice(GUETER_ART if german else QUALITIES)  # noqa: E731
    form = rng.random()
    if form < 0.2:
        text = noun() if rng.random() < 0.6 else service()
    elif form < 0.36:
        text = f"{quality()} {noun()}"
    elif form < 0.44:
        text = f"{noun()}{rng.choice((' ', ', ', ' - '))}{_size(forms)}"
    elif form < 0.5:
        text = f"{noun()}{rng.choice((', ', ' ', ' - '))}{rng.choice(COLOURS)}" if rng.random() < 0.6 else f"{noun()} ({rng.choice(COLOURS)})"
    elif form < 0.6:
        text = f"{service()} {_period(forms)}"
    else:
        text = forms.say(LONG, {
            "g": noun, "w": lambda: rng.choice(WARES), "s": service, "S": lambda: service().capitalize(), "l": lambda: rng.choice(LEISTUNGEN), "Q": quality, "u": lambda: rng.choice(GUETER_ART), "p": lambda: rng.choice(PLACES), "q": lambda: str(rng.randint(2, 24)),
            "i": lambda: words.invented(rng), "z": lambda: _size(forms), "c": lambda: rng.choice(COLOURS), "t": lambda: _period(forms), "f": lambda: words.person(rng), "x": lambda: rng.choice(words.CITIES), "k": lambda: words.code(rng),
        })
    return text[0].upper() + text[1:] if rng.random() < 0.8 else text


def _size(forms) -> str:
    return forms.pick(SIZES).format(n=forms.rng.choice((5, 10, 12, 20, 25, 40, 50, 75, 80, 100, 120, 250, 500, 1000)), k=forms.rng.randint(2, 16))


def _period(forms) -> str:
    rng = forms.rng
    month = rng.randrange(12)
    months = (ENGLISH_MONTHS, [name[:3] for name in ENGLISH_MONTHS], GERMAN_MONTHS)
    names = rng.choice(months)
    return forms.pick(PERIODS).format(m=names[month], o=names[(month + 1) % 12], y=rng.randint(2018, 2027), a=month + 1, q=rng.randint(1, 4), w=rng.randint(1, 52), d=rng.randint(1, 28))
