"""Dispatch, and what becomes of everything that can go wrong."""

import errno
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ausrec import __version__
from ausrec.cli import main
from ausrec.cli.entry import COMMANDS
from ausrec.errors import AusrecError

Complaint = Callable[[list[str]], str]


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name} " in text for name in COMMANDS)


def test_without_words_help_is_shown_and_the_status_says_so(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([]) == 2
    assert "ausrec COMMAND" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"ausrec {__version__}\n"


def test_a_misspelt_command_is_answered_with_the_nearest(complaint: Complaint) -> None:
    assert complaint(["trian"]) == "error: unknown command 'trian'; did you mean 'train'?"


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([name, "--help"]) == 0
    assert f"usage: ausrec {name}" in capsys.readouterr().out


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ("data", "study")])
def test_every_command_refuses_an_unknown_option(name: str, complaint: Complaint) -> None:
    assert "--frobnicate" in complaint([name, "--frobnicate"])


def raising(error: BaseException) -> Callable[[list[str]], int]:
    def command(argv: list[str]) -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "x.csv"),
            "x.csv: No space left on device; free some space",
        ),
        (
            PermissionError(errno.EACCES, "Permission denied", "x.csv"),
            "x.csv: Permission denied; check its permissions",
        ),
        (ImportError("No module named 'torch'"), "`ausrec doctor`"),
        (MemoryError(), "not enough memory"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), "not enough m"),
        (RuntimeError("Storage size calculation overflowed with sizes=[9]"), "not enough memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), "not enough memory"),
    ],
)
def test_what_the_system_refuses_becomes_one_line(
    error: BaseException, words: str, complaint: Complaint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ausrec.cli.data_command.data", raising(error))
    assert words in complaint(["data"])


def test_ctrl_c_becomes_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("ausrec.cli.data_command.data", raising(KeyboardInterrupt()))
    assert main(["data"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where logs of the unforeseen go."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("defect", [ZeroDivisionError("no"), RuntimeError("no"), KeyError("no")])
def test_the_unforeseen_is_one_line_that_names_a_log(
    defect: Exception, logs: Path, monkeypatch: pytest.MonkeyPatch, complaint: Complaint
) -> None:
    defect.add_note("runs/x/metrics.json")
    monkeypatch.setattr("ausrec.cli.data_command.data", raising(defect))
    said = complaint(["data", "list"])
    (log,) = logs.glob("ausrec-*.log")
    assert said.startswith("error: `ausrec data` cannot go on (runs/x/metrics.json: ")
    assert type(defect).__name__ in said and said.endswith(f"report {log}")
    text = log.read_text()
    assert text.startswith(f"ausrec {__version__} data list\n") and "Traceback" in text


def test_where_no_log_can_be_written_the_line_names_the_flag_instead(
    logs: Path, monkeypatch: pytest.MonkeyPatch, complaint: Complaint
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(logs / "none"))
    monkeypatch.setattr("ausrec.cli.data_command.data", raising(KeyError("no")))
    assert complaint(["data", "list"]).endswith("report what --debug shows")


def test_debug_shows_where_it_comes_from(
    logs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for defect in (ZeroDivisionError("no"), AusrecError("no")):
        monkeypatch.setattr("ausrec.cli.data_command.data", raising(defect))
        assert main(["data", "--debug"]) == 2
        error = capsys.readouterr().err
        assert "Traceback" in error and error.splitlines()[-1].startswith("error: ")


def test_a_complaint_is_short_and_printable(
    monkeypatch: pytest.MonkeyPatch, complaint: Complaint
) -> None:
    error = AusrecError("\x1b[2Jhttp://ann:secret@host/ \udcff " + "word " * 900 + "end")
    monkeypatch.setattr("ausrec.cli.data_command.data", raising(error))
    said = complaint(["data"])
    assert len(said) < 400 and said.endswith("end")
    assert "\x1b" not in said and "secret" not in said and "***@host" in said


def test_what_is_printed_is_printable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def show(words: list[str]) -> int:
        print("name\x1b]0;title\x07")
        print("\rbar\x1b[A", file=sys.stderr)
        return 0

    monkeypatch.setattr("ausrec.cli.data_command.data", show)
    assert main(["data"]) == 0
    assert capsys.readouterr() == ("name\\x1b]0;title\\x07\n", "\rbar\x1b[A\n")


def test_the_entry_point_imports_nothing_heavy() -> None:
    code = (
        "import sys; from ausrec.cli import main; main(['--help']); "
        "print(sorted({'torch', 'pandas', 'jsonargparse'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_has_gone_is_no_error() -> None:
    code = "import sys; from ausrec.cli import main; sys.exit(main(['--help']))"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0
