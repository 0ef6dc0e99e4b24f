"""Training from a panel: one job at a time on a thread, with buttons, progress and messages."""

import contextvars
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.frame import note
from ausrec.progress import is_quiet
from ausrec.training import Epoch, StopTraining
from ausrec.training.callbacks import Callback

Job = Callable[[], str]
SECONDS_BETWEEN_DRAWINGS = 0.6


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


class TrainingBar:
    """Runs the trainings of a panel, one at a time.

    The button's click only starts a thread, so the kernel stays free for other cells. `run`
    does the same job at once and waits.

    Attributes:
        box: the widgets.
        background: where the job runs.
    """

    def __init__(self, label: str, make_job: Callable[[], Job]) -> None:
        """Make the widgets.

        Args:
            label: of the button that starts.
            make_job: reads the controls and returns the job; the job trains and returns the
                sentence to show at its end.
        """
        self.make_job = make_job
        self.background = Background()
        self.button = widgets.Button(description=label, button_style="primary", icon="play")
        self.button.layout.width = "auto"
        self.stop_button = widgets.Button(
            description="Stop", icon="stop", disabled=True, tooltip="Stop after this epoch"
        )
        self.stop_button.layout.width = "90px"
        self.bar = widgets.IntProgress(max=1, description="Epoch 0", layout={"width": "96%"})
        self.bar.style.description_width = "110px"
        self.message = widgets.HTML(note("Nothing has run yet."))
        self.button.on_click(lambda _: self.start())
        self.stop_button.on_click(lambda _: self.background.stop())
        buttons = widgets.HBox([self.button, self.stop_button])
        self.box = widgets.VBox([buttons, self.bar, self.message])
        self._drawn = 0.0

    def say(self, text: str, kind: str = "") -> None:
        """Show a sentence; `kind` is "", "good" or "bad"."""
        self.message.value = note(text, kind)

    def start(self) -> None:
        """Start the job on a thread; say so where another one is going."""
        try:
            self.background.start(partial(self._perform, self.make_job()))
        except AusrecError as error:
            self.say(f"Not started: {error}.", "bad")

    def run(self) -> None:
        """Do the job now.

        Raises:
            AusrecError: when another job is going, or what the job raises.
        """
        self.background.run(partial(self._perform, self.make_job()))

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
            if self.background.stopping:
                raise StopTraining
            if (
                draw
                and not is_quiet()
                and time.monotonic() - self._drawn > SECONDS_BETWEEN_DRAWINGS
            ):
                draw(epoch)
                self._drawn = time.monotonic()

        return callback

    def go_on(self) -> None:
        """Raise `StopTraining` where Stop was pressed; for jobs of several runs."""
        if self.background.stopping:
            raise StopTraining

    def complete(self) -> None:
        """Fill the bar, as after an early stop."""
        self.bar.value = self.bar.max
