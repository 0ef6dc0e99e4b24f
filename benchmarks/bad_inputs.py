"""Kinds of bad inputs; each makes one from a generator."""

import os
import shutil
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ausrec.cli.train_command import train
from ausrec.runs.run_folder import RunFolder
from benchmarks.odd_things import FLAGS, ODD_BYTES, ODD_TEXTS, PLACES
from benchmarks.small_world import COMPARE, FAST, SEARCH, SHORT, TABLES, TRAIN


class Case(NamedTuple):
    """One input."""

    what: str
    words: list[str]
    prepare: Callable[[Path], object] = lambda folder: None
    is_nonsense: bool = False
    """Whether it must be refused."""
    is_fine: bool = False
    """Whether it must be taken."""
    begin: Callable[[], object] = int
    """What its process does first."""
    environment: Mapping[str, str] = {}
    times: int = 1
    """How many processes do it at once."""

    number: int = 0


def pick(rng: np.random.Generator, *things: object) -> str:
    """Draw one of some things."""
    return str(things[int(rng.integers(len(things)))])


def odd_flag(rng: np.random.Generator) -> Case:
    """One flag of `train` with an odd value."""
    flag, text = pick(rng, *FLAGS), pick(rng, *ODD_TEXTS)
    words = list(TRAIN)
    if flag in words:
        words[words.index(flag) + 1] = text
    else:
        words += [flag, text]
    return Case(f"{flag} {text[:20]!a}", words)


def odd_command(rng: np.random.Generator) -> Case:
    """Another command with an odd value somewhere."""
    words = [
        ["evaluate", "--run", "run", "--ks", "5"],
        ["recommend", "--run", "run", "--user", "3", "-k", "2"],
        ["report", "--run", "run"],
        ["data", "describe", *TABLES],
        ["data", "make", "--folder", "club", "--seed", "1"],
        ["data", "fetch", "club", "--data-root", "here"],
        ["data", "list", "--data-root", "here"],
        ["study", "show", "noise"],
        [*COMPARE, "--metric", "ndcg@10", "--seeds", "1", "--baseline", "none"],
        [*SEARCH, "--out", "found", "--seeds", "1", "--batch", "1", "--search-seed", "1"],
        ["doctor", "--data-root", "here"],
    ][int(rng.integers(11))]
    place = int(rng.integers(len(words)))
    text = pick(rng, *ODD_TEXTS)
    changed = [*words[:place], text, *words[place + 1 :]]
    if rng.random() < 0.3:
        changed = words[:place] + words[place + 1 :]
    return Case(f"{words[0]} with {text[:20]!a}", changed)


def write(folder: Path, name: str, data: bytes) -> None:
    """Write a file, whatever lies there."""
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)


def odd_table(rng: np.random.Generator) -> Case:
    """A table with odd content, or of an odd kind."""
    name = pick(
        rng, "odd.csv", "odd.parquet", "odd.tsv", "odd.txt", "odd", "ö\x1b[31m.csv", "odd.json"
    )
    flag = pick(
        rng, "--interactions", "--social", "--items", "--users", "--data.val", "--data.test"
    )
    data = ODD_BYTES[int(rng.integers(len(ODD_BYTES)))]
    words = list(TRAIN)
    if flag in words:
        words[words.index(flag) + 1] = name
    else:
        words += [flag, name]
    is_nonsense = flag == "--interactions"
    how = pick(rng, "file", "file", "file", "file", "folder", "pipe", "loop", "dangling")
    makers: dict[str, Callable[[Path], object]] = {
        "file": partial(write, name=name, data=data),
        "folder": lambda folder: (folder / name).mkdir(),
        "pipe": lambda folder: os.mkfifo(folder / name),
        "loop": lambda folder: (folder / name).symlink_to(name),
        "dangling": lambda folder: (folder / name).symlink_to("nowhere"),
    }
    return Case(f"{flag} {how} {name!a} {data[:12]!a}", words, makers[how], is_nonsense)


