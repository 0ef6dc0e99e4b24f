"""The leaderboard: runs of one board are ranked, seeds are joined, commands can be repeated."""

import json
import shlex
from pathlib import Path

from ausrec.cli.compare_command import compare
from ausrec.cli.train_command import train
from ausrec.runs import Recipe
from benchmarks.leaderboard import ROWS, finished, join, main, page, read_rows, table_of


def keep(
    folder: Path, name: str, ndcg: float, seed: int = 0, label: str = "club", **settings: object
) -> None:
    folder.mkdir(exist_ok=True)
    run = {
        "run": f"{label}: something, seed {seed}",
        "settings": {"data.dataset": "club", "train.seed": seed} | settings,
        "test": {"ndcg@10": ndcg, "recall@10": ndcg / 2},
    }
    (folder / f"{name}.json").write_text(json.dumps(run))


def test_runs_are_ranked_on_their_board_and_seeds_are_one_row(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    keep(first, "a", 0.2, weighting="equal")
    keep(second, "b", 0.4, seed=1, weighting="equal")
    keep(second, "again", 0.2, weighting="equal")
    keep(second, "c", 0.35)
    keep(second, "d", 0.1, tasks="none", weighting="none")
    keep(second, "e", 0.3, **{"split.keep": 0.2})
    own = {"data.dataset": None, "data.interactions": "a checksum"}
    keep(second, "f", 0.3, label="plays", **own)
    (second / "manifest.json").write_text("{}")
    table = table_of(finished([first, second]))
    boards = {part.partition("\n")[0]: part for part in page(table, most=1).split("## ")[1:]}
    assert list(boards) == ["club", "club, 20% of the training interactions", "plays"]
    rows = {
        name: [line for line in text.splitlines() if line.startswith("| ") and "lightgcn" in line]
        for name, text in boards.items()
    }
    thinned = "club, 20% of the training interactions"
    assert rows[thinned] == ["| 1 | lightgcn | all | ausrec | 1 | 0.3000 | 0.1500 |"]
    # Below the best, the plain encoder is always shown.
    assert rows["club"] == [
        "| 1 | lightgcn | all | ausrec | 1 | 0.3500 | 0.1750 |",
        "| 2 | lightgcn |  |  | 1 | 0.1000 | 0.0500 |",
    ]
    seeds = "| 2 | lightgcn | all | equal | 2 | 0.3000 ± 0.1414 | 0.1500 ± 0.0707 |"
    assert seeds in page(table, most=9)


def test_a_command_trains_with_the_settings_of_its_row(tmp_path: Path) -> None:
    keep(
        tmp_path / "store",
        "a",
        0.2,
        weighting="best_of(among=none+equal)",
        model="lightgcn(dim=8)",
        **{"train.l2": 1e-05, "train.diagnose_every": 1000},
    )
    rows = tmp_path / "board.csv"
    assert main([str(tmp_path / "store"), "--rows", str(rows)]) == 0
    printed = rows.with_suffix(".md").read_text()
    line = next(line for line in printed.splitlines() if line.startswith("1. "))
    words = shlex.split(line.removeprefix("1. ").strip("`"))
    assert words[:2] == ["ausrec", "train"]
    recipe = train.read(words[2:])["flags"].recipe()
    assert str(recipe.weighting) == "best_of(among=none+equal)"
    assert (str(recipe.model), recipe.train.l2) == ("lightgcn(dim=8)", 1e-05)
    assert recipe.data.dataset == "club"


def test_what_is_not_trained_is_compared(tmp_path: Path) -> None:
    of_order = {"split.how": "leave_one_out", "recommender": "itemknn(neighbours=9)"}
    keep(tmp_path, "a", 0.2, **of_order)
    words = shlex.split(table_of(finished([tmp_path]))["command"][0].strip("`"))
    assert words[:2] == ["ausrec", "compare"]
    given = compare.read(words[2:])
    assert given["strategies"] == "itemknn(neighbours=9)"
    assert given["flags"].recipe().split.how == "leave_one_out"


def test_tables_of_one_name_are_two_boards(tmp_path: Path) -> None:
    for name, ndcg in (("a", 0.2), ("b", 0.3)):
        keep(tmp_path, name, ndcg, label="plays", **{"data.interactions": name})
    rows = tmp_path / "board.csv"
    assert main([str(tmp_path), "--rows", str(rows)]) == 0
    assert main([str(tmp_path), "--rows", str(rows)]) == 0
    assert sorted(read_rows(rows)["ndcg@10"]) == [0.2, 0.3]
    assert rows.with_suffix(".md").read_text().count("## plays") == 2


def test_a_default_that_the_encoder_would_change_is_named(tmp_path: Path) -> None:
    impatient = Recipe("ordered_club", model="sasrec").set("train.patience", 20)
    assert "train.patience" not in impatient.changes()
    keep(tmp_path, "a", 0.2, **impatient.changes())
    words = shlex.split(table_of(finished([tmp_path]))["command"][0].strip("`"))
    assert train.read(words[2:])["flags"].recipe().train.patience == 20


def test_rows_of_runs_that_are_gone_stay_and_more_seeds_win(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for seed in range(2):
        keep(first, f"a{seed}", 0.2 + seed / 10, seed=seed, weighting="equal")
    keep(first, "b", 0.1, tasks="none", weighting="none")
    keep(second, "a", 0.9, weighting="equal")
    keep(second, "b", 0.15, tasks="none", weighting="none")
    keep(second, "c", 0.05, weighting="dwa")
    rows = tmp_path / "board.csv"
    assert main([str(first), "--rows", str(rows)]) == 0
    assert main([str(second), "--rows", str(rows)]) == 0
    kept = read_rows(rows)
    assert list(zip(kept["weighting"], kept["seeds"], kept["ndcg@10"].round(3), strict=True)) == [
        ("equal", 2, 0.25),
        ("", 1, 0.15),
        ("dwa", 1, 0.05),
    ]
    again = join(table_of(finished([second])), kept)
    assert page(again) == page(kept) == rows.with_suffix(".md").read_text()


def test_the_page_is_what_its_table_says() -> None:
    assert ROWS.with_suffix(".md").read_text(encoding="utf-8") == page(read_rows(ROWS))
