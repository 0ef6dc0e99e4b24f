"""Train and Stop buttons, a progress bar, and a line that says what happens."""

import time
from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from ausrec.errors import AusrecError
from ausrec.lab.panels.frame import note
from ausrec.lab.panels.training.background import Background
from ausrec.progress import is_quiet
from ausrec.training import Epoch, StopTraining
from ausrec.training.callbacks import Callback

Job = Callable[[], str]
SECONDS_BETWEEN_DRAWINGS = 0.6


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