def cut_table(rng: np.random.Generator) -> Case:
    """A table with a few bytes changed, which may or may not make sense."""
    table = pick(rng, "plays.csv", "friends.csv", "items.csv")
    place, byte = float(rng.random()), int(rng.integers(256))

    def change(folder: Path) -> None:
        content = bytearray((folder / table).read_bytes())
        content[int(place * len(content))] = byte
        (folder / table).write_bytes(bytes(content))

    return Case(f"byte {byte} in {table}", [*TRAIN, "--items", "items.csv"], change)


def odd_yaml(rng: np.random.Generator) -> Case:
    """A configuration, a study or a space with odd content."""
    data = ODD_BYTES[int(rng.integers(len(ODD_BYTES)))]
    name = pick(rng, "odd.yaml", "odd.yml", "öd\udcff.yaml")
    words = [
        ["train", "--config", name, *TABLES, *FAST, "--out", "new"],
        ["study", "show", name],
        ["study", "run", name, *TABLES, "--out", "new"],
        [*SEARCH, "--space", name, "--out", "new"],
    ][int(rng.integers(4))]
    how = pick(rng, "file", "file", "file", "pipe", "folder")
    makers: dict[str, Callable[[Path], object]] = {
        "file": partial(write, name=name, data=data),
        "pipe": lambda folder: os.mkfifo(folder / name),
        "folder": lambda folder: (folder / name).mkdir(),
    }
    is_nonsense = how != "file" or words[0] == "study"
    return Case(f"{words[0]} {how} {data[:15]!a}", words, makers[how], is_nonsense)


def damaged(rng: np.random.Generator) -> Case:
    """A finished run, grid or search in which one file is damaged, missing or another's."""
    where = pick(rng, "run", "run", "grid", "grid/runs", "found")
    how = pick(rng, "cut", "flip", "remove", "swap", "empty", "folder")
    place, number = float(rng.random()), int(rng.integers(1000))
    words = {
        "run": [
            ["evaluate", "--run", "run"],
            ["recommend", "--run", "run", "--user", "3"],
            ["report", "--run", "run"],
            [*TRAIN[:-1], "run", "--resume"],
            [*TRAIN[:-1], "run", "--overwrite"],
        ],
        "grid": [COMPARE],
        "grid/runs": [COMPARE],
        "found": [[*SEARCH, "--out", "found"], [*SEARCH[:-1], "2", "--out", "found"]],
    }[where]

    def harm(folder: Path) -> None:
        files = sorted(path for path in (folder / where).iterdir() if path.is_file())
        file = files[number % len(files)]
        content = bytearray(file.read_bytes())
        if how == "cut":
            file.write_bytes(content[: int(place * len(content))])
        elif how == "flip":
            content[int(place * len(content))] ^= 1 << number % 8
            file.write_bytes(content)
        elif how == "empty":
            file.write_bytes(b"")
        elif how == "swap":
            other = folder / "other" / file.name
            shutil.copy(other if other.exists() else folder / "plays.csv", file)
        else:
            file.unlink()
            if how == "folder":
                file.mkdir()

    return Case(f"{how} in {where}", words[number % len(words)], harm)


def where_others_are(rng: np.random.Generator) -> Case:
    """An output folder that holds something of the user's, or an input."""
    name = pick(rng, *PLACES)
    extra = pick(rng, "--overwrite", "--resume", "")
    words = [
        [*TRAIN[:-1], "x", *([extra] if extra else [])],
        ["demo", "--out", "x", "--epochs", "1"],
        [*COMPARE[:-1], "x"],
        [*SEARCH, "--out", "x"],
        [*SEARCH, "--out", "new", "--storage", f"x/{name}"],
        [*COMPARE[:-1], "new", "--runs", "x"],
        ["data", "make", "--folder", "x", "--overwrite"],
        [*TRAIN[:-1], "link", "--overwrite"],
        ["train", "--config", "run/config.yaml", "--out", "run", "--overwrite"],
        [*COMPARE, "--config", "grid/mine.yaml"],
        [*TRAIN[:-1], ".", "--overwrite"],
        [*COMPARE[:-1], "."],
    ][int(rng.integers(12))]

    def put(folder: Path) -> None:
        write(folder, f"x/{name}", b"mine")
        write(folder, "grid/mine.yaml", b"train:\n  epochs: 1\n")
        (folder / "link").symlink_to("x")

    return Case(f"{words[0]} where {name} is", words, put, is_nonsense=True)


