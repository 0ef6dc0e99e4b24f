"""Find the command, run it, and turn what goes wrong into one line and an exit status.

Nothing heavy is imported here, so that `--help` answers at once and `ausrec doctor` can report
that a library is broken.
"""

import argparse
import contextlib
import errno
import importlib
import os
import sys
import tempfile
import traceback
from collections.abc import Sequence
from typing import Any, NoReturn

from ausrec import __version__
from ausrec.cli.interrupts import INTERRUPTED, end_on_signals, leave, was_interrupted
from ausrec.errors import AusrecError, nearest
from ausrec.terminal import Printable, one_line, printable

# Each is in `<name>_command.py`, but for those that are about a run and share a file.
COMMANDS = {
    "demo": "train LightGCN and AusRec on the embedded data set, and explain the result",
    "data": "list, fetch, describe or make data sets",
    "train": "train on a data set, or on your own tables",
    "compare": "compare strategies on sets of tasks, over data sets and seeds",
    "study": "list, show or run studies: those that come with the kit, or your own",
    "search": "search for the settings of a strategy, on the validation part alone",
    "evaluate": "measure a trained run again",
    "recommend": "list items for users of a run, or for a new one",
    "export": "write a run's embeddings and lists for other libraries",
    "report": "write the report of a run again",
    "doctor": "check this installation, and say how to repair it",
}
ON_RUNS = ("evaluate", "report")
DEBUG = "--debug"
BAD_INPUT = 2
NO_MEMORY = "not enough memory: lower the batch sizes or --dim, or use a larger machine"
# PyTorch tells a lack of memory by a RuntimeError.
MEMORY_WORDS = ("can't allocate memory", "out of memory", "Storage size calculation overflowed")

SPACE = "free some space, or write to another folder"
FOLDER = "check its permissions, or choose another place"
PLACE = "choose another place"
REMEDIES = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), SPACE),
    **dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), FOLDER),
    **dict.fromkeys((errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.EISDIR), PLACE),
    **dict.fromkeys((errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL), PLACE),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status.

    Status 0: done; 1: done, but runs of a grid failed; 2: something was wrong, told in one line on
    standard error; 130: interrupted. What was not foreseen leaves its traceback in a file that the
    line names; `--debug` shows the traceback of any complaint.

    Args:
        argv: the words after `ausrec`; None for those of this process.
    """
    if argv is None:
        end_on_signals()
    words = list(sys.argv[1:] if argv is None else argv)
    debug = DEBUG in words
    words = [word for word in words if word != DEBUG]
    out: Any = Printable(sys.stdout)
    errors: Any = Printable(sys.stderr)
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        try:
            status = _dispatch(words)
            sys.stdout.flush()
            return status
        except SystemExit as ended:
            # argparse ends so after --help.
            return ended.code if isinstance(ended.code, int) else 0
        except KeyboardInterrupt as interrupted:
            return _interrupted(*interrupted.args)
        except BrokenPipeError:
            # The reader of our output has gone, as `head` does; Python must not complain at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        except Exception as error:
            if was_interrupted():
                return _interrupted()
            if debug:
                traceback.print_exc()
            _say(f"error: {_complaint(error, words)}")
            return BAD_INPUT


def _interrupted(*words: object) -> int:
    _say(" ".join(["interrupted", *map(str, words)]))
    if was_interrupted():
        leave()
    return INTERRUPTED


def _complaint(error: Exception, words: Sequence[str]) -> str:
    """Say in one line what went wrong, and what to do."""
    if isinstance(error, AusrecError):
        return str(error)
    if isinstance(error, ImportError):
        return f"{error}: something is not installed right; `ausrec doctor` says what"
    if isinstance(error, MemoryError) or any(each in str(error) for each in MEMORY_WORDS):
        return NO_MEMORY
    if isinstance(error, OSError) and error.errno in REMEDIES:
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror}; {REMEDIES[error.errno]}"
    where = "".join(f"{note}: " for note in getattr(error, "__notes__", ()))
    said = one_line(f"{where}{type(error).__name__}: {error}")[:200]
    text = printable(f"ausrec {__version__} {' '.join(words)}\n\n{traceback.format_exc()}")
    report = f"what {DEBUG} shows"
    with contextlib.suppress(OSError):
        descriptor, report = tempfile.mkstemp(".log", "ausrec-")
        os.write(descriptor, text.encode(errors="replace"))
        os.close(descriptor)
    return f"`ausrec {words[0]}` cannot go on ({said}); if your files are right, report {report}"


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if words else BAD_INPUT
    if words[0] in ("-V", "--version"):
        print(f"ausrec {__version__}")
        return 0
    name, *rest = words
    if name not in COMMANDS:
        raise AusrecError(f"unknown command '{name}'{nearest(name, COMMANDS)}")
    module = importlib.import_module(
        f"ausrec.cli.{'saved_run_commands' if name in ON_RUNS else f'{name}_command'}"
    )
    status: int = getattr(module, name)(rest)
    return status


class OneLineParser(argparse.ArgumentParser):
    """A parser that raises its complaint, instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint."""
        raise AusrecError(f"{message}; `{self.prog} --help` lists all options")


def overview() -> str:
    """Return the text of `ausrec --help`."""
    lines = [f"  {name:<11}{what}" for name, what in COMMANDS.items()]
    return "\n".join(
        [
            "usage: ausrec COMMAND [--help] ...",
            "",
            "Learn, from data, how much each self-supervised task should count in social",
            "recommendation (AusRec).",
            "",
            *lines,
            "",
            "Begin with `ausrec demo`. `ausrec COMMAND --help` explains each. `--debug` adds to a",
            "complaint where in the code it comes from.",
        ]
    )


def _say(line: str) -> None:
    with contextlib.suppress(OSError):
        print(one_line(line), file=sys.stderr)
