"""Every objective and every weighting says what it computes, and whose idea that is."""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ausrec.tasks import OBJECTIVES, RelationTask
from ausrec.tasks.recommendation import Recommendation
from ausrec.weighting import WEIGHTINGS
from ausrec.weighting.ausrec import WeightingNetwork
from ausrec.weighting.others.published_ausrec import PublishedNetwork
from tests.weighting.instances import concrete_weightings

Documented = Callable[..., Any]
SUBJECTS: dict[str, Documented] = {
    **OBJECTIVES,
    "main": Recommendation,
    "relation": RelationTask,
    **{kind.__name__: kind for kind in (WeightingNetwork, PublishedNetwork)},
    # A set has another order in each process, and the tests of parallel ones must be the same.
    **{kind.__name__: kind for kind in sorted(concrete_weightings(), key=lambda k: k.__name__)},
}
YEAR = re.compile(r"\b(19|20)\d\d\b|arXiv \d{4}\.\d{5}")


def section(text: str, name: str) -> str:
    """Return what a docstring says after `Math:` or `Source:`, up to where it is indented less."""
    found = re.search(rf"^{name}:[ ]+(\S.*(?:\n[ ]{{4,}}\S.*)*)", text, flags=re.MULTILINE)
    return "" if found is None else found[1]


def complaints(subject: Documented) -> Iterator[str]:
    """Say what a docstring of an objective or a weighting lacks."""
    # A class that says nothing itself would be given the words of the one it derives from.
    text = inspect.cleandoc(subject.__doc__ or "")
    if not re.search(r"[=∝]", section(text, "Math")):
        yield "has no equation after `Math:`"
    source = section(text, "Source")
    if not (YEAR.search(source) or source.startswith("ours")):
        yield "names no paper with its year after `Source:`, and does not say that it is ours"


@pytest.mark.parametrize("name", SUBJECTS)
def test_it_has_an_equation_and_a_source(name: str) -> None:
    assert list(complaints(SUBJECTS[name])) == []


def test_every_weighting_by_name_is_among_them() -> None:
    assert set(WEIGHTINGS.values()) <= concrete_weightings()
    assert all(kind.__name__ in SUBJECTS for kind in WEIGHTINGS.values())


def test_what_is_lacking_is_found() -> None:
    def bare() -> None:
        """Compare.

        Math: nothing to see
        Source:
        """

    def whole() -> None:
        """Compare.

        Math:    ℓ = −ln σ(x),
                 x a number
        Source:  Somebody et al. 2020, Eq. 3.
        """

    def own() -> None:
        """Compare.

        Math:    ℓ = 0
        Source:  ours, a control.
        """

    assert len(list(complaints(bare))) == 2
    assert list(complaints(whole)) == list(complaints(own)) == []
    assert len(list(complaints(lambda: None))) == 2
