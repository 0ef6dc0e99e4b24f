"""A panel that trains: one job at a time on a thread, with buttons, progress and a message."""

import contextvars
import threading
import time
from abc import abstractmethod
from collections.abc import Callable
from contextlib import suppress
from typing import ClassVar

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.panel import Panel, note
from ausrec.progress import is_quiet
from ausrec.training import Epoch, StopTraining
from ausrec.training.callbacks import Callback

Job = Callable[[], str]
SECONDS_BETWEEN_DRAWINGS = 0.6


class TrainingPanel(Panel):
    """A panel with a button that trains, a button that stops, a bar, and a message.

    A click only starts a thread, so the kernel stays free for other cells; `do` does the same job
    at once and waits. All panels of a kernel share one lock: two trainings at once would each take
    twice as long, and both would change PyTorch's number of threads.

    Attributes:
        button: starts a job.
        stop_button: asks it to stop.
        bar: the epochs that are done.
        message: how the last job ended.
        training: all of these.
    """

    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, label: str) -> None:
        """Make the widgets; `label` is that of the button that starts."""
        super().__init__()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._drawn_at = 0.0
        self.button = widgets.Button(
            description=label, button_style="primary", icon="play", layout={"width": "auto"}
        )
        self.stop_button = widgets.Button(
            description="Stop", icon="stop", disabled=True, tooltip="Stop after this epoch",
            layout={"width": "90px"},
        )  # fmt: skip
        self.bar = widgets.IntProgress(
            max=1, description="Epoch 0", layout={"width": "96%"},
            style={"description_width": "110px"},
        )  # fmt: skip
        self.message = widgets.HTML(note("Nothing has run yet."))
        self.button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self._stop.set())
        buttons = widgets.HBox([self.button, self.stop_button])
        self.training = widgets.VBox([buttons, self.bar, self.message])

    @abstractmethod
    def make_job(self) -> Job:
        """Read the controls, and return what trains and says how it went."""

    def say(self, text: str, kind: str = "") -> None:
        """Show a sentence; `kind` is "", "good" or "bad"."""
        self.message.value = note(text, kind)

    def start(self) -> None:
        """Start the job on a thread; say so where another one is going."""
        try:
            job = self.make_job()
            self._claim()
        except AusrecError as error:
            self.say(f"Not started: {error}.", "bad")
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
        self.stop_button.disabled = False
        self.say("Training ...")
        try:
            self.say(job(), "good")
        except StopTraining:
            self.say("Stopped; nothing was kept.")
        except AusrecError as error:
            self.say(f"Not trained: {error}.", "bad")
            raise
        except Exception as error:
            self.say(f"Not trained, by a defect: {type(error).__name__}: {error}", "bad")
            raise
        finally:
            self.stop_button.disabled = True
            self._lock.release()

    def expect(self, epochs: int) -> None:
        """Set how many epochs the job is going to train."""
        self.bar.max, self.bar.value = epochs, 0
        self.bar.description = f"Epoch 0 of {epochs}"

    def follow(self, draw: Callable[[Epoch], None] | None = None) -> Callback:
        """Return the callback that moves the bar, listens to Stop, and draws now and then.

        Args:
            draw: shows the training as it stands; not called where nobody watches.
        """

        def callback(epoch: Epoch) -> None:
            self.bar.value += 1
            self.bar.description = f"Epoch {self.bar.value} of {self.bar.max}"
            if self.stopping:
                raise StopTraining
            due = time.monotonic() - self._drawn_at > SECONDS_BETWEEN_DRAWINGS
            if draw and due and not is_quiet():
                draw(epoch)
                self._drawn_at = time.monotonic()

        return callback
