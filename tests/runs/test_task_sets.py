"""Sets of tasks in words, by one grammar everywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ausrec.errors import SettingError
from ausrec.graph import STRUCTURAL_TASKS
from ausrec.runs.task_sets import TASKS, TaskSet, expand_sets, task_name
from ausrec.tasks import MAREC_TASKS

BUT_THREE_HOP = tuple(name for name in STRUCTURAL_TASKS if name != "three_hop")
PATH = "metapath(path=user-item-user)"
subsets = st.lists(st.sampled_from(STRUCTURAL_TASKS), min_size=1, max_size=4, unique=True)


def names(text: str, every: tuple[str, ...] = STRUCTURAL_TASKS) -> tuple[str, ...]:
    return tuple(map(task_name, TaskSet.read(text).chosen(every)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("all", STRUCTURAL_TASKS),
        ("none", ()),
        ("", ()),
        ("two_hop", ("two_hop",)),
        ("social_link+two_hop+social_link", ("social_link", "two_hop")),
        ("all-three_hop", BUT_THREE_HOP),
        (" all - three_hop ", BUT_THREE_HOP),
        ("all+noise", (*STRUCTURAL_TASKS, "noise")),
        ("all-three_hop+noise", (*BUT_THREE_HOP, "noise")),
        ("marec", MAREC_TASKS),
        ("marec-metapath_iui", ("metapath_uiu",)),
        ("metapath_iui+two_hop", ("metapath_iui", "two_hop")),
        ("none+noise", ("noise",)),
        ("social_link+two_hop-social_link", ("two_hop",)),
        ("all-all+two_hop", ("two_hop",)),
        (f"{PATH}+two_hop", ("two_hop", "metapath_user_item_user")),
        ("xsimgcl(temperature=0.1)+apr", ("xsimgcl", "apr")),
    ],
)
def test_texts_stand_for_sets(text: str, expected: tuple[str, ...]) -> None:
    assert names(text) == expected


def test_all_is_what_this_data_has() -> None:
    assert names("all-three_hop+noise", ("metapath_uiu",)) == ("metapath_uiu", "noise")


def test_names_may_have_settings() -> None:
    found = TaskSet.read("all+sgl(temperature=0.1)")
    assert found.get("sgl.temperature") == 0.1
    assert str(found.set("sgl.rate", 0.3)) == "all+sgl(rate=0.3, temperature=0.1)"
    assert TaskSet.read("sgl(temperature=0.2)") == TaskSet.read("sgl")
    with pytest.raises(SettingError, match=r"^apr is not among the tasks"):
        found.set("apr.size", 1.0)


def test_a_set_is_a_text_a_list_or_itself() -> None:
    found = TaskSet.read(["two_hop", "sgl"])
    assert TaskSet.read(found) is found
    assert str(found) == "two_hop+sgl" and str(TaskSet.read("")) == "none"
    assert str(found.with_metapath("user-item-user")) == f"two_hop+sgl+{PATH}"
    assert str(TaskSet.read("none").with_metapath("user-item-user")) == PATH
    assert hash(found) == hash(TaskSet.read("two_hop+sgl"))


@given(subsets, st.randoms())
def test_a_set_is_read_as_it_is_written_and_has_one_order(chosen: list[str], random) -> None:
    found = TaskSet.read("+".join(chosen))
    assert TaskSet.read(str(found)) == found
    random.shuffle(chosen)
    ordered = TaskSet.read("+".join(chosen)).in_order()
    assert ordered == found.in_order()
    assert names(str(ordered)) == tuple(n for n in STRUCTURAL_TASKS if n in chosen)


def test_names_are_asked_for_one_by_one_or_as_part_of_all() -> None:
    assert TaskSet.read("all+noise-two_hop").named == {"all", "noise"}
    assert TaskSet.read(PATH).named == {"metapath_user_item_user"}
    assert TaskSet.read("all-two_hop").has_all and not TaskSet.read("two_hop").has_all


def test_words_of_a_grid_stand_for_a_set_for_each_task() -> None:
    found = expand_sets(["all", "alone", "two_hop", "left_out"], ["sgl", "two_hop"])
    assert list(map(str, found)) == ["all", "sgl", "two_hop", "all-sgl", "all-two_hop"]
    same = expand_sets(["two_hop+social_link", "social_link+two_hop"], [])
    assert list(map(str, same)) == ["social_link+two_hop"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("socal_link", "tasks 'socal_link' is unknown; did you mean 'social_link'?"),
        ("all+nois", "'nois' is unknown; did you mean 'noise'?"),
        ("xsimgc", "did you mean 'xsimgcl'?"),
        ("two_hop+", "a name is missing"),
        ("all-", "a name is missing"),
        ("two_hop,noise", "join the tasks of one set by +; a comma separates sets"),
        ("alone-two_hop", "'alone' is a set for each task, which a grid takes by itself"),
        ("none-three_hop", "write all-three_hop for all others"),
        ("social_link-three_hop", "'three_hop' cannot be left out, as it is not in the set"),
        ("metapath_user_genre_user", "write metapath(path=user-genre-user)"),
        ("metapath", "'metapath' needs a path: write metapath(path=user-item-user)"),
        ("sgl(rte=1)", "tasks.sgl.rte is no setting of 'sgl'; did you mean 'rate'?"),
        ("sgl(objective=rankng)", "did you mean 'ranking'?"),
        ("two_hop(rate=1)", "is no setting of 'two_hop'; it has none"),
    ],
)
def test_what_cannot_be_is_answered_in_one_line(text: str, message: str) -> None:
    with pytest.raises(SettingError) as raised:
        TaskSet.read(text)
    assert message in str(raised.value) and "\n" not in str(raised.value)


@pytest.mark.parametrize("name", sorted(TASKS.keys() - {"metapath"}))
def test_every_task_has_a_name(name: str) -> None:
    assert names(name) == (name,)
