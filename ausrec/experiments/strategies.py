"""Strategies of a grid: weightings, two that train again with learned weights, and baselines."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ausrec.choice import Choice, choose, split_choice
from ausrec.errors import SettingError, naming, nearest, settings_within
from ausrec.evaluation.baselines import RECOMMENDERS
from ausrec.runs.recipe import STRATEGIES, Recipe
from ausrec.runs.task_sets import NONE
from ausrec.settings import Maker, settings_of, written

LEARNED = "ausrec"
POPULARITY = "popularity"


def frozen(dataset: str | None = None) -> None:
    """Train again with the weights that ausrec has learned, held from the first step on.

    Args:
        dataset: on which they were learned; null for the same one.
    """


def shuffled() -> None:
    """Train again with the weights that ausrec has learned, each given to another task."""


DERIVED: Mapping[str, Maker] = {"frozen": frozen, "shuffled": shuffled}


@dataclass(frozen=True)
class Strategy:
    """A strategy, with its name in tables."""

    choice: Choice
    """What it is."""

    label: str
    """The strategy as it was written."""

    @property
    def name(self) -> str:
        """The strategy without its settings."""
        return self.choice.name

    @property
    def given(self) -> dict[str, str]:
        """Its settings as they were written, those that are as the defaults among them."""
        return split_choice(self.label, "strategy")[1]

    @property
    def is_derived(self) -> bool:
        """Whether it takes the weights of another run."""
        return self.name in DERIVED

    @property
    def is_recommender(self) -> bool:
        """Whether it recommends without an encoder, and so without tasks."""
        return self.name in RECOMMENDERS

    @property
    def takes(self) -> set[str]:
        """The settings of its weighting, or of the one whose weights it takes."""
        if self.is_recommender:
            return set()
        return set(settings_of(STRATEGIES[LEARNED] if self.is_derived else self.choice.make))

    def apply(self, recipe: Recipe, shared: Mapping[str, Any]) -> Recipe:
        """Return the recipe with this weighting.

        Args:
            recipe: all other settings.
            shared: settings of weightings, for those that have them; the strategy's own win.

        Raises:
            AusrecError: when a setting is of the wrong type or impossible.
        """
        if self.is_recommender:
            return recipe.without_tasks()
        if self.is_derived:
            return replace(recipe, weighting="manual")
        choice, own = self.choice, self.given
        for name, value in shared.items():
            if choice.has(name) and name not in own:
                with settings_within("weighting"):
                    choice = choice.set(name, value)
        changed = replace(recipe, weighting=choice)
        with naming(f"strategy '{self.label}'"):
            changed.build_weighting()
        return changed


def parse_strategy(text: Any, what: str = "strategy") -> Strategy:
    """Read a strategy such as `equal(weight=0.1)`.

    Args:
        text: the strategy as it is written, or a weighting of your own: its class, or an object.
        what: it is, for complaints.

    Raises:
        SettingError: when it cannot be understood; the nearest name is suggested.
    """
    choice = choose(text, {**STRATEGIES, **DERIVED, **RECOMMENDERS}, what)
    is_text = isinstance(text, str)
    return Strategy(choice, written(*split_choice(text, "strategy")) if is_text else str(choice))


def check_shared(shared: Mapping[str, Any], strategies: Iterable[Strategy]) -> None:
    """Refuse settings that none of the strategies has.

    Raises:
        SettingError: naming the setting, and the nearest that they have.
    """
    known = {name for strategy in strategies for name in strategy.takes}
    for name in shared:
        if name not in known:
            hint = nearest(name, known) if known else ""
            raise SettingError(
                f"weighting.{name}", f"is set, but none of the strategies has it{hint}"
            )


def only_shared(shared: Mapping[str, Any], strategies: Iterable[Strategy]) -> dict[str, Any]:
    """Return those of the shared settings that one of the strategies has."""
    known = {name for strategy in strategies for name in strategy.takes}
    return {name: value for name, value in shared.items() if name in known}


NO_TASKS = Strategy(choose(NONE, STRATEGIES, "strategy"), NONE)
