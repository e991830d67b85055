"""Tickets of the last part of training: three of four sentences from `wordings/`.

No sentence is one that a held-out template can say, whichever list it was drawn from: the held-out
documents keep measuring wordings that this part of training never showed.
"""

import re

from .forms import split
from .tickets import CATEGORIES, CORE, DETAILS_BY_LANGUAGE, DISTRACTORS_BY_LANGUAGE, LAYOUTS, MORE, SENTIMENTS, URGENCIES, slots_for, with_noise
from .wording_files import LANGUAGES, read_wordings

NEW_SHARE = 0.75
EVERYDAY_ITEMS = """printer scooter bookcase blanket pillow wardrobe stroller saucepan knife coat dress sweater watch necklace puzzle speaker headset router toolbox ladder lawnmower
pump heater fan tap sink cabinet armchair grill toothbrush hairdryer dumbbell racket ball sledge rucksack wallet umbrella notebook pen calendar poster frame candle plate mug bowl towel duvet cot doll
train kite""".split()
PLACES_IN_TIME = ("last week", "yesterday", "on Monday", "on Friday", "two weeks ago", "ten days ago", "in May", "in autumn", "last month", "three days ago", "this morning", "at the weekend", "a month ago", "a few days ago")
DURATIONS = ("two weeks", "ten days", "a month", "several days", "a while", "three weeks", "five days", "some time", "over a week", "six weeks")
SMALL_NUMBERS = ("two", "three", "four", "five", "six", "ten", "2", "3", "4", "12")
FEATURES = """the address book|the invoice editor|the booking screen|the photo gallery|the login-free viewer|the order list|the product catalogue|the planner|the time sheet|the stock list|the form builder|the task board|the archive
the bar chart|the price calculator|the mail merge|the customer list|the video player|the notes|the playlist|the scan function|the wizard|the dashboard|the mobile view|the template library|the translation tool|the voice memo""".replace("\n", "|").split("|")
_JOINTS = (", ", " - ", "; ", ", and ", " and ", " ... ", ", ", "\n")
_PUNCTUATION = " .!?,:"


def _lists(old_and_new) -> dict:
    return {name: {language: [*old.get(language, []), *new[language]] for language in LANGUAGES} for name, (old, new) in old_and_new.items()}


NEW = {
    "category": {name: read_wordings(name) for name in CATEGORIES},
    "urgency": {name: read_wordings(name) for name in URGENCIES if name != "normal"},
    "sentiment": {name: read_wordings(name) for name in SENTIMENTS if name != "neutral"},
}
_DETAILS = _lists({"details": (DETAILS_BY_LANGUAGE, read_wordings("details"))})["details"]
_BESIDES = _lists({name: (old, read_wordings(f"besides-{name}")) for name, old in DISTRACTORS_BY_LANGUAGE.items()})


def to_pattern(template: str) -> str:
    """A regular expression of everything that a template can say."""
    parts = []
    for token in re.findall(r"\{\w+\}|.", template.rstrip(_PUNCTUATION)):
        parts.append({"[": "(?:", "]": ")", "|": "|"}.get(token) or (".+?" if len(token) > 1 else re.escape(token)))
    return "".join(parts)


def _says_held_out() -> re.Pattern:
    templates = {
        template
        for lists in (CORE, MORE, NEW)
        for labels in lists.values()
        for by_language in labels.values() if by_language
        for entries in by_language.values()
        for template in split(entries)[1]
    }
    patterns = "|".join(f"(?:{to_pattern(template)})" for template in sorted(templates))
    return re.compile(rf"(?:{patterns})[{_PUNCTUATION}]*", re.IGNORECASE)


HELD_OUT = _says_held_out()


def more_slots(forms) -> dict:
    """The slots of all templates, with more things, times and numbers than the earlier lists know."""
    rng, slots = forms.rng, slots_for(forms)
    old_item, old_feature = slots["item"], slots["feature"]
    return slots | {
        "item": lambda: rng.choice(EVERYDAY_ITEMS) if rng.random() < 0.6 else old_item(),
        "feature": lambda: rng.choice(FEATURES) if rng.random() < 0.6 else old_feature(),
        "ago": lambda: rng.choice(PLACES_IN_TIME), "time": lambda: rng.choice(DURATIONS), "few": lambda: rng.choice(SMALL_NUMBERS),
    }


def say(forms, slots, labels, label) -> str:
    """A sentence that gives a label; never one of a held-out template."""
    while True:
        wordings = NEW if forms.chance(NEW_SHARE) else forms.rng.choice((CORE, MORE))
        sentence = forms.say(wordings[label][labels[label]][slots["language"]], slots)
        if not HELD_OUT.fullmatch(sentence):
            return sentence


def _sentences(forms, slots, labels) -> list[str]:
    """Story first (mostly), then cues, mentions of other categories and details anywhere."""
    language = slots["language"]
    body = [say(forms, slots, labels, "category")]
    while len(body) < 3 and forms.chance(0.3):
        body.append(say(forms, slots, labels, "category"))
    extras = []
    for label in ("urgency", "sentiment"):
        if labels[label] in NEW[label]:
            extras += [say(forms, slots, labels, label) for _ in range(forms.rng.choice((1, 1, 1, 2)))]
    if forms.chance(0.25) and language == "en":
        others = [name for name in _BESIDES if name != labels["category"]]
        extras.append(forms.say(_BESIDES[forms.rng.choice(others)][language], slots))
    for _ in range(forms.rng.choice((0, 0, 1, 1, 2, 3))):
        extras.append(forms.say(_DETAILS[language], slots))
    for extra in extras:
        body.insert(forms.rng.randint(0, len(body)), extra)
    return _joined(forms, [sentence for sentence in body if sentence])


def _joined(forms, sentences) -> list[str]:
    """Some neighbours run on in one sentence, as people write."""
    joined = sentences[:1]
    for sentence in sentences[1:]:
        if joined[-1].endswith(".") and forms.chance(0.12):
            joined[-1] = joined[-1].rstrip(".") + forms.rng.choice(_JOINTS) + _as_continuation(sentence)
        else:
            joined.append(sentence)
    return joined


def _as_continuation(sentence: str) -> str:
    first = sentence.split(" ", 1)[0]
    return sentence if first.startswith("I'") or first.isupper() else sentence[0].lower() + sentence[1:]


def last_ticket(forms) -> tuple[str, dict]:
    """A ticket of the last part of training: its text and its labels."""
    labels = {"category": forms.rng.choice(CATEGORIES), "urgency": forms.rng.choice(URGENCIES), "sentiment": forms.rng.choice(SENTIMENTS)}
    slots = more_slots(forms)
    return with_noise(forms, forms.pick(LAYOUTS)(forms, slots, _sentences(forms, slots, labels))), labels
