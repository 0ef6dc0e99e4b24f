from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ausrec.errors import AusrecError
from ausrec.experiments.table_writer import (
    cell,
    interval_text,
    latex,
    markdown,
    markdown_lines,
    numeric_columns,
    spread_text,
    write_tables,
)

TABLE = pd.DataFrame(
    {
        "task": ["two_hop", "a|b & 5 %"],
        "seeds": [3, 4],
        "p": [0.00002, np.nan],
        "score": ["0.16 ± 0.01", "–"],
        "found": [True, False],
    }
)


def test_markdown_aligns_numbers_and_escapes_bars() -> None:
    assert markdown(TABLE).splitlines() == [
        "| task | seeds | p | score | found |",
        "| --- | ---: | ---: | ---: | --- |",
        "| two_hop | 3 | 2.0e-05 | 0.16 ± 0.01 | yes |",
        "| a\\|b & 5 % | 4 | – | – | no |",
    ]
    assert markdown_lines(["a"], []) == "| a |\n| --- |"


def test_latex_escapes_names_and_prints_every_sign() -> None:
    text = latex(TABLE)
    assert r"\begin{tabular}{lrrrl}" in text
    assert r"two\_hop & 3 & 2.0e-05 & 0.16 $\pm$ 0.01 & yes \\" in text
    assert r"a|b \& 5 \% & 4 & -- & -- & no \\" in text
    assert text.isascii()
    assert r"\toprule" in text


def test_csv_keeps_all_digits(tmp_path: Path) -> None:
    table = pd.DataFrame({"a": [1 / 3]})
    names = write_tables({"t": table, "u": TABLE}, tmp_path / "new")
    assert names == ["t.csv", "t.md", "t.tex", "u.csv", "u.md", "u.tex"]
    assert float((tmp_path / "new" / "t.csv").read_text().splitlines()[1]) == 1 / 3


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AusrecError, match=r"cannot write tables into .*file"):
        write_tables({"t": TABLE}, tmp_path / "file")


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.12345, "0.1235"), (1234.5, "1234"), (0.0, "0.0000"), (np.int64(5), "5"), (None, "–"),
     (np.bool_(True), "yes"), ("x", "x"), (-0.00001, "-1.0e-05")],
)  # fmt: skip
def test_cells(value: object, text: str) -> None:
    assert cell(value) == text


def test_spreads_and_intervals() -> None:
    assert spread_text(0.16, 0.004) == "0.1600 ± 0.0040"
    assert spread_text(0.16, float("nan")) == "0.1600"
    assert spread_text(float("nan"), float("nan")) == "–"
    assert interval_text(-0.001, 0.02) == "-0.0010 to +0.0200"
    assert interval_text(-0.001, 0.02, 3, sign=False) == "-0.001 to 0.020"
    assert interval_text(float("nan"), 0.1) == "–"


def test_texts_that_are_numbers_stand_to_the_right() -> None:
    texts = {"a": ["+1.5 %"], "b": ["1 of 5"], "c": ["v1"], "d": [""], "e": ["< 0.0001"]}
    assert numeric_columns(pd.DataFrame(texts)) == [True, True, False, False, True]
