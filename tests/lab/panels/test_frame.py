from xml.etree import ElementTree

from matplotlib.figure import Figure

from ausrec.lab.cells import Cell, Table
from ausrec.lab.panels.frame import (
    frame,
    frame_html,
    inline,
    note,
    picture,
    settings_table,
    table_html,
)


def test_text_is_escaped_and_code_set() -> None:
    assert inline("a < b & `c<d>` $x_1$") == "a &lt; b &amp; <code>c&lt;d&gt;</code> $x_1$"


def test_a_note_is_a_status() -> None:
    tree = ElementTree.fromstring(note("Wrong `x`", "bad"))
    (paragraph,) = tree
    assert paragraph.get("role") == "status"
    assert "ausrec-bad" in str(paragraph.get("class"))


def test_a_picture_carries_itself_and_its_words() -> None:
    html = picture(Figure(figsize=(1, 1)), 'a "quoted" <word>')
    assert html.count('src="data:image/png;base64,') == 1
    assert 'alt="a &quot;quoted&quot; &lt;word&gt;"' in html


def test_tables_have_headings_both_ways() -> None:
    table = Table((Cell("Run"), Cell("A<B", True)), ((Cell("1"), Cell("0.5", True, True)),))
    tree = ElementTree.fromstring(table_html(table, "Caption"))
    assert [cell.get("scope") for cell in tree.iter("th")] == ["col", "col", "row"]
    assert [cell.text for cell in tree.iter("th")] == ["Run", "A<B", "1"]
    assert [cell.text for cell in tree.iter("strong")] == ["0.5"]
    rows = ElementTree.fromstring(settings_table([("Epochs", "`2`")]))
    assert [cell.text for cell in rows.iter("code")] == ["2"]


def test_both_frames_say_title_and_instruction() -> None:
    live = frame("Title", "Do `this`.", [], [])
    head = live.children[0].value
    twin = frame_html("Title", "Do `this`.", "<p>left</p>", "<p>right</p>")
    for html in (head, twin):
        assert "Title" in html and "Do <code>this</code>." in html
    assert twin.index("left") < twin.index("right")
    assert "http" not in twin and "<script" not in twin
