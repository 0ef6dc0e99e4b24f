"""Kinds of inputs that people really give: exports of spreadsheets, files that moved, full disks.

Some of them are right, and must be taken.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from benchmarks.bad_inputs import Case, pick, write
from benchmarks.small_world import COMPARE, GRID, SEARCH, SHORT, TABLES, TRAIN

NOBODY = 65534

# What becomes of a table `user,item,rating`, and whether it must be taken (None for either).
EXPORTS: Mapping[str, tuple[Callable[[str], str | bytes], bool | None]] = {
    "a mark and semicolons": (lambda t: "\ufeff" + t.replace(",", ";"), True),
    "line ends of Windows": (lambda t: t.replace("\n", "\r\n").encode(), True),
    "line ends of old Macs": (lambda t: t.replace("\n", "\r").encode(), None),
    "UTF-16": (lambda t: t.replace(",", "\t").encode("utf-16"), True),
    "Latin-1": (lambda t: t.replace("\n3,", "\nJosé,").encode("latin-1"), True),
    "two encodings": (lambda t: t.encode() + "é,1,1\n".encode() + b"\xe9,1,1\n", None),
    "another order": (lambda t: _columns(t, [2, 1, 0]), True),
    "capitals and spaces": (
        lambda t: t.replace("user,item,rating", " User , Item , Rating "),
        True,
    ),
    "quotes": (lambda t: t.replace("\n3,", '\n"3",'), True),
    "an index without a name": (lambda t: _indexed(t), True),
    "decimal commas": (lambda t: t.replace(",", ";").replace(";5\n", ";4,5\n"), None),
    "a first line for Excel": (lambda t: "sep=,\n" + t, None),
    "a comment above": (lambda t: "# exported on 2024-05-01\n" + t, None),
    "a total below": (lambda t: t + "Total,,143\n", None),
    "empty lines": (lambda t: t.replace("\n4,", "\n\n4,") + "\n\n", True),
    "commas at the end of lines": (lambda t: t.replace("\n", ",\n"), None),
    "dates": (lambda t: _with(t, "date", "2024-01-05 10:00"), True),
    "dates as in Germany": (lambda t: _with(t, "date", "13.01.2024"), None),
    "dates that are none": (lambda t: _with(t, "time", "soon"), False),
    "a rating that is no number": (lambda t: t.replace(",5\n", ",five\n", 1), False),
    "a rating of NaN": (lambda t: t.replace(",5\n", ",NaN\n", 1), False),
    "a rating without end": (lambda t: t.replace(",5\n", ",inf\n", 1), False),
    "a rating left out": (lambda t: t.replace(",5\n", ",\n", 1), False),
    "no user": (lambda t: t.replace("\n3,", "\n,", 1), False),
    "two columns of one name": (lambda t: t.replace("rating", "item", 1), False),
    "the header alone": (lambda t: t.partition("\n")[0] + "\n", False),
    "the header twice": (lambda t: t + t, None),
    "one row": (lambda t: "user,item,rating\n1,2,3\n", False),
    "one user": (lambda t: "user,item\n" + "".join(f"1,{n}\n" for n in range(9)), None),
    "one column": (lambda t: _columns(t, [0]), False),
    "huge ids": (lambda t: t.replace("\n3,", f"\n{10**25},"), True),
    "ids below 0": (lambda t: t.replace("\n3,", "\n-3,"), True),
    "ids with a point": (lambda t: t.replace("\n3,", "\n3.0,"), None),
    "long ids": (lambda t: t.replace("\n3,", f"\n{'x' * 10_000},"), True),
    "a table as a page": (lambda t: f"<html><table><tr><td>{t}</td></tr></table></html>", None),
    "a file of Word": (lambda t: b"PK\x03\x04word/document.xml\x00" + t.encode(), False),
}


def _columns(text: str, places: list[int]) -> str:
    rows = [line.split(",") for line in text.splitlines()]
    return "".join(",".join(row[place] for place in places) + "\n" for row in rows)


def _with(text: str, name: str, value: str) -> str:
    head, *rows = text.splitlines()
    return "\n".join([f"{head},{name}", *(f"{row},{value}" for row in rows), ""])


def _indexed(text: str) -> str:
    head, *rows = text.splitlines()
    return "\n".join([f",{head}", *(f"{number},{row}" for number, row in enumerate(rows)), ""])


def exported(rng: np.random.Generator) -> Case:
    """A table as spreadsheets and other programs write it."""
    what = pick(rng, *EXPORTS)
    change, verdict = EXPORTS[what]
    name = pick(rng, "plays.csv", "plays.csv", "plays.txt", f"{'p' * 240}.csv")
    words = [name if word == "plays.csv" else word for word in TRAIN]

    def put(folder: Path) -> None:
        content = change((folder / "plays.csv").read_text())
        write(folder, name, content if isinstance(content, bytes) else content.encode())

    return Case(what, words, put, verdict is False, is_fine=verdict is True)


PLUGINS = (
    *("1 / 0\n", "", "import nowhere\n", "WEIGHTINGS = [1]\n", "TASKS = {'sgl': int}\n", "a b\n"),
    *("WEIGHTINGS = {'mine': 3}\n", "raise SystemExit\n", "METRICS = {'m': len}\n", "\x00"),
)
SAVED = ["evaluate", "--run", "run"]
NEW = ["recommend", "--run", "run"]
# What people try, and whether it must be refused.
SLIPS: tuple[tuple[list[str], bool], ...] = (
    (
        ["compare", *SHORT, *GRID, "--out", "new", "--data", "a=plays.csv", "--data", "a=b.csv"],
        True,
    ),
    ([*TRAIN, "--data", "a=plays.csv"], False),
    ([*TRAIN[:1], *TRAIN[5:], "--data", "a=nowhere.csv"], True),
    ([*TRAIN, "--encoder", "sasrec"], True),
    (["train", *TABLES, *SHORT, "--encoder", "sasrec", "--tasks", "none", "--out", "new"], True),
    ([*COMPARE[:-1], "new", "--encoder", "lightgcn,sasrec"], True),
    ([*COMPARE[:-1], "new", "--encoder", "lightgcn,nothing"], True),
    ([*COMPARE[:-1], "new", "--seeds", "0"], True),
    ([*COMPARE[:-1], "new", "--baseline", "ausrec"], True),
    ([*COMPARE[:-1], "new", "--metric", "accuracy"], True),
    ([*COMPARE[:-1], "new", "--strategies", "none,none"], False),
    ([*SEARCH, "--out", "new", "--strategy", "none,equal"], True),
    (["study", "run", "noise", "--out", "new"], True),
    ([*NEW, "--items", "nothing"], True),
    ([*NEW, "--items", "3,3"], False),
    ([*NEW, "--friends", "nobody"], True),
    ([*NEW, "--items", ","], True),
    ([*NEW, "--user", "nobody"], True),
    ([*NEW, "--user", "3", "--items", "3"], True),
    ([*NEW, "--users", "friends.csv", "--out", "l.csv"], True),
    ([*NEW, "--users", "run/model.safetensors", "--out", "l.csv"], True),
    ([*NEW, "--users", "all", "--out", "plays.csv"], True),
    ([*NEW, "--users", "all", "--out", "l.xlsx"], True),
    ([*NEW, "--users", "all", "--out", "no/such/l.csv"], False),
    ([*NEW, "--sequence", "3"], True),
    ([*NEW, "--user", "3", "-k", "100000"], False),
    ([*NEW, "--user", "3", "--reasons"], False),
    ([*SAVED, "--test", "friends.csv"], False),
    ([*SAVED, "--test", "items.csv"], True),
    ([*SAVED, "--test", "nowhere.csv"], True),
    ([*SAVED, "--sampled", "100000"], False),
    ([*SAVED, "--ks", "0"], True),
    (["evaluate", "--run", "grid"], True),
    (["evaluate", "--run", "x"], True),
    (["evaluate", "--run", "plays.csv"], True),
    (["report", "--run", "found"], True),
    (["export", "--run", "run", "--out", "x"], True),
    (["export", "--run", "run", "--out", "run"], True),
    (["export", "--run", "run", "--out", "grid"], True),
    (["export", "--run", "run", "--out", "plays.csv"], True),
    (["export", "--run", "run", "--out", "new", "-k", "0"], True),
    (["export", "--run", "run", "--out", "new"], False),
    (["data", "describe", "--interactions", "items.csv"], False),
    (["data", "make", "--folder", "plays.csv"], True),
    ([*TRAIN[:-1], "n" * 300], True),
    ([*TRAIN[:-1], "plays.csv"], True),
    ([*TRAIN[:-1], "plays.csv/new"], True),
)


def slip(rng: np.random.Generator) -> Case:
    """A command as people get it wrong."""
    if rng.random() < 0.15:
        text = PLUGINS[int(rng.integers(len(PLUGINS)))]
        words = [*TRAIN, "--plugin", "mine.py", "--weighting", "mine"]
        return Case(f"plugin {text!a}", words, lambda f: write(f, "mine.py", text.encode()), True)
    words, is_nonsense = SLIPS[int(rng.integers(len(SLIPS)))]
    return Case("slip", words, is_nonsense=is_nonsense)


WRITING = (
    *(TRAIN, [*TRAIN[:-1], "run", "--overwrite"], [*COMPARE[:-1], "new"], COMPARE),
    *([*SEARCH, "--out", "new"], ["report", "--run", "run"], ["data", "make", "--folder", "club"]),
    *(["export", "--run", "run", "--out", "new"], [*NEW, "--users", "all", "--out", "l.csv"]),
    *([*TRAIN, "--tensorboard", "tb"], ["demo", "--out", "new", "--epochs", "1"]),
)


def no_room(rng: np.random.Generator) -> Case:
    """A disk on which no file can be longer than some bytes."""
    most = int(rng.choice([0, 20, 400, 5_000, 100_000]))
    words = WRITING[int(rng.integers(len(WRITING)))]

    def limit() -> None:
        import resource  # Windows has none

        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    return Case(f"{words[0]} with {most} bytes a file", [*words], begin=limit)


def not_allowed(rng: np.random.Generator) -> Case:
    """A folder or a file that another user may not write, or not read."""
    words = WRITING[int(rng.integers(len(WRITING)))]
    what, mode = pick(rng, ".", "run", "grid", "plays.csv", "run/config.yaml"), 0o555
    if rng.random() < 0.3 and os.getuid() == 0:
        mode = 0

    def put(folder: Path) -> None:
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        folder.parent.chmod(0o755)
        (folder / what).chmod(mode)

    def become_nobody() -> None:
        if os.getuid() == 0:
            os.setuid(NOBODY)

    return Case(f"{words[0]} where {what} is {mode:o}", [*words], put, begin=become_nobody)


def moved(rng: np.random.Generator) -> Case:
    """A finished run in another place, with its tables or without, or through a link."""
    how = pick(rng, "run", "tables", "link")
    place = "far/away" if how in ("run", "link") else "run"
    words = [
        ["evaluate", "--run", place],
        ["report", "--run", place],
        ["recommend", "--run", place, "--user", "3"],
        ["recommend", "--run", place, "--items", "3"],
        ["export", "--run", place, "--out", "new"],
        ["train", "--config", f"{place}/config.yaml", "--out", "new"],
        [*TRAIN[:-1], place, "--overwrite"],
    ][int(rng.integers(7))]

    def put(folder: Path) -> None:
        (folder / "far").mkdir()
        if how == "run":
            (folder / "run").rename(folder / "far" / "away")
        elif how == "link":
            (folder / "far" / "away").symlink_to(folder / "run")
        else:
            for name in ("plays.csv", "friends.csv"):
                (folder / name).rename(folder / "far" / name)

    is_fine = how == "link" or words[0] == "export"
    return Case(f"{words[0]} after {how} moved", words, put, is_fine=is_fine)


KINDS = (exported, exported, slip, slip, no_room, not_allowed, moved)