def hostile_names(rng: np.random.Generator) -> Case:
    """Ids, names and titles with escapes, and what prints them."""
    odd = pick(
        rng, "\x1b[31mred", "\x1b]0;t\x07", "a|b", "<script>", "a\u202eb", "*x*", "=1+1", "\x9b2J"
    )
    words = [
        ["recommend", "--run", "new", "--user", odd],
        ["data", "describe", "--interactions", "odd.csv"],
        ["study", "show", "odd.yaml"],
        ["train", "--interactions", "odd.csv", *SHORT, "--out", "new"],
    ][int(rng.integers(4))]

    def put(folder: Path) -> None:
        table = (folder / "plays.csv").read_text().replace("\n3,", f"\n{odd},")
        (folder / "odd.csv").write_text(table, encoding="utf-8")
        grids = "grids:\n- strategies: [none]\n"
        study = f'title: "{odd!a}"\nquestion: "{odd!a}"\n{grids}'.replace("'", "")
        (folder / "odd.yaml").write_text(study, encoding="utf-8")

    return Case(f"{words[0]} {odd!a}", words, put)


def mirrors(rng: np.random.Generator) -> Case:
    """A mirror that cannot be, with a password in its address."""
    host = pick(rng, "127.0.0.1:9", "nowhere.invalid", "[::1", "", "127.0.0.1:99999", "a b")
    kind = pick(rng, "http", "https", "ftp", "file", "", "\x1b[31m")
    where = f"{kind}://ann:secret@{host}/x"
    closed = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    name = pick(rng, "lastfm", "hetrec", "ciao")
    words = ["data", "fetch", name, "--data-root", "here"]
    return Case(
        f"mirror {where!a}",
        words,
        is_nonsense=True,
        environment={"AUSREC_DATA_MIRROR": where, **closed},
    )


def half_finished(rng: np.random.Generator) -> Case:
    """An unfinished run that is resumed or overwritten with something changed."""
    change = pick(rng, "nothing", "table", "config", "checkpoint", "manifest", "settings")
    flag = pick(rng, "--resume", "--overwrite")
    words = [*TRAIN, flag, *(["--seed", "5"] if change == "settings" else [])]

    def put(folder: Path) -> None:
        work = folder / "new" / "unfinished"
        before = Path.cwd()
        os.chdir(folder)
        try:
            asked = train.read(TRAIN[1:])
            begun = RunFolder(Path("new"), asked["flags"].recipe(), "train")
            begun.checkpoint.write_bytes(b"half a checkpoint")
            begun.abandon()
        finally:
            os.chdir(before)
        if change == "table":
            write(folder, "friends.csv", b"user,friend\n1,2\n2,1\n")
        elif change in ("config", "manifest"):
            file = work / ("asked.yaml" if change == "config" else "manifest.json")
            file.write_bytes(file.read_bytes()[:-20])

    is_nonsense = flag == "--resume" or change == "manifest"
    return Case(f"{flag} with other {change}", words, put, is_nonsense)


def at_once(rng: np.random.Generator) -> Case:
    """One command in two processes at once."""
    words = [
        TRAIN,
        [*TRAIN, "--resume"],
        [*TRAIN[:-1], "run", "--overwrite"],
        [*COMPARE[:-1], "new"],
        [*SEARCH, "--out", "new"],
        ["report", "--run", "run"],
        ["data", "make", "--folder", "club"],
    ][int(rng.integers(7))]
    return Case(f"two of {words[0]} at once", words, times=2)


KINDS: tuple[Callable[[np.random.Generator], Case], ...] = (
    odd_flag,
    odd_command,
    odd_table,
    cut_table,
    odd_yaml,
    damaged,
    where_others_are,
    hostile_names,
    mirrors,
    half_finished,
    at_once,
)
