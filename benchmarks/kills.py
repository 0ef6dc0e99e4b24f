"""Kill commands just before file operations drawn at random: nothing is lost, nothing is stuck.

Each command is killed as it comes to one of its file operations, and again as it goes on, and then
repeated until its end. It must end with the files that it leaves unkilled, and harm no file of the
user's meanwhile.
"""

import argparse
import contextlib
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ausrec.cli import main as ausrec
from ausrec.files import OURS
from benchmarks.dying import KILLED, die_before
from benchmarks.fuzz import content, make_quick, ours
from benchmarks.small_world import COMPARE, SEARCH, SHORT, TABLES, TRAIN, make_tables, make_world

LIMIT_SECONDS = 120.0
SAVING = ["--train.checkpoint_every", "1"]


class Command(NamedTuple):
    """A command line, and what is added to it to go on after a kill."""

    words: list[str]
    folder: str
    again: tuple[str, ...] = ()
    first: list[str] | None = None
    """A command that is done before, unkilled."""


SEVENTH, OTHER = [*TRAIN[:-2], "--seed", "7", *TRAIN[-2:]], [*TRAIN[:-1], "run"]
STUDY = ["study", "run", "mine.yaml", *TABLES, *SHORT, "--jobs", "1", "--out", "study"]
COMMANDS = {
    "train": Command([*TRAIN, *SAVING], "new", ("--resume",)),
    "train over another": Command([*TRAIN, *SAVING, "--overwrite"], "new", first=SEVENTH),
    "train and refit": Command([*TRAIN, *SAVING, "--refit"], "new", ("--resume",)),
    "compare": Command(COMPARE, "grid"),
    "study": Command(STUDY, "study"),
    "search": Command([*SEARCH[:-1], "2", "--out", "found"], "found"),
    "fetch": Command(["data", "fetch", "lastfm", "--data-root", "home"], "home"),
    "make": Command(["data", "make", "--folder", "club"], "club"),
    "demo": Command(["demo", "--epochs", "1", "--out", "new"], "new"),
    "export": Command(["export", "--run", "run", "--out", "out"], "out", first=OTHER),
    "report": Command(["report", "--run", "run"], "run", first=OTHER),
}


def run(words: list[str], folder: Path, number: int | None, notes: Path | None) -> None:
    """Do a command in this process, which dies before its file operation of a number."""
    os.chdir(folder)
    die_before(number, folder, notes)
    with contextlib.redirect_stdout(io.StringIO()):
        sys.exit(ausrec(words))


def do(context: Any, *given: Any) -> int | None:
    """Do a command in a process of its own; return how it ended, None where it did not."""
    process = context.Process(target=run, args=given)
    process.start()
    process.join(LIMIT_SECONDS)
    if process.exitcode is None:
        process.kill()
    code: int | None = process.exitcode
    return code


def names(folder: Path) -> set[str]:
    """Return the names of the files below a folder, but for locks and half-written ones."""
    return {name for name in content(folder) if OURS not in name}


def kill(context: Any, world: Path, command: Command, rng: np.random.Generator) -> list[str]:
    """Kill a command twice, and go on; return what is wrong."""
    whole, cut, notes = world / "whole", world / "cut", world / "notes"
    wrong: list[str] = []
    if not whole.exists():
        begin(whole, command)
        if do(context, command.words, whole, None, notes) != 0:
            return ["it fails unkilled"]
    num_operations = len(notes.read_text().splitlines())
    shutil.rmtree(cut, ignore_errors=True)
    begin(cut, command)
    known = ours(cut)
    mine = {name: each for name, each in content(cut).items() if name not in known}
    words, places = command.words, []
    for _ in range(2):
        places.append(int(rng.integers(num_operations)))
        # The second may come to its end before it is killed.
        if do(context, words, cut, places[-1], None) not in (KILLED, 0):
            wrong.append(f"stuck after {places}")
        words = [*command.words, *command.again]
    if do(context, words, cut, None, None) != 0:
        wrong.append(f"stuck after {places}")
    missing = names(whole / command.folder) - names(cut / command.folder)
    wrong += [f"{name} is missing after {places}" for name in sorted(missing)]
    now = content(cut)
    wrong += [f"harm to {name}" for name, each in mine.items() if now.get(name) != each]
    return wrong


def begin(folder: Path, command: Command) -> None:
    """Make a folder of tables, with a file of the user's where the command writes."""
    folder.mkdir()
    make_tables(folder)
    (folder / "mine.yaml").write_text("title: mine\nquestion: why\ngrids:\n- strategies: [none]\n")
    if command.first:
        before = Path.cwd()
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                ausrec(command.first)
        finally:
            os.chdir(before)
        (folder / command.first[-1] / "notes.txt").write_text("mine")


@contextlib.contextmanager
def served(folder: Path | None) -> Iterator[str]:
    """Serve the files of a folder on this machine; yield the address."""
    handler = partial(Silent, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class Silent(SimpleHTTPRequestHandler):
    """Serve files, and say nothing about it."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def main() -> int:
    """Kill commands, and print what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=102, help="of kills, of all commands")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--data-root", type=Path, help="holds lastfm, which `fetch` then gets")
    given = parser.parse_args()
    context = multiprocessing.get_context("fork")
    num_wrong = 0
    asked = [name for name in COMMANDS if name != "fetch" or given.data_root]
    with tempfile.TemporaryDirectory() as scratch, served(given.data_root) as mirror:
        os.environ["AUSREC_DATA_MIRROR"] = mirror
        make_quick()
        make_world(Path(scratch) / "used")  # has everything imported once, so that a fork is quick
        for place in range(given.number // 2):
            name = asked[place % len(asked)]
            world = Path(scratch).resolve() / name
            world.mkdir(exist_ok=True)
            rng = np.random.default_rng([given.seed, place])
            wrong = kill(context, world, COMMANDS[name], rng)
            num_wrong += bool(wrong)
            if wrong:
                print(f"{place} {name}: {'; '.join(wrong)}", flush=True)
    print(f"{given.number // 2} commands killed twice, {num_wrong} with something wrong")
    return 1 if num_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
