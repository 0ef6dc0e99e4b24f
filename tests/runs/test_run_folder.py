"""The folder of a run: claimed, filled in one step; what was there before is left alone."""

import multiprocessing
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ausrec.errors import AusrecError
from ausrec.files import OURS
from ausrec.folder import MANIFEST
from ausrec.runs.data_config import DataConfig
from ausrec.runs.recipe_file import to_yaml
from ausrec.runs.run_folder import (
    ASKED,
    CONFIG,
    METRICS,
    MODEL,
    REPORT,
    UNFINISHED,
    RunFolder,
    open_run,
)
from ausrec.runs.saved_run import is_finished
from benchmarks.dying import KILLED
from tests.runs import killed_run
from tests.runs.killed_run import RECIPE

FILES = {CONFIG: to_yaml(RECIPE, "test").encode(), METRICS: b"{}", MODEL: b"model"}


def claim(path: Path, **given: Any) -> RunFolder:
    return RunFolder(path, **{"recipe": RECIPE, "kind": "train", **given})


def finish(folder: RunFolder, files: dict[str, bytes] = FILES) -> None:
    folder.finish(files)
    folder.abandon()


def content(path: Path) -> dict[str, bytes]:
    """All files below a folder, but the manifest and the lock."""
    files = {str(file.relative_to(path)): file for file in path.rglob("*") if file.is_file()}
    return {n: f.read_bytes() for n, f in files.items() if n not in (MANIFEST, f"{OURS}lock")}


def test_a_run_leaves_exactly_its_files(tmp_path: Path) -> None:
    folder = claim(tmp_path / "a" / "b")
    folder.checkpoint.write_bytes(b"state")
    finish(folder)
    left = {path.name for path in (tmp_path / "a" / "b").iterdir()}
    assert left == {MANIFEST, *FILES}
    assert content(tmp_path / "a" / "b") == FILES
    open_run(tmp_path / "a" / "b").check(FILES)


