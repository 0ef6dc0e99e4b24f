import pandas as pd
import pytest

from ausrec.data.columns import find_column, pick_column
from ausrec.data.read_table import Table
from ausrec.errors import AusrecError

TABLE = Table(pd.DataFrame(columns=["User ID", "uid", "Play-Count"]), "plays.csv")


def test_known_names_win_in_their_order():
    assert find_column(TABLE, None, ["uid", "userid"]) == "uid"
    assert find_column(TABLE, None, ["userid", "uid"]) == "User ID"
    assert find_column(TABLE, None, ["playcount"]) == "Play-Count"
    assert find_column(TABLE, None, ["item"]) is None


def test_a_wanted_name_is_taken_exactly():
    assert find_column(TABLE, "uid", ["userid"]) == "uid"
    assert find_column(TABLE, "UID", ["userid"]) is None


def test_what_was_found_is_listed():
    with pytest.raises(AusrecError) as error:
        pick_column(TABLE, None, ["item"], "items", "choose one by item=")
    assert str(error.value) == (
        "plays.csv: no column that looks like the items; found User ID, uid, Play-Count; "
        "choose one by item="
    )
