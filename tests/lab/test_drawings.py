import re
from xml.etree import ElementTree

import pytest

from ausrec.graph import STRUCTURAL_TASKS
from ausrec.lab.drawings import motif, relation_table

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("task", "users", "items", "corners"),
    [
        ("social_triangle", 3, 0, 4),
        ("joint_triangle", 2, 1, 4),
        ("social_link", 2, 0, 2),
        ("two_hop", 3, 0, 3),
        ("three_hop", 4, 0, 4),
        ("metapath_uiu", 2, 1, 3),
        ("metapath_uuiu", 3, 1, 4),
        ("main", 1, 1, 2),
    ],
)
def test_a_motif_draws_what_joins_its_users(
    task: str, users: int, items: int, corners: int
) -> None:
    svg = ElementTree.fromstring(motif(task))
    kinds = [each.tag for each in svg]
    assert (kinds.count("circle"), kinds.count("rect")) == (users, items)
    points = svg.find("polyline").attrib["points"].split()
    assert len(points) == corners
    # Users who are linked themselves close the line, the others do not.
    assert (points[0] == points[-1]) is task.endswith("triangle")
    filled = [each for each in svg if each.attrib.get("fill") == "currentColor"]
    assert len(filled) == 2


def test_other_tasks_have_no_motif() -> None:
    assert motif("sgl") == ""


def test_the_table_has_a_row_for_each_relation() -> None:
    table = relation_table(
        {"lift": dict.fromkeys(STRUCTURAL_TASKS, 1.234), "pairs": {"two_hop": 7}}
    )
    rows = re.findall(r"<tr>(.*?)</tr>", table.html)
    assert len(rows) == 8 and all(row.count("<svg") == 1 for row in rows[1:])
    assert [row for row in rows if "1.23" not in row and "<td" in row] == []
    lines = table.text.splitlines()
    assert lines[3] == "Two hops: users two social links apart who are not friends; 1.23; 7"
    assert table._repr_mimebundle_() == {"text/html": table.html, "text/plain": repr(table)}
