"""Bad inputs, made from a seed: none may end in a traceback, a hang, a harmed file or nonsense.

Each input is a command line in a folder of its own, which holds tables, runs, a grid, a search, and
files of the user. The command runs in a fork of this process, with a limit of time (Linux, macOS).
Its status, what it says, and the checksums of the user's files before and after tell how it ended.
Some inputs are right, and must be taken.
"""

import argparse
import contextlib
import hashlib
import io
import json
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ausrec.cli import grids, run_files
from ausrec.cli import main as ausrec
from ausrec.experiments import SerialEngine
from ausrec.folder import MANIFEST
from ausrec.lab.reports.grid_analysis import GridAnalysis
from benchmarks import bad_inputs, everyday
from benchmarks.bad_inputs import Case
from benchmarks.small_world import make_world

LIMIT_SECONDS = 60.0
KINDS = (*bad_inputs.KINDS, *everyday.KINDS)
OK, FAILED, COMPLAINED, INTERRUPTED = 0, 1, 2, 130


class Verdict(NamedTuple):
    """What came of an input: nothing wrong where the list is empty."""

    case: Case
    status: int | None
    said: str
    wrong: list[str]


def content(folder: Path) -> dict[str, str]:
    """Return the checksums of all plain files below a folder, and where its links lead."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder)).encode(errors="backslashreplace").decode()
        if path.is_symlink():
            found[name] = os.readlink(path)
        elif path.is_file():
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def ours(folder: Path) -> set[str]:
    """Return the names of the files that manifests below a folder list, and of the manifests."""
    found = set()
    for manifest in folder.rglob(MANIFEST):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            held = json.loads(manifest.read_bytes())
            if "written by ausrec" in held:
                names = [MANIFEST, *held["files"]]
                found |= {str((manifest.parent / n).relative_to(folder)) for n in names}
                if held["written by ausrec"] == "runs":
                    runs = manifest.parent.glob("*.*")
                    found |= {str(each.relative_to(folder)) for each in runs}
    return found


def run(case: Case, folder: Path, pipe: Any) -> None:
    """Do an input in this process, which then ends; send (status, output, complaints)."""
    os.chdir(folder)
    os.environ.update(case.environment)
    case.begin()
    sys.stdin = io.StringIO()
    out, error = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            status = ausrec(case.words)
    except BaseException as escaped:
        pipe.send((None, out.getvalue(), f"{error.getvalue()}{type(escaped).__name__}: {escaped}"))
        return
    pipe.send((status, out.getvalue(), error.getvalue()))


def make_quick() -> None:
    """Draw nothing and start no processes here: that takes time, and no input reaches it."""
    vars(run_files)["run_page"] = lambda *_, **__: "<p>report</p>"
    GridAnalysis.pictures = lambda _: iter(())  # type: ignore[assignment, method-assign]
    vars(grids)["LocalEngine"] = lambda _: SerialEngine()


def together(case: Case, folder: Path, context: Any) -> list[tuple[int | None, str, str] | None]:
    """Do an input, in several processes at once where it says so; None for one that hangs."""
    started = []
    for _ in range(case.times):
        receiver, sender = context.Pipe(duplex=False)
        process = context.Process(target=run, args=(case, folder, sender))
        process.start()
        sender.close()
        started.append((process, receiver))
    ends: list[tuple[int | None, str, str] | None] = []
    for process, receiver in started:
        if receiver.poll(LIMIT_SECONDS):
            try:
                ends.append(receiver.recv())
            except EOFError:
                ends.append((None, "", "the process died"))
        else:
            process.kill()
            ends.append(None)
        process.join()
    return ends


def judge(case: Case, world: Path, context: Any) -> Verdict:
    """Do one input in a copy of the world, and say what is wrong with how it ended."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "here"
        shutil.copytree(world, folder, symlinks=True)
        case.prepare(folder)
        before, known = content(folder), ours(folder)
        ends = together(case, folder, context)
        wrong = ["hang"] * (None in ends)
        said = [each or (OK, "", "") for each in ends]
        status = min((each[0] for each in said if each[0] is not None), default=None)
        out, error = "".join(each[1] for each in said), "".join(each[2] for each in said)
        if any(each[0] is None for each in said):
            wrong.append("traceback")
        if case.times > 1 and status != OK:
            wrong.append("not done by any")
        now = content(folder)
        harmed = [n for n, each in before.items() if n not in known and now.get(n) != each]
        wrong += [f"harm to {name}" for name in harmed]
        lines = [line for line in error.splitlines() if line.startswith("error: ")]
        if status == COMPLAINED and (len(lines) != case.times or len(max(lines)) >= 400):
            wrong.append("not one short line")
        if "cannot go on (" in error:
            wrong.append("not foreseen")
        if "Traceback" in error:
            wrong.append("traceback")
        if any(each in out + error for each in ("\x1b]", "\x1b[3", "\x1b[2", "\x07", "secret")):
            wrong.append("raw escape or password")
        if status == OK and case.is_nonsense:
            wrong.append("nonsense accepted")
        if status != OK and case.is_fine:
            wrong.append("refused")
        return Verdict(case, status, (lines or [error[-300:]])[0], wrong)


def cases(number: int, seed: int) -> Iterator[Case]:
    """Make inputs of all kinds in turn."""
    for place in range(number):
        make = KINDS[place % len(KINDS)]
        yield make(np.random.default_rng([seed, place]))._replace(number=place)


def main() -> int:
    """Make and do inputs; print how they ended, and what is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=1500, help="of inputs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, nargs="*", help="numbers of inputs to do again")
    given = parser.parse_args()
    # Making the world has everything imported and used once, so that a fork is quick.
    context = multiprocessing.get_context("fork")
    counts: Counter[str] = Counter()
    num_wrong = 0
    with tempfile.TemporaryDirectory() as scratch:
        world = Path(scratch) / "world"
        make_quick()
        make_world(world)
        for case in cases(given.number, given.seed):
            if given.only and case.number not in given.only:
                continue
            verdict = judge(case, world, context)
            counts[f"status {verdict.status}"] += 1
            counts.update(each.split(" to ")[0] for each in verdict.wrong)
            if case.number % 100 == 99:
                print(f"{case.number + 1} inputs, {num_wrong} wrong", flush=True)
            if verdict.wrong or given.only:
                num_wrong += bool(verdict.wrong)
                print(
                    f"{case.number} {case.what}: {', '.join(verdict.wrong)}\n  ausrec "
                    f"{' '.join(case.words)!a}\n  {verdict.said!a}",
                    flush=True,
                )
    print("; ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
    return 1 if num_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
