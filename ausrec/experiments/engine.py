"""What an engine is: it does independent jobs, wherever they run, and one may fail."""

import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, runtime_checkable

Job = TypeVar("Job")
Outcome = TypeVar("Outcome")


@dataclass(frozen=True)
class Failure:
    """What is left of a job that failed."""

    error: str
    """One line: type and message."""

    traceback: str = ""
    """Where it happened, for those who mend it."""

    @classmethod
    def of(cls, error: BaseException) -> "Failure":
        """Describe an exception."""
        line = " ".join(f"{type(error).__name__}: {error}".split())
        return cls(line, "".join(traceback.format_exception(error)))


@runtime_checkable
class Engine(Protocol):
    """Does independent jobs."""

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs; yield (place in `jobs`, outcome) as each finishes, in any order.

        One that raises, or whose process dies, is yielded as a `Failure` and does not end the
        others.
        """
        ...


class SerialEngine:
    """Does the jobs one after the other in this process, as a debugger wants it."""

    def map(
        self, jobs: Sequence[Job], work: Callable[[Job], Outcome]
    ) -> Iterator[tuple[int, Outcome | Failure]]:
        """Do the jobs in their order; see `Engine.map`."""
        for place, job in enumerate(jobs):
            yield place, attempt(work, job)


def attempt(work: Callable[[Any], Any], job: Any) -> Any:
    """Do one job; return its outcome, or a `Failure` where it raises."""
    try:
        return work(job)
    except Exception as error:
        return Failure.of(error)
