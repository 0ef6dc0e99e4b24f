"""Invented names for the listening club: members, artists and genres."""

import numpy as np

GENRES = (
    "ambient",
    "bluegrass",
    "chamber pop",
    "dub",
    "electro swing",
    "folk",
    "hard bop",
    "indie rock",
    "synthwave",
    "trip hop",
)

_FIRST_NAMES = """
Ada Amir Ana Bela Bruno Chidi Clara Dana Dmitri Elif Emeka Femi Freya Gita Hana Hugo Ines Ivan
Jonas Kaya Kenji Lara Leif Lucia Mai Malik Marta Mila Nadia Nils Noor Olga Omar Paulo Petra
Priya Rafael Rosa Samir Sofia Tariq Tess Uma Viktor Wanda Wei Yara Yusuf Zoe Zofia
"""
_SURNAMES = """
Abara Adler Bianchi Borges Castro Chen Dahl Diallo Eder Farah Fischer Garcia Haddad Hansen Ito
Jansen Kaur Keller Kim Kovac Lindt Lopez Mensah Meyer Moreau Nagy Novak Okafor Olsen Park Patel
Petrov Quist Rahman Reyes Rossi Sato Silva Singh Sousa Tanaka Torres Udo Varga Virtanen Weber
Yilmaz Zhang
"""
_ADJECTIVES = """
Amber Borrowed Brass Broken Burnt Copper Crooked Distant Drowsy Electric Empty Faded Feral
Floating Frozen Gentle Golden Hidden Hollow Humble Idle Indigo Ivory Late Little Lonely Lucid
Marble Midnight Narrow Nervous Northern Ochre Pale Paper Patient Quiet Restless Rusted Sleeping
Slow Spare Tidal Twin Velvet Wandering Wired Young
"""
_NOUNS = """
Anchor Antenna Arcade Avenue Balcony Beacon Bicycle Canyon Carousel Cedar Cinema Comet Compass
Cricket Delta Dial Engine Falcon Ferry Garden Glacier Harbour Heron Island Kettle Ladder Lantern
Lighthouse Magnet Meadow Mirror Museum Orchard Otter Parade Pavilion Pigeon Piano Planet
Postcard Quarry River Saddle Satellite Signal Sparrow Staircase Station Tangerine Telegraph
Thunder Tiger Tunnel Umbrella Valley Violet Window Winter
"""

FIRST_NAMES = tuple(_FIRST_NAMES.split())
SURNAMES = tuple(_SURNAMES.split())
ADJECTIVES = tuple(_ADJECTIVES.split())
NOUNS = tuple(_NOUNS.split())


def draw(words: tuple[str, ...], generator: np.random.Generator) -> str:
    """Draw one word.

    Only `Generator.random` is used throughout the club. numpy may change what its shuffles and
    choices draw from one release to the next; this plainest stream is the least likely to.
    """
    return words[int(generator.random() * len(words))]


def draw_artist(generator: np.random.Generator) -> str:
    """Draw the name of an artist or a band, as "The Rusted Lanterns" or "Mila Novak Trio"."""
    form = int(generator.random() * 7)
    adjective, noun = draw(ADJECTIVES, generator), draw(NOUNS, generator)
    other = draw(NOUNS, generator)
    person = f"{draw(FIRST_NAMES, generator)} {draw(SURNAMES, generator)}"
    return (
        f"The {adjective} {_plural(noun)}",
        f"{adjective} {noun}",
        f"{noun} & {other}" if noun != other else f"{noun} Club",
        f"{person} Trio",
        person,
        f"{noun} of the {adjective} {other}" if noun != other else f"{adjective} {noun} Band",
        f"{adjective} {noun} Orchestra",
    )[form]


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith("s") else f"{noun}s"


def distinct_names(count: int, generator: np.random.Generator, *, artists: bool) -> list[str]:
    """Draw distinct names, of artists or of members."""
    names: dict[str, None] = {}
    while len(names) < count:
        if artists:
            name = draw_artist(generator)
        else:
            name = f"{draw(FIRST_NAMES, generator)} {draw(SURNAMES, generator)}"
        names.setdefault(name)
    return list(names)
