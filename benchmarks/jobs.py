"""Do many independent runs in the background, and never one of them twice.

Every finished run is one line of a JSON-lines file. A command that is killed and started again
reads the file first and does only what is missing.
"""

import json
import multiprocessing
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from ausrec.experiments.store import code_version

Job = Mapping[str, Any]
Result = dict[str, Any]


def key(job: Job) -> str:
    """Return the text by which a job is known; equal settings give equal texts."""
    return json.dumps(job, sort_keys=True)


def finished(log: Path) -> dict[str, dict[str, Any]]:
    """Return the lines of a log by the keys of their jobs; of a repeated job, the last one.

    A line that a killed command left half written is ignored.
    """
    lines = {}
    for text in log.read_text(encoding="utf-8").split("\n") if log.exists() else []:
        try:
            line = json.loads(text)
        except json.JSONDecodeError:
            continue
        lines[key(line["job"])] = line
    return lines


def append(log: Path, line: Mapping[str, Any]) -> None:
    """Append one line to a log, after whatever a killed command left there."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a+b") as file:
        file.seek(0, os.SEEK_END)
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read() != b"\n":
                file.write(b"\n")
        file.write(json.dumps(line).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def do_all(
    jobs: Sequence[Job], work: Callable[[Job], Result], log: Path, processes: int = 1
) -> list[Result]:
    """Return the result of every job, doing only those that the log does not hold.

    Args:
        jobs: settings that JSON can hold.
        work: does one job; for several processes, a function of a module.
        log: the JSON-lines file.
        processes: jobs at a time; 1 does them in this process.

    Raises:
        SystemExit: when a job failed, after all others are done.
    """
    done = finished(log)
    missing = [job for job in jobs if key(job) not in done]
    code = code_version()
    old = sum(done[key(job)]["code"] != code for job in jobs if key(job) in done)
    if old:
        say(f"{old} runs in {log} were made by other code than this; name another log to repeat")
    failures = 0
    for number, (job, outcome) in enumerate(_outcomes(missing, work, processes), start=1):
        if isinstance(outcome, Exception):
            failures += 1
            say(f"failed: {key(job)}: {type(outcome).__name__}: {outcome}")
            continue
        append(log, {"job": dict(job), "code": code, "result": outcome})
        say(f"{number}/{len(missing)} {brief(job)}")
    if failures:
        raise SystemExit(f"{failures} of {len(missing)} runs failed; start again to repeat them")
    done = finished(log)
    results: list[Result] = [done[key(job)]["result"] for job in jobs]
    return results


def _outcomes(
    jobs: Sequence[Job], work: Callable[[Job], Result], processes: int
) -> Iterator[tuple[Job, Result | Exception]]:
    if processes == 1 or len(jobs) < 2:
        for job in jobs:
            try:
                yield job, work(job)
            except Exception as error:
                yield job, error
        return
    # Forking after PyTorch has started threads may hang; fresh processes do not.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        futures = {pool.submit(work, job): job for job in jobs}
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except Exception as error:
                yield futures[future], error


def brief(job: Job) -> str:
    """Return the settings of a job that tell it from the others of a command."""
    return " ".join(f"{k}={v}" for k, v in job.items() if isinstance(v, str | int))


def say(line: str) -> None:
    """Print a line of progress on standard error at once."""
    print(line, file=sys.stderr, flush=True)
