import re
from xml.etree import ElementTree

import pytest

from ausrec.errors import AusrecError
from ausrec.lab.picture_of_method import _BOXES, _HEIGHT, _WIDTH, method_picture


def groups(html: str) -> list[ElementTree.Element]:
    svg = ElementTree.fromstring(re.search(r"<svg class=\"ausrec-method\".*</svg>", html)[0])
    return [each for each in svg if each.find("rect") is not None]


@pytest.mark.parametrize("name", _BOXES)
def test_each_part_can_be_lit_alone(name: str) -> None:
    drawn = groups(method_picture(name).html)
    assert len(drawn) == len(_BOXES)
    lit = [each for each in drawn if each.attrib.get("class") == "lit"]
    assert [each.find("text").text for each in lit] == [_BOXES[name].title]
    assert [each.attrib["class"] for each in drawn if each not in lit] == ["dim"] * 8


def test_without_a_part_nothing_is_dim() -> None:
    assert [each.attrib for each in groups(method_picture().html)] == [{}] * len(_BOXES)


def test_it_follows_the_theme_and_says_what_is_lit() -> None:
    drawing = method_picture("encoder", "meta")
    colors = set(re.findall(r"#[0-9A-Fa-f]{6}", method_picture("encoder").html))
    assert "currentColor" in drawing.html and "#000000" not in colors and "#FFFFFF" not in colors
    assert drawing.text == "The method; here: encoder, meta loss"


def test_boxes_do_not_overlap() -> None:
    boxes = list(_BOXES.values())
    for place, one in enumerate(boxes):
        for other in boxes[:place]:
            assert abs(one.x - other.x) >= _WIDTH or abs(one.y - other.y) >= _HEIGHT


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(AusrecError, match="unknown part 'encodr'; did you mean 'encoder'"):
        method_picture("encodr")
