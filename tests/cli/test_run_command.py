"""`ausrec evaluate`, `recommend` and `report`."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pandas as pd
import pytest
import torch

from ausrec.cli import main
from ausrec.evaluation.metrics import METRICS, Metric
from tests.cli.conftest import FAST

Complaint = Callable[[list[str]], str]


def test_it_measures_again_what_was_measured(
    with_run: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "10,3"]) == 0
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [line[:2] for line in lines[1:]] == [
        *(["val", "3"], ["val", "10"], ["test", "3"], ["test", "10"]),
    ]
    test = json.loads(Path("run/metrics.json").read_text())["test"]
    assert lines[4][2] == f"{test['recall@10']:.4f}"
    assert lines[4][4] == f"{test['ndcg@10']:.4f}"


def test_groups_are_told_when_asked(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--run", "run", "--ks", "5", "--groups"]) == 0
    text = capsys.readouterr().out
    assert "By how active a user is" in text and "By how popular an item is" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--ks", "0"], "--ks is 0, but must be above 0"),
        (["--ks", "5", "ten"], "--ks is '[5,ten]', but must be a list of whole numbers"),
        (["--ks", "1.5"], "--ks is '[1.5]', but must be a list of whole numbers"),
    ],
)
def test_other_cutoffs_are_refused(
    with_run: Path, words: list[str], said: str, complaint: Complaint
) -> None:
    assert said in complaint(["evaluate", "--run", "run", *words])


@pytest.mark.parametrize("name", ["evaluate", "recommend", "report"])
def test_a_run_is_asked_for(name: str, complaint: Complaint) -> None:
    assert "--run is missing: add --run DIR" in complaint([name])


def test_it_names_new_items(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recommend", "--run", "run", "--user", "ann-3", "-k", "4"]) == 0
    head, columns, *rows = capsys.readouterr().out.splitlines()
    assert head == "For user ann-3:"
    assert columns.split() == ["rank", "name", "id", "score"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3", "4"]
    artists = pd.read_csv("artists.csv").set_index("item")["name"]
    for row in rows:
        item = row.split()[-2]
        assert artists[item] in row


def test_known_items_are_never_listed(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recommend", "--run", "run", "--user", "ann-3", "-k", "100"]) == 0
    listed = {line.split()[-2] for line in capsys.readouterr().out.splitlines()[2:]}
    plays = pd.read_csv("plays.csv")
    heard = set(plays.loc[plays["user"] == "ann-3", "item"])
    everything = set(plays["item"])
    # What is listed beside the new items was held out for the test.
    assert everything - heard <= listed
    assert len(listed & heard) <= round(0.2 * len(heard)) + 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "--user is missing: add --user ID, or items in order by --sequence IDS"),
        (["--user", "ann-3", "--sequence", "x01"], "both are given: add --user ID, or items"),
        (["--sequence", "x01"], "an encoder of sequences is needed, and LightGCN is none"),
        (["--user", "an-3"], "user 'an-3' is not in the data; the nearest ids are ann-3"),
        (["--user", "zzz"], "user 'zzz' is not in the data: ids look like"),
        (["--user", "ann-3", "-k", "0"], "-k is 0, but must be above 0"),
        (["--user", "ann-3", "-k", "many"], "k is 'many', but must be a whole number"),
    ],
)
def test_wrong_words_are_told(
    with_run: Path, words: list[str], said: str, complaint: Complaint
) -> None:
    assert said in complaint(["recommend", "--run", "run", *words])


def test_a_folder_that_is_no_run_is_told(here: Path, complaint: Complaint) -> None:
    for folder in (".", "none"):
        said = complaint(["recommend", "--run", folder, "--user", "ann-3"])
        assert "name the --out of a finished `ausrec train`" in said


def test_report_writes_the_same_again(with_run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = Path("run/report.html")
    before = report.read_text()
    report.unlink()
    assert main(["report", "--run", "run"]) == 0
    assert "report.html" in capsys.readouterr().out
    after = report.read_text()
    assert len(after) > 10_000
    assert "Training ended after 4 epochs (all epochs trained); the model" in before
    assert before == after


def test_a_damaged_run_leaves_the_report_as_it_was(with_run: Path, complaint: Complaint) -> None:
    before = Path("run/report.html").read_bytes()
    Path("run/metrics.json").write_text('{"best_epoch": 1}')
    assert "damaged" in complaint(["report", "--run", "run"])
    assert Path("run/report.html").read_bytes() == before


def top_hit(hits: torch.Tensor, num_relevant: torch.Tensor, ks: Sequence[int]) -> torch.Tensor:
    return hits[:, :1].double().expand(-1, len(ks))


def test_a_metric_that_is_added_to_the_table_is_shown_everywhere(
    with_run: Path,
    in_this_process: None,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = Metric(top_hit, "Top hit", "says whether the very first item is a hit", shown=True)
    monkeypatch.setitem(METRICS, "top_hit", row)
    assert main(["evaluate", "--run", "run", "--ks", "5", "--groups"]) == 0
    text = capsys.readouterr().out
    assert "top_hit" in text and "top_hit@5" in text
    assert main(["report", "--run", "run"]) == 0
    page = Path("run/report.html").read_text(encoding="utf-8")
    assert "Top hit@10" in page and row.meaning in page
    grid = ["--strategies", "none,equal", "--tasks", "social_link", "--seeds", "2"]
    words = ["--interactions", "plays.csv", "--social", "friends.csv", *FAST, "--out", "grid"]
    assert main(["compare", *grid, *words, "--metric", "top_hit@10"]) == 0
    page = Path("grid/report.html").read_text(encoding="utf-8")
    assert "By Top hit@10 on the test set" in page and "Recall@10" in page
    assert "top_hit@10" in Path("grid/tables/quality.md").read_text(encoding="utf-8")


def test_a_run_of_sequences_recommends_after_items_and_ranks_among_a_few(
    here: Path, capsys: pytest.CaptureFixture[str], complaint: Complaint
) -> None:
    plays = [(f"u{u}", f"x{(u + t) % 9}", t) for u in range(12) for t in range(6)]
    pd.DataFrame(plays, columns=["user", "item", "time"]).to_csv("ordered.csv", index=False)
    words = ["train", "--interactions", "ordered.csv", "--encoder", "sasrec", "--out", "seq"]
    fast = ["--dim", "8", "--epochs", "2", "--threads", "1", "--train.task_batch_size", "8"]
    assert main([*words, *fast, "--tasks", "masked_item+cl4srec"]) == 0
    assert main(["evaluate", "--run", "seq", "--ks", "3", "--sampled", "2"]) == 0
    assert "Among 2 items at random (test part)" in capsys.readouterr().out
    assert main(["recommend", "--run", "seq", "--sequence", "x1,x2", "-k", "9"]) == 0
    listed = [line.split()[1] for line in capsys.readouterr().out.splitlines()[1:]]
    assert sorted(listed) == ["x0", *(f"x{i}" for i in range(3, 9))]
    said = complaint(["recommend", "--run", "seq", "--sequence", "x1,y"])
    assert "item 'y' is not in the data" in said
