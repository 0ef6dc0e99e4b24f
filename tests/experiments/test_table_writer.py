from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from ausrec.experiments.table_writer import (
    Measure,
    cell_text,
    gain,
    interval,
    make_table,
    p_value,
    spread,
    table_files,
    widen,
)

NAN = float("nan")
FRAME = pd.DataFrame(
    {
        "task": ["two_hop", "a|b & 5 %"],
        "seeds": [3, 4000],
        "p": [p_value(0.00002), None],
        "score": [spread(0.16, 0.01), spread(NAN)],
        "significant": [True, False],
    }
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1052, "1,052"), (np.int64(7), "7"), (12.3, "12.30"), (np.float32(0.5), "0.5000"),
        (0.12345, "0.1235"), (1.0, "1.0000"), (1.7, "1.700"), (123456.7, "123,457"),
        (0.0, "0.0000"), (0.0003, "0.0003"), (-0.0000123, "-1.23e-05"), (float("inf"), "inf"),
        (NAN, "–"), (None, "–"), (pd.NA, "–"),
        (True, "yes"), (np.bool_(False), "no"), ("<b>", "<b>"),
    ],
)  # fmt: skip
def test_values(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    ("measure", "text"),
    [
        (spread(0.16, 0.004), "0.1600 ± 0.0040"),
        (spread(0.16, 0.004, 2), "0.16 ± 0.00"),
        (spread(0.16), "0.1600"),
        (spread(NAN, NAN), "–"),
        (interval(-0.001, 0.02), "-0.0010 to +0.0200"),
        (interval(0.001, 0.02, ".4f"), "0.0010 to 0.0200"),
        (interval(NAN, 0.1), "–"),
        (gain(0.036, "+.1%"), "+3.6 %"),
        (gain(0.01, between=interval(-0.1, 0.1)), "+0.0100 (-0.1000 to +0.1000)"),
        (
            gain(0.01, between=interval(0.0, 0.1), star=True),
            "+0.0100 * (+0.0000 to +0.1000)",
        ),
        (gain(NAN), "–"),
        (p_value(0.003), "0.0030"),
        (p_value(0.00009), "< 0.0001"),
        (p_value(NAN), "–"),
    ],
)
def test_measures(measure: Measure, text: str) -> None:
    assert str(measure) == cell_text(measure) == text


def test_text_sets_words_to_the_left_and_numbers_to_the_right() -> None:
    frame = pd.DataFrame({"name": ["a", "long"], "ndcg@10": [0.5, 0.25], "n": [5, 1234]})
    assert make_table(frame).text().splitlines() == [
        "  name  ndcg@10      n",
        "  a      0.5000      5",
        "  long   0.2500  1,234",
    ]


def test_the_largest_of_a_column_decides_on_its_decimals() -> None:
    frame = pd.DataFrame({"name": list("abc"), "x": [123.456, 0.5, 0.0004]})
    assert [row[1].text for row in make_table(frame).rows] == ["123.5", "0.5", "0.0004"]


def test_markdown_aligns_numbers_and_escapes_bars() -> None:
    assert make_table(FRAME).markdown().splitlines() == [
        "| task | seeds | p | score | significant |",
        "| --- | ---: | ---: | ---: | --- |",
        "| two_hop | 3 | < 0.0001 | 0.1600 ± 0.0100 | yes |",
        "| a\\|b & 5 % | 4,000 | – | – | no |",
    ]
    assert make_table(pd.DataFrame({"a": []})).markdown() == "| a |\n| --- |"


def test_latex_escapes_names_and_prints_every_sign() -> None:
    text = make_table(FRAME).latex()
    assert r"\begin{tabular}{lrrrl}" in text
    assert r"two\_hop & 3 & < 0.0001 & 0.1600 $\pm$ 0.0100 & yes \\" in text
    assert r"a|b \& 5 \% & 4,000 & -- & -- & no \\" in text
    assert text.isascii()
    assert r"\toprule" in text


def test_html_has_headings_both_ways_and_strong_best_values() -> None:
    frame = pd.DataFrame({"run": ["A<B", "b"], "ndcg@10": [0.5, 0.25], "tasks": ["x+y", "–"]})
    tree = ElementTree.fromstring(
        make_table(frame, mark_best=True).html("Cap<tion").replace("<wbr>", "<wbr/>")
    )
    assert [cell.get("scope") for cell in tree.iter("th")] == ["col"] * 3 + ["row"] * 2
    assert [cell.text for cell in tree.iter("th")] == ["run", "ndcg@10", "tasks", "A<B", "b"]
    assert [cell.text for cell in tree.iter("strong")] == ["0.5000"]
    assert [cell.get("class") for cell in tree.iter("td")] == ["number", None] * 2
    assert [cell.text for cell in tree.iter("caption")] == ["Cap<tion"]
    assert len(list(tree.iter("wbr"))) == 1


def test_the_best_of_every_metric_is_marked_where_there_are_several() -> None:
    frame = pd.DataFrame(
        {"model": ["a", "b", "c"], "ndcg@10": [0.1, 0.3, NAN], "seconds": [3.0, 9.0, 1.0]}
    )
    table = make_table(frame, mark_best=True)
    assert [[cell.best for cell in row] for row in table.rows] == [
        [False, False, False],
        [False, True, False],
        [False, False, False],
    ]
    assert not any(cell.best for row in make_table(frame).rows for cell in row)
    assert not make_table(frame[:1], mark_best=True).rows[0][1].best


def test_csv_keeps_all_digits() -> None:
    files = table_files({"t": pd.DataFrame({"a": [1 / 3]}), "u": FRAME})
    assert list(files) == ["t.csv", "t.md", "t.tex", "u.csv", "u.md", "u.tex"]
    assert float(files["t.csv"].decode().splitlines()[1]) == 1 / 3
    assert "0.1600 ± 0.0100" in files["u.csv"].decode()


def test_a_wide_table_keeps_the_order_of_the_long_one() -> None:
    long = pd.DataFrame({"a": ["y", "y", "x"], "b": ["q", "p", "q"]})
    wide = widen(long, ["a"], "b", [1, 2, spread(3.0)])
    assert list(wide.columns) == ["a", "q", "p"]
    assert wide["a"].tolist() == ["y", "x"]
    assert [cell_text(value) for value in wide["q"]] == ["1", "3.0000"]
    assert make_table(wide).rows[1][2].text == "–"
    assert widen(long[:0], ["a"], "b", []).columns.tolist() == ["a"]


def test_what_markdown_and_terminals_would_read_as_their_own_is_written_out() -> None:
    odd = ["a\\|b", "[x](http://y) <b>", "*bold* _it_ `c`", "two_hop", "+0.1 * (0.2)", "\x1b[2J\n"]
    table = make_table(pd.DataFrame({"id": odd}))
    assert [line[2:-2] for line in table.markdown().splitlines()[2:]] == [
        r"a\\\|b",
        r"\[x\](http://y) \<b>",
        r"\*bold\* \_it\_ \`c\`",
        "two_hop",
        "+0.1 * (0.2)",
        r"\\x1b\[2J\\n",
    ]
    assert len(table.text().splitlines()) == len(odd) + 1 and "\x1b" not in table.text()
