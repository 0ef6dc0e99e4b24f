"""`ausrec recommend`."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from ausrec.cli.recommend_command import look_up

from ausrec.cli import main
from ausrec.data import ListeningClub
from ausrec.errors import AusrecError

Complaint = Callable[[list[str]], str]


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
        ([], "no user is named: add --user ID"),
        (["--user", "an-3"], "user 'an-3' is not in the data; the nearest ids are ann-3"),
        (["--user", "zzz"], "user 'zzz' is not in the data: ids look like"),
        (["--user", "ann-3", "-k", "0"], "ask for at least one item"),
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
    assert "add --run DIR" in complaint(["recommend"])


def test_users_are_looked_up_by_the_id_of_the_data() -> None:
    graph = ListeningClub()[0]
    assert look_up(graph, "u003") == 2
    with pytest.raises(AusrecError, match="nearest ids"):
        look_up(graph, "u9999")