def test_an_abandoned_run_leaves_nothing(tmp_path: Path) -> None:
    claim(tmp_path / "a").abandon()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "names",
    [
        ["thesis.txt", CONFIG],
        [CONFIG, METRICS, MODEL],
        [f"{UNFINISHED}/thesis.txt"],
        [f"{UNFINISHED}/config.yaml", f"{UNFINISHED}/checkpoint.pt"],
        [MANIFEST],
        [REPORT],
    ],
)
@pytest.mark.parametrize("flags", [{}, {"resume": True}, {"overwrite": True}, {"kind": "demo"}])
def test_a_folder_that_is_not_ours_is_refused_and_unharmed(
    tmp_path: Path, names: list[str], flags: dict[str, Any]
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    with pytest.raises(AusrecError, match=r"choose another folder"):
        claim(tmp_path, **flags)
    found = {str(each.relative_to(tmp_path)) for each in tmp_path.rglob("*") if each.is_file()}
    assert found == set(names)
    assert {(tmp_path / name).read_text() for name in names} == {"mine"}


def test_overwrite_replaces_the_files_of_a_run_and_no_others(tmp_path: Path) -> None:
    finish(claim(tmp_path / "r"), {**FILES, "weights.png": b"old"})
    (tmp_path / "r" / "notes.txt").write_text("mine")
    folder = claim(tmp_path / "r", overwrite=True)
    assert content(tmp_path / "r")[MODEL] == b"model"
    finish(folder, {**FILES, MODEL: b"new"})
    assert content(tmp_path / "r") == {**FILES, MODEL: b"new", "notes.txt": b"mine"}


def test_a_file_that_appeared_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    finish(claim(tmp_path / "r"))
    (tmp_path / "r" / REPORT).write_text("mine")
    with pytest.raises(AusrecError, match=r"report\.html: is there, and ausrec has not"):
        claim(tmp_path / "r", overwrite=True)
    folder = claim(tmp_path / "s")
    (tmp_path / "s" / MODEL).write_text("mine")
    with pytest.raises(AusrecError, match="is there, and ausrec has not"):
        folder.finish(FILES)
    folder.abandon()
    assert content(tmp_path / "s") == {MODEL: b"mine"}


def test_what_is_read_is_never_where_is_written(tmp_path: Path) -> None:
    finish(claim(tmp_path / "r"))
    shutil.copy(tmp_path / "r" / CONFIG, tmp_path / "r" / "mine.csv")
    (tmp_path / "link").symlink_to(tmp_path / "r")
    before = content(tmp_path / "r")
    mine = replace(RECIPE, data=DataConfig(interactions=str(tmp_path / "link" / "mine.csv")))
    for given in ({"recipe": mine}, {"inputs": {"--config": str(tmp_path / "r" / CONFIG)}}):
        with pytest.raises(AusrecError, match="lies in it, and could be replaced"):
            claim(tmp_path / "r", overwrite=True, **given)
    assert content(tmp_path / "r") == before


def test_an_unfinished_run_is_continued_only_when_asked_and_only_by_itself(tmp_path: Path) -> None:
    table = tmp_path / "plays.csv"
    table.write_text("user,item\na,x\n")
    recipe = replace(RECIPE, data=DataConfig(interactions=str(table)))

    def again(**given: Any) -> RunFolder:
        folder = claim(tmp_path / "r", **{"recipe": recipe, **given})
        folder.checkpoint.write_bytes(b"state")
        folder.abandon()
        return folder

    again()
    with pytest.raises(AusrecError, match="add --resume"):
        again()
    with pytest.raises(AusrecError, match="other settings"):
        again(recipe=recipe.set("train.seed", 1), resume=True)
    with pytest.raises(AusrecError, match="holds what another command has written"):
        again(kind="demo", overwrite=True)
    config = tmp_path / "r" / UNFINISHED / ASKED
    whole = config.read_text()
    config.write_text(whole[:-9])
    with pytest.raises(AusrecError, match=r"asked\.yaml: missing, damaged, or changed"):
        again(resume=True)
    config.write_text(whole)
    assert again(recipe=recipe.set("train.epochs", 9), resume=True).can_resume
    table.write_text("user,item\na,y\n")
    with pytest.raises(AusrecError, match=r"plays\.csv: .* other data"):
        again(resume=True)
    folder = claim(tmp_path / "r", recipe=recipe, overwrite=True)
    assert not folder.can_resume
    folder.abandon()


def test_two_commands_at_once_do_not_share_a_folder(tmp_path: Path) -> None:
    folder = claim(tmp_path / "r")
    folder.checkpoint.write_bytes(b"state")
    for flags in ({"resume": True}, {"overwrite": True}):
        with pytest.raises(AusrecError, match="another command writes here"):
            claim(tmp_path / "r", **flags)
    finish(folder)
    assert content(tmp_path / "r") == FILES


def test_a_failed_run_over_another_leaves_the_other(tmp_path: Path) -> None:
    finish(claim(tmp_path / "r"))
    claim(tmp_path / "r", overwrite=True).abandon()
    assert content(tmp_path / "r") == FILES


@pytest.fixture(scope="module")
def start() -> Callable[..., int | None]:
    """Do a run in a process of its own; return how it ended."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.runs.killed_run"])

    def do(*given: Any, **flags: bool) -> int | None:
        process = context.Process(target=killed_run.run, args=given, kwargs=flags)
        process.start()
        process.join()
        return process.exitcode

    return do


@pytest.mark.slow
@pytest.mark.parametrize("over_another", [False, True])
@pytest.mark.parametrize("then", ["resume", "overwrite"])
def test_killed_before_any_file_operation_it_can_be_resumed_or_overwritten(
    tmp_path: Path, start: Callable[..., int | None], then: str, over_another: bool
) -> None:
    def prepare(name: str) -> Path:
        path = tmp_path / name
        if over_another:
            finish(claim(path), {**FILES, CONFIG: b"train.epochs: 7", "weights.png": b"old"})
            (path / "notes.txt").write_text("mine")
        return path

    notes, flags = tmp_path / "notes", {"overwrite": over_another}
    whole = prepare("whole")
    before = content(whole) if over_another else {}
    assert start(whole, None, notes, **flags) == 0
    after, num_operations = content(whole), len(notes.read_text().splitlines())
    assert num_operations > 30
    states = []
    for number in range(num_operations):
        path = prepare(f"killed at {number}")
        assert start(path, number, **flags) == KILLED
        found = content(path) if path.exists() else {}
        if then == "overwrite" and path.exists():
            copy = shutil.copytree(path, tmp_path / f"copy of {number}")
            killed_run.finish(copy, overwrite=True)
            assert content(copy).keys() == after.keys()
        states.append(is_finished(path, RECIPE, refit=True))
        if not states[-1]:
            assert before.items() <= found.items()
            # Where the former run is all that is there, the run had not begun.
            has_begun = (path / UNFINISHED / MANIFEST).exists()
            killed_run.finish(path, **({then: True} if has_begun else flags))
        assert {**content(path), CONFIG: b""} == {**after, CONFIG: b""}
        assert not list(path.rglob(f"{OURS}part-*"))
    # One step finishes it.
    assert states == sorted(states) and set(states) == {False, True}
