"""What can be set about the weighting, and which weightings there are by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from ausrec.training.settings import default_of, refuse_unread
from ausrec.weighting import Equal, Manual, MetaRows, MetaWeighting, Weighting


class Choice(NamedTuple):
    """One weighting by name.

    Attributes:
        make: builds it from its configuration; None where there is nothing to weigh.
        reads: the settings that it reads.
    """

    make: Callable[["WeightingConfig"], Weighting | None]
    reads: tuple[str, ...]


@dataclass(frozen=True)
class WeightingConfig:
    """How auxiliary tasks are weighted. Settings that the chosen one does not read are refused."""

    name: Literal["meta", "published", "equal", "manual", "none"] = "meta"
    """AusRec's learned weights (`meta`), or as the published code has them (`published`); the same
    for all (`equal`), chosen by hand (`manual`); `none` leaves the auxiliary tasks out."""

    per: Literal["sample", "task"] = default_of(MetaWeighting, "per")
    """meta, published: one weight a sample, or one a task."""

    learning_rate: float = default_of(MetaWeighting, "learning_rate")
    """meta: learning rate of the weighting network."""

    hidden: int = default_of(MetaWeighting, "hidden")
    """meta: width of the weighting network."""

    scale: float = default_of(MetaWeighting, "scale")
    """meta: how much all auxiliary tasks together count."""

    decay: float = default_of(MetaWeighting, "decay")
    """meta: of the running mean that the hypergradient is divided by."""

    virtual_rate: float | None = default_of(MetaWeighting, "virtual_rate")
    """meta, published: learning rate of the virtual step; null for the mode's own."""

    meta_share: float = MetaRows.share
    """meta, published: share of each main batch that judges the weights."""

    meta_in_step: bool = MetaRows.in_step
    """meta, published: train on those rows too."""

    meta_in_graph: bool | None = None
    """meta, published: leave those rows' edges in the graph; null for the mode's own."""

    weight: float = default_of(Equal, "weight")
    """equal: the weight of every task."""

    weights: dict[str, float] = field(default_factory=dict)
    """manual: weights by task; a task without one counts 0."""

    def build(self) -> Weighting | None:
        """Make the weighting; None for `none`.

        Raises:
            AusrecError: when a setting is given that the weighting does not read.
        """
        choice = WEIGHTINGS[self.name]
        refuse_unread(self, "weighting", self.name, choice.reads)
        return choice.make(self)

    def meta_rows(self) -> MetaRows:
        """Return which main samples judge the weights."""
        in_graph = self.name == "published" if self.meta_in_graph is None else self.meta_in_graph
        return MetaRows(self.meta_share, self.meta_in_step, in_graph)


def _meta(config: WeightingConfig) -> Weighting:
    return MetaWeighting(
        per=config.per,
        hidden=config.hidden,
        learning_rate=config.learning_rate,
        virtual_rate=config.virtual_rate,
        scale=config.scale,
        decay=config.decay,
        meta=config.meta_rows(),
    )


def _published(config: WeightingConfig) -> Weighting:
    return MetaWeighting(
        "published", config.per, virtual_rate=config.virtual_rate, meta=config.meta_rows()
    )


_META_READS = ("per", "virtual_rate", "meta_share", "meta_in_step", "meta_in_graph")
WEIGHTINGS: Mapping[str, Choice] = {
    "meta": Choice(_meta, (*_META_READS, "hidden", "learning_rate", "scale", "decay")),
    "published": Choice(_published, _META_READS),
    "equal": Choice(lambda config: Equal(config.weight), ("weight",)),
    "manual": Choice(lambda config: Manual(config.weights), ("weights",)),
    "none": Choice(lambda config: None, ()),
}
