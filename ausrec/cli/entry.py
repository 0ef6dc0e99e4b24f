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
from collections.abc import Sequence
from typing import NoReturn

from ausrec import __version__
from ausrec.errors import AusrecError, nearest

# Each is in `<name>_command.py`, but for those that are about a run and share a file.
COMMANDS = {
    "demo": "train LightGCN and AusRec on the embedded data set, and explain the result",
    "data": "list, fetch, describe or make data sets",
    "train": "train on a data set, or on your own tables",
    "compare": "compare strategies on sets of tasks, over data sets and seeds",
    "study": "list, show or run studies: those that come with the kit, or your own",
    "search": "search for the settings of a strategy, on the validation part alone",
    "evaluate": "measure a trained run again",
    "recommend": "list items for one user",
    "report": "write the report of a run again",
    "doctor": "check this installation, and say how to repair it",
}
FORMER = {"course": "`make site` builds the course, as a part of the site"}
ON_RUNS = ("evaluate", "recommend", "report")
BAD_INPUT, INTERRUPTED = 2, 130
NO_MEMORY = "not enough memory: lower the batch sizes or --dim, or use a larger machine"
# PyTorch tells a lack of memory by a RuntimeError.
MEMORY_WORDS = ("can't allocate memory", "out of memory", "Storage size calculation overflowed")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit status.

    Status 0: done; 1: done, but runs of a grid failed; 2: the input was wrong or something could
    not be read or written, told in one line on standard error; 130: interrupted.

    Args:
        argv: the words after `ausrec`; None for those of this process.
    """
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        status = _dispatch(words)
        sys.stdout.flush()
        return status
    except SystemExit as ended:
        # argparse ends so after --help.
        return ended.code if isinstance(ended.code, int) else 0
    except KeyboardInterrupt as interrupted:
        _say(" ".join(["interrupted", *(str(word) for word in interrupted.args)]))
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output has gone, as `head` does; Python must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except AusrecError as error:
        _say(f"error: {error}")
    except ImportError as error:
        _say(f"error: {error}: something is not installed right; `ausrec doctor` says what")
    except MemoryError:
        _say(f"error: {NO_MEMORY}")
    except RuntimeError as error:
        if not any(words in str(error) for words in MEMORY_WORDS):
            raise
        _say(f"error: {NO_MEMORY}")
    except OSError as error:
        _say(f"error: {describe_os_error(error)}")
    return BAD_INPUT


def _dispatch(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(overview())
        return 0 if words else BAD_INPUT
    if words[0] in ("-V", "--version"):
        print(f"ausrec {__version__}")
        return 0
    name, *rest = words
    if name not in COMMANDS:
        hint = f"; {FORMER[name]}" if name in FORMER else nearest(name, COMMANDS)
        raise AusrecError(f"unknown command '{name}'{hint}")
    module = importlib.import_module(f"ausrec.cli.{'run' if name in ON_RUNS else name}_command")
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
            "Begin with `ausrec demo`. `ausrec COMMAND --help` explains each.",
        ]
    )


def describe_os_error(error: OSError) -> str:
    """Say in one line what the system refused, and what to do."""
    place = f"{error.filename}: " if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"{place}the disk is full; free some space, or write to another folder"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place}no permission ({error.strerror}); choose a folder that you may write"
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG):
        return f"{place}{error.strerror}; choose another place"
    return f"{place}{error.strerror or error}"


def _say(line: str) -> None:
    # Whatever a library put into a message: one line it is.
    with contextlib.suppress(OSError):
        print(" ".join(line.split()), file=sys.stderr)
