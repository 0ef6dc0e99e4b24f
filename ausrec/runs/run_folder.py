"""The folder of a run: claimed before, and filled in one step after.

While a run goes on, all that it writes lies in `unfinished/` inside the folder: its checkpoint, the
configuration that was asked for and at the end the new files, with the configuration that was
trained. Only when these are complete do they take their places, so that a failure harms nothing
that was there.
"""

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

from ausrec.errors import AusrecError
from ausrec.files import checksum
from ausrec.folder import MANIFEST, OutputFolder, check_apart
from ausrec.runs.plugin import loaded_plugins
from ausrec.runs.recipe import Recipe
from ausrec.runs.recipe_file import read_recipe, to_yaml

CONFIG, METRICS, HISTORY = "config.yaml", "metrics.json", "history.parquet"
MODEL, WEIGHTS, REPORT = "model.safetensors", "weights.png", "report.html"
LISTS = "lists.safetensors"
RUN_FILES = (CONFIG, METRICS, HISTORY, MODEL, LISTS, WEIGHTS, REPORT)
UNFINISHED, CHECKPOINT, ASKED = "unfinished", "checkpoint.pt", "asked.yaml"
KINDS = ("train", "demo")


class RunFolder:
    """An output folder that a run has claimed.

    Attributes:
        path: the folder.
        checkpoint: where training saves its state.
        config: the text of the configuration file.
        command: repeats the run.
    """

    def __init__(
        self,
        path: Path,
        recipe: Recipe,
        kind: str,
        *,
        inputs: Mapping[str, str] | None = None,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Claim a folder for a run.

        Args:
            path: the folder; made where it is not there.
            recipe: what is going to run.
            kind: the command, "train" or "demo".
            inputs: what the command reads besides the tables of the recipe.
            resume: continue a run that was killed here.
            overwrite: replace the files of a former run, and nothing else; the demo replaces
                those of a demo alone.

        Raises:
            AusrecError: when it is not empty, and neither flag helps.
        """
        self.path, self.recipe, self._kind = path, recipe, kind
        self.checkpoint = path / UNFINISHED / CHECKPOINT
        self.config = to_yaml(recipe, f"ausrec {kind}", path)
        self.command = f"ausrec train --config {path / CONFIG} --out FOLDER"
        self._tables, self._lock = recipe.data.files(), ExitStack()
        check_apart(path, self._tables | dict(inputs or {}))
        self._read()
        self._check(resume, overwrite)
        # Until then nothing here is ours to remove.
        self._lock.enter_context(self._done.reserved())
        try:
            settle(path)
            self._read()
            self._check(resume, overwrite)
            if self._work.kind and not (resume and self.can_resume):
                self._work.remove()
            if not self.can_resume:
                self._begin()
        except BaseException:
            self.abandon()
            raise

    def _read(self) -> None:
        self._done, self._work = OutputFolder(self.path), OutputFolder(self.path / UNFINISHED)

    def _check(self, resume: bool, overwrite: bool) -> None:
        work, done = self._work, self._done
        if not (done.kind or work.kind or _is_left(self.path)):
            raise AusrecError(
                f"{self.path}: is not empty, and ausrec has not written what is in it; choose "
                "another folder by --out"
            )
        for kind in (work.kind, done.kind):
            if kind not in ("", *KINDS) or (self._kind == "demo" and kind not in ("", "demo")):
                raise AusrecError(
                    f"{self.path}: holds what another command has written, `ausrec {kind}`; "
                    "choose another folder by --out"
                )
        if work.kind and not work.is_complete and resume:
            if (work.path / ASKED).exists():
                work.check([ASKED])
                work.check_inputs(self._tables)
                if not self.recipe.continues(read_recipe(work.path / ASKED)):
                    raise AusrecError(
                        f"{self.path}: the unfinished run has other settings "
                        f"({work.path / ASKED}); repeat its command with --resume, or add "
                        "--overwrite to start again"
                    )
        elif (work.kind or done.kind) and not overwrite:
            what = "holds a finished run with other settings" if resume else "holds a finished run"
            if work.kind and not work.is_complete:
                what = "holds a run that was not finished; add --resume to continue it"
            raise AusrecError(
                f"{self.path}: {what}; choose another folder by --out, or add --overwrite to "
                "replace the run in it"
            )
        if not (work.kind and work.is_complete):  # otherwise some may be in their places already
            done.refuse_strangers(RUN_FILES)

    def _begin(self) -> None:
        content = self.config.encode()
        self._work = OutputFolder(self.path / UNFINISHED)
        self._work.inputs = {
            name: checksum(path) for name, path in (self._tables | loaded_plugins()).items()
        }
        self._work.claim(self._kind, files=[CHECKPOINT, *RUN_FILES], is_complete=False)
        self._work.write({ASKED: content})

    @property
    def can_resume(self) -> bool:
        """Whether there is a checkpoint to continue from."""
        return bool(self._work.kind) and self.checkpoint.exists()

    def finish(self, files: Mapping[str, bytes]) -> None:
        """Put the files of the run in their places and remove what was needed for running.

        Writing the manifest finishes the run, in one step. Before it, what was there is unharmed;
        after it, the next command that opens the folder does what is left to do.
        """
        self._done.refuse_strangers(files)
        self._work.write(files)
        self._work.files = {name: self._work.files[name] for name in files}
        self._work.is_complete = True
        self._work.save()
        settle(self.path)
        self._work = OutputFolder(self._work.path)

    def abandon(self) -> None:
        """Remove what the run has left, unless it can be continued."""
        if not self.can_resume and self._work.kind:
            self._work.remove()
        self._lock.close()
        self._done.leave()


def settle(path: Path) -> None:
    """Put the files of a run that was finished, and then killed, into their places."""
    work, done = OutputFolder(path / UNFINISHED), OutputFolder(path)
    if work.kind and work.is_complete:
        for name in done.files.keys() - work.files.keys():
            (path / name).unlink(missing_ok=True)
        for name in work.files:
            with suppress(FileNotFoundError):
                (work.path / name).replace(path / name)
        for name in (CHECKPOINT, ASKED):
            (work.path / name).unlink(missing_ok=True)
        (work.path / MANIFEST).replace(path / MANIFEST)
    if (work.kind and work.is_complete) or _is_left(path):
        work.leave()


def _is_left(path: Path) -> bool:
    """Tell whether a folder holds nothing, or the empty one of a run that was killed."""
    return OutputFolder(path).held <= {UNFINISHED} and not OutputFolder(path / UNFINISHED).held


def open_run(path: Path) -> OutputFolder:
    """Return the folder of a finished run.

    Raises:
        AusrecError: when it holds none.
    """
    if not path.exists():
        raise AusrecError(f"{path}: no such folder; name the --out of a finished `ausrec train`")
    work, done = OutputFolder(path / UNFINISHED), OutputFolder(path)
    if work.kind and work.is_complete:
        with done.reserved():
            settle(path)
        done = OutputFolder(path)
    elif work.kind:
        raise AusrecError(f"{path}: this run is not finished; repeat its command with --resume")
    if done.kind not in KINDS:
        raise AusrecError(
            f"{path}: not the folder of a run, whose {MANIFEST} says so; name the --out of a "
            "finished `ausrec train`"
        )
    return done
