"""A panel that trains: one job at a time on a thread, with buttons, progress and a message."""

import contextvars
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import Any, ClassVar

from ausrec.errors import AusrecError
from ausrec.lab.panels.base.live_panel import LivePanel, LiveWidget
from ausrec.progress import is_quiet
from ausrec.training import Epoch, StopTraining
from ausrec.training.callbacks import Callback

Job = Callable[[], str]
SECONDS_BETWEEN_DRAWINGS = 0.6


class TrainingPanel(LivePanel):
    """A panel with a button that trains, a button that stops, a bar, and a message.

    A click only starts a thread, so the kernel stays free for other cells; `do` does the same job
    at once and waits. All panels of a kernel share one lock: two trainings at once would each take
    twice as long, and both would change PyTorch's number of threads.

    Attributes:
        job: how the job stands: running, the epochs that are done, in total, what is said of it,
            and its mood ("", "good" or "bad").
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, label: str) -> None:
        """Offer buttons; `label` is that of the one that starts."""
        super().__init__()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._drawn_at = 0.0
        self.job: dict[str, Any] = {"running": False, "done": 0, "total": 0, "said": "", "mood": ""}
        self.deeds = {label: self.start, "Stop": self._stop.set}

    @property
    def view(self) -> LiveWidget:
        """The widget, with the state of the job."""
        widget = super().view
        widget.job = self.job
        return widget

    @abstractmethod
    def make_job(self) -> Job:
        """Read the controls, and return what trains and says how it went."""

    def tell(self, said: str | None = None, mood: str = "", **changes: Any) -> None:
        """Show a sentence, or how far the job is."""
        words = {} if said is None else {"said": said, "mood": mood}
        self.job = self.job | words | changes
        if hasattr(self, "_view"):
            self._view.job = self.job

    def start(self) -> None:
        """Start the job on a thread; say so where another one is going."""
        try:
            job = self.make_job()
            self._claim()
        except AusrecError as error:
            self.tell(f"Not started: {error}.", "bad")
            return

        def work() -> None:
            # The message has said it.
            with suppress(Exception):
                self._perform(job)

        # The thread keeps the context of the click, so that messages find their cell.
        run_here = contextvars.copy_context().run
        self._thread = threading.Thread(target=run_here, args=(work,), daemon=True)
        self._thread.start()

    def do(self) -> None:
        """Do the job now.

        Raises:
            AusrecError: when another job is going, or what the job raises.
        """
        job = self.make_job()
        self._claim()
        self._perform(job)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the job on the thread; tell whether it has ended."""
        if self._thread is not None:
            self._thread.join(seconds)
        return self._thread is None or not self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    def _claim(self) -> None:
        if not self._lock.acquire(blocking=False):
            raise AusrecError("a run is going: wait for its end or press its Stop button")
        self._stop.clear()

    def _perform(self, job: Job) -> None:
        self.tell("Training ...", running=True)
        try:
            self.tell(job(), "good")
        except StopTraining:
            self.tell("Stopped; nothing was kept.")
        except AusrecError as error:
            self.tell(f"Not trained: {error}.", "bad")
            raise
        except Exception as error:
            self.tell(f"Not trained, by a defect: {type(error).__name__}: {error}", "bad")
            raise
        finally:
            self.tell(running=False)
            self._lock.release()

    def expect(self, epochs: int) -> None:
        """Set how many epochs the job is going to train."""
        self.tell(total=epochs, done=0)

    def follow(self, draw: Callable[[Epoch], None] | None = None) -> Callback:
        """Return the callback that moves the bar, listens to Stop, and draws now and then.

        Args:
            draw: shows the training as it stands; not called where nobody watches.
        """

        def callback(epoch: Epoch) -> None:
            self.tell(done=self.job["done"] + 1)
            if self.stopping:
                raise StopTraining
            due = time.monotonic() - self._drawn_at > SECONDS_BETWEEN_DRAWINGS
            if draw and due and not is_quiet():
                draw(epoch)
                self._drawn_at = time.monotonic()

        return callback
