"""The pages: their code runs, their commands and links exist."""

import importlib
import shlex
from pathlib import Path

import pytest

from ausrec.cli.compare_command import compare
from ausrec.cli.entry import COMMANDS
from ausrec.cli.search_command import search
from ausrec.cli.study_command import study_run
from ausrec.cli.train_command import train
from ausrec.experiments import Grid
from ausrec.experiments.search import Search
from ausrec.experiments.study import read_study
from tests.markdown import blocks, commands, leads_somewhere, local_links, run_blocks

REPOSITORY = Path(__file__).resolve().parents[2]
RUNNABLE = [
    REPOSITORY / "docs" / f"{name}.md"
    for name in (
        "extending",
        "architecture",
        "data",
        "from_sslrec",
        "method",
        "paradigms",
        "experiments",
        "statistics",
        "using",
    )
]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "CHANGELOG.md",
    REPOSITORY / "data" / "README.md",
    REPOSITORY / "benchmarks" / "README.md",
    *sorted((REPOSITORY / "docs").rglob("*.md")),
]


def name(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


@pytest.mark.parametrize("path", RUNNABLE, ids=name)
def test_code_runs(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert blocks(path)
    run_blocks(path)


def test_an_addition_takes_fewer_than_fifteen_lines() -> None:
    for block in blocks(REPOSITORY / "docs" / "extending.md"):
        assert len([line for line in block.splitlines() if line.strip()]) < 15, block


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    missing = [link for link in local_links(path) if not leads_somewhere(link, path)]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_commands_exist(path: Path) -> None:
    for command in commands(path):
        words = shlex.split(command)
        if words[0] == "ausrec":
            assert words[1] in COMMANDS or words[1] == "…", command
            check_flags(words[1:])
        else:
            module = importlib.import_module(words[2])
            source = Path(str(module.__file__)).read_text(encoding="utf-8")
            for flag in (word for word in words if word.startswith("--")):
                assert f'"{flag}"' in source, command


def check_flags(words: list[str]) -> None:
    """Parse the flags of a command that makes a recipe, unless it leaves some out."""
    if {"--config", "--help", "--plugin", "…"} & set(words) or len(words) < 2:
        return
    if words[0] == "train":
        train.read(words[1:])["flags"].recipe()
    elif words[0] == "compare":
        asked = compare.read(words[1:])
        _, weighting, *_ = asked["flags"].shared()
        Grid(asked["strategies"], asked["tasks"] or "all", asked["seeds"], weighting=weighting)
    elif words[0] == "search" and len(words) > 2:
        asked = search.read(words[1:])
        base, weighting, *_ = asked["flags"].shared()
        Search(asked["strategy"], base=base, weighting=weighting, space=asked["space"])
    elif words[:2] == ["study", "run"] and len(words) > 3:
        asked = study_run.read(words[2:])
        asked["flags"].shared(read_study(asked["name"]).settings()[0])


def test_commands_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("    ausrec demo --out x  # why\n\nSee `python -m benchmarks.step`.\nausrec\n")
    assert commands(page) == ["ausrec demo --out x", "python -m benchmarks.step"]


def test_a_link_needs_its_file_and_its_heading(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Length, or speed?\n")
    links = ["page.md", "#length-or-speed", "page.md#length-or-speed", "#speed", "no.md"]
    assert [leads_somewhere(link, page) for link in links] == [True, True, True, False, False]
