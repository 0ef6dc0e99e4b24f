"""The folder of a run: claimed before, filled in one go after, never half-written.

While a run goes on, all that it writes lies in `unfinished/` inside the folder: its checkpoint,
its configuration and at the end the new files. Only when these are complete do they take their
places, so that a failure harms nothing that was there.
"""

import contextlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from ausrec.cli.entry import describe_os_error
from ausrec.cli.flags import read_recipe, to_yaml
from ausrec.cli.run_files import CONFIG, RUN_FILES, UNFINISHED, is_run
from ausrec.errors import AusrecError
from ausrec.training.recipe import Recipe


def is_finished(path: Path, recipe: Recipe) -> bool:
    """Tell whether a folder holds the finished run of this very recipe, and no other is going on.

    Args:
        path: the folder.
        recipe: what would be run.
    """
    begun = (path / UNFINISHED).exists()
    return not begun and is_run(path) and read_recipe(path / CONFIG) == recipe


class RunFolder:
    """A claimed output folder.

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
        written_by: str,
        *,
        resume: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Claim a folder for a run.

        Args:
            path: the folder; made where it is not there.
            recipe: what is going to run.
            written_by: the command, for the configuration file.
            resume: continue a run that was killed here.
            overwrite: replace the files of a former run, and nothing else.

        Raises:
            AusrecError: when it is not empty (and neither flag helps) or cannot be written.
        """
        self.path, self.recipe = path, recipe
        self._work = path / UNFINISHED
        self.checkpoint = self._work / "checkpoint.pt"
        self.config = to_yaml(recipe, written_by)
        self.command = f"ausrec train --config {path / CONFIG} --out FOLDER"
        try:
            self._check(resume, overwrite)
            if self._work.exists() and not (resume and self.can_resume):
                shutil.rmtree(self._work)
            if not self.can_resume:
                self._work.mkdir(parents=True)
                (self._work / CONFIG).write_text(self.config, encoding="utf-8")
        except OSError as error:
            self.abandon()
            raise AusrecError(f"the output folder {path}: {describe_os_error(error)}") from error

    def _check(self, resume: bool, overwrite: bool) -> None:
        path = self.path
        if path.exists() and not path.is_dir():
            raise AusrecError(f"{path}: a file is there already; choose another folder by --out")
        held = {entry.name for entry in path.iterdir()} if path.exists() else set()
        if UNFINISHED in held:
            if resume:
                self._check_same()
            elif not overwrite:
                raise AusrecError(
                    f"{path}: holds a run that was not finished; add --resume to continue it, "
                    "--overwrite to begin anew, or choose another folder by --out"
                )
        elif resume and is_run(path) and not overwrite:
            raise AusrecError(
                f"{path}: holds a finished run with other settings; choose another folder by "
                "--out, or add --overwrite to replace it"
            )
        elif held and not overwrite:
            raise AusrecError(
                f"{path}: is not empty; choose another folder by --out, or add --overwrite to "
                "replace the run in it"
            )
        if held & set(RUN_FILES) and not is_run(path):
            raise AusrecError(
                f"{path}: holds files that are not those of a finished run, so none is replaced; "
                "choose another folder by --out"
            )

    def _check_same(self) -> None:
        config = self._work / CONFIG
        if config.exists() and not self.recipe.continues(read_recipe(config)):
            raise AusrecError(
                f"{self.path}: the unfinished run has other settings ({config}); repeat its "
                "command with --resume, or add --overwrite to begin anew"
            )

    @property
    def can_resume(self) -> bool:
        """Whether there is a checkpoint to continue from."""
        return self.checkpoint.exists()

    def finish(self, files: Mapping[str, bytes]) -> None:
        """Put the files of the run in their places and remove what was needed for running.

        Raises:
            AusrecError: when they cannot be written; what was there before is unharmed.
        """
        try:
            for name, content in files.items():
                (self._work / name).write_bytes(content)
            for name in files:
                (self._work / name).replace(self.path / name)
            for name in set(RUN_FILES) - set(files):
                (self.path / name).unlink(missing_ok=True)
            shutil.rmtree(self._work)
        except OSError as error:
            keep = "; the trained state is kept, so that --resume continues" * self.can_resume
            raise AusrecError(
                f"the output folder {self.path}: {describe_os_error(error)}{keep}"
            ) from error

    def abandon(self) -> None:
        """Remove what the run has left, unless it can be continued."""
        if not self.can_resume:
            shutil.rmtree(self._work, ignore_errors=True)
            with contextlib.suppress(OSError):
                self.path.rmdir()  # does nothing where it holds anything else
