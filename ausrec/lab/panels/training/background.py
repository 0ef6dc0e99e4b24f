"""One job at a time, beside the kernel's own thread."""

import contextvars
import threading
from collections.abc import Callable
from typing import ClassVar

from ausrec.errors import AusrecError


class Background:
    """Runs jobs on a thread; refuses a second one while one is going.

    All panels of a kernel share the lock: two trainings at once would each take twice as long,
    and both would change PyTorch's number of threads.

    Attributes:
        error: what went wrong in the last job, if anything.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._going = False
        self.error: Exception | None = None

    @property
    def going(self) -> bool:
        """Whether a job of this panel is going."""
        return self._going

    @property
    def stopping(self) -> bool:
        """Whether the going job was asked to stop."""
        return self._stop.is_set()

    def run(self, job: Callable[[], None]) -> None:
        """Run a job here and now.

        Raises:
            AusrecError: when another job is going, or what the job raises.
        """
        self._claim()
        try:
            job()
        finally:
            self._release()

    def start(self, job: Callable[[], None]) -> None:
        """Start a job on a thread; what it raises ends up in `error`.

        Raises:
            AusrecError: when another job is going.
        """
        self._claim()
        # The thread keeps the context of the click, so that messages find their cell.
        context = contextvars.copy_context()
        self._thread = threading.Thread(
            target=context.run, args=(self._work, job), name="ausrec-lab", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Ask the going job to stop; it looks at `stopping` now and then."""
        self._stop.set()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the job on the thread; tell whether it has ended."""
        if self._thread is not None:
            self._thread.join(seconds)
            return not self._thread.is_alive()
        return True

    def _work(self, job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            self.error = error
        finally:
            self._release()

    def _claim(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise AusrecError("a run is going: wait for its end or press its Stop button")
        self._going, self.error = True, None
        self._stop.clear()

    def _release(self) -> None:
        self._going = False
        self._lock.release()
