"""The pages: their code runs, their commands and links exist."""

import importlib
import shlex
from pathlib import Path

import pytest

from ausrec.cli.entry import COMMANDS
from ausrec.cli.train_command import parse
from tests.markdown import blocks, commands, local_links, run_blocks

REPOSITORY = Path(__file__).resolve().parents[2]
RUNNABLE = [
    REPOSITORY / "docs" / f"{name}.md"
    for name in ("extending", "architecture", "data", "paradigms")
]
PAGES = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "CHANGELOG.md",
    REPOSITORY / "data" / "README.md",
    REPOSITORY / "benchmarks" / "README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
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
    missing = [link for link in local_links(path) if not (path.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_commands_exist(path: Path) -> None:
    for command in commands(path):
        words = shlex.split(command)
        if words[0] == "ausrec":
            assert words[1] in COMMANDS or words[1] == "…", command
            if words[1] == "train" and "--config" not in words and len(words) > 2:
                parse(words[2:])
        else:
            module = importlib.import_module(words[2])
            source = Path(str(module.__file__)).read_text(encoding="utf-8")
            for flag in (word for word in words if word.startswith("--")):
                assert f'"{flag}"' in source, command


def test_commands_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("    ausrec demo --out x  # why\n\nSee `python -m benchmarks.step`.\nausrec\n")
    assert commands(page) == ["ausrec demo --out x", "python -m benchmarks.step"]
