"""Which weightings there are by name, what each reads, and how it is built."""

from collections.abc import Mapping
from typing import NamedTuple

from ausrec.settings import first_line, settings_of
from ausrec.training.settings import complaints_of, refuse_unread
from ausrec.training.weighting_config import WeightingConfig
from ausrec.weighting import catalog
from ausrec.weighting.weighting import Weighting


class Choice(NamedTuple):
    """One weighting by name.

    Attributes:
        says: what it does, in one line.
        kind: its class; None where there is nothing to weigh.
        reads: the settings that it reads.
        title: how tables call it.
    """

    says: str
    kind: type[Weighting] | None
    reads: tuple[str, ...]
    title: str


def build_weighting(config: WeightingConfig) -> Weighting | None:
    """Make the weighting that was set; None for `none`.

    Raises:
        AusrecError: when a setting is given that the weighting does not read, or cannot be.
    """
    choice = WEIGHTINGS[config.name]
    refuse_unread(config, "weighting", config.name, choice.reads)
    if choice.kind is None:
        return None
    given = {name: getattr(config, name) for name in choice.reads}
    with complaints_of("weighting", config):
        return choice.kind(**{name: value for name, value in given.items() if value is not None})


def _reads(kind: type[Weighting]) -> tuple[str, ...]:
    known = WeightingConfig.__dataclass_fields__
    return tuple(name for name in settings_of(kind) if name in known)


WEIGHTINGS: Mapping[str, Choice] = {
    "none": Choice("No auxiliary tasks: the encoder alone", None, (), "no tasks"),
    **{
        name: Choice(first_line(kind), kind, _reads(kind), kind.title)
        for name, kind in catalog.WEIGHTINGS.items()
    },
}
