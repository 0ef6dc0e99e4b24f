from typing import Any

import pytest

from docs.slides import make_slides

FIGURE = {"data": {"image/png": "aGk="}, "metadata": {"image/png": {"alt": "A <curve>"}}}
PRINTED = {"output_type": "stream", "text": ["5 < 6\n"]}


def words(text: str, *tags: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {"tags": list(tags)}, "source": [text]}


def code(source: str, *outputs: dict[str, Any], tags: tuple[str, ...] = ()) -> dict[str, Any]:
    metadata = {"tags": list(tags)}
    return {"cell_type": "code", "metadata": metadata, "source": [source], "outputs": [*outputs]}


def html(text: str) -> dict[str, Any]:
    return {"data": {"text/html": text}}


def test_a_heading_begins_a_slide_and_prose_is_for_the_speaker() -> None:
    text = "# 01 · Title\n\n## One\n\nA begins. " + "B goes on and on. " * 20 + "\n\nMore.\n\n$$x$$"
    title, one = make_slides([words(text)])
    assert (title.title, title.level, title.body) == ("01 · Title", 1, [])
    assert (one.title, one.level) == ("One", 2)
    assert one.body[0].startswith("<p>A begins. B goes on") and len(one.body[0]) < 340
    assert "\\[x\\]" in one.body[1] and len(one.body) == 2
    assert any("More." in each for each in one.notes)


def test_what_to_notice_comes_to_its_figure_and_a_long_one_after_it() -> None:
    cells = [
        words("## One"),
        code("plot()", FIGURE),
        words("**What to notice.** It rises.\n\nNow the next.\n\n**Predict**: up?"),
        code("plot()", FIGURE),
        words("**What to notice.** " + "Word. " * 80),
    ]
    _, figure, question, second, notice = make_slides(cells)
    assert figure.kind == "figure" and 'alt="A &lt;curve&gt;"' in figure.body[0]
    assert 'class="fragment notice"' in figure.body[1] and "It rises" in figure.body[1]
    assert "plot" in "".join(figure.notes) and "Now the next" in "".join(figure.notes)
    assert len(question.body) == 1 and "up?" in question.body[0]
    assert len(second.body) == 1 and "Word" in notice.body[0]


def test_code_is_shown_where_it_is_short_and_prints() -> None:
    long = "\n".join(f"a = {number}" for number in range(30))
    cells = [words("## One"), code("import ausrec"), code("5", PRINTED), code(long, PRINTED)]
    (slide,) = make_slides(cells)
    assert len(slide.body) == 2 and "5 &lt; 6" in slide.body[1]
    assert "29" in "".join(slide.notes)
    assert make_slides([words("## One"), code("5", PRINTED, tags=("hide-input",))])[0].body == []


def test_a_table_joins_the_opening_of_its_section_and_a_panel_is_alone() -> None:
    living = html("<section class='ausrec-panel' data-live='{}'>dataframe</section>")
    kernel = html("<section class='ausrec-panel'></section>")
    cells = [
        words("## One\n\nLook."),
        code("t", html("<table class='dataframe'></table>")),
        code("panel", living),
        code("lab", kernel),
    ]
    table, panel = make_slides(cells)
    assert "Look." in table.body[0] and "dataframe" in table.body[1]
    assert "<section" not in panel.body[0] and "data-live" in panel.body[0]


def test_an_exercise_is_shown_as_a_whole_and_without_code() -> None:
    cells = [
        words("### 1 · Easy\n\nWrite [it](03_x.ipynb).\n\nThen [read](https://x.org).", "exercise"),
        code("ausrec.check(1)", PRINTED, tags=("exercise",)),
        words("```console\n$ ausrec\n```", "command"),
    ]
    (slide,) = make_slides(cells)
    assert slide.body[0] == "<p>Write it.</p>\n" and 'href="https://x.org"' in slide.body[1]
    assert len(slide.body) == 2


@pytest.mark.parametrize("tag", ["command", "experiment"])
def test_commands_are_left_out(tag: str) -> None:
    assert make_slides([words("## One"), words("Type.", tag)])[0].notes == []
