import pytest

from ausrec.experiments.statistics import holm
from ausrec.experiments.task_gains import ALONE, AMONG_ALL, task_of, transfer_table, transfer_wide
from tests.grids import EMPTY, make_grid


@pytest.mark.parametrize(
    ("tasks", "read"),
    [
        ("two_hop", ("two_hop", ALONE)),
        ("all-two_hop", ("two_hop", AMONG_ALL)),
        ("all", None),
        ("none", None),
        ("marec", None),
        ("social_link+two_hop", None),
        ("all+noise", None),
        ("all-two_hop-three_hop", None),
    ],
)
def test_sets_of_tasks_are_read(tasks: str, read: tuple[str, str] | None) -> None:
    assert task_of(tasks) == read


def test_gains_have_the_sign_of_help_in_both_columns() -> None:
    grid = make_grid(
        {
            ("none", "none"): 0.0,
            ("ausrec", "all"): 0.03,
            ("ausrec", "two_hop"): 0.02,
            ("ausrec", "all-two_hop"): 0.01,
            ("ausrec", "all-social_link"): 0.05,
        },
        run_noise=1e-4,
        users=200,
    )
    table = transfer_table(grid).set_index(["task", "added_to"])
    gains = table["difference"]
    assert gains["two_hop", ALONE] == pytest.approx(0.02, abs=0.002)
    assert gains["two_hop", AMONG_ALL] == pytest.approx(0.02, abs=0.002)
    # Without it all others do better: it harms.
    assert gains["social_link", AMONG_ALL] == pytest.approx(-0.02, abs=0.002)
    assert table["significant"].all()
    assert table["p_holm"].tolist() == pytest.approx(holm(table["p"].to_numpy()).tolist())


def test_without_the_encoder_or_the_whole_there_is_nothing_to_set_beside() -> None:
    grid = make_grid({("ausrec", "two_hop"): 0.0, ("ausrec", "all-two_hop"): 0.0})
    assert transfer_table(grid).empty
    assert transfer_table(EMPTY).empty
    assert "significant" in transfer_table(EMPTY).columns


def test_every_strategy_has_its_own_whole() -> None:
    sets = ("all", "all-two_hop")
    grid = make_grid({(s, tasks): 0.0 for s in ("equal", "ausrec") for tasks in sets}, seeds=2)
    table = transfer_table(grid)
    assert table[["strategy", "variant", "baseline"]].to_numpy().tolist() == [
        ["equal", "equal", "equal · all-two_hop"],
        ["ausrec", "ausrec", "ausrec · all-two_hop"],
    ]


def test_the_readable_table_stars_what_is_significant() -> None:
    table = transfer_table(make_grid({("none", "none"): 0.0, ("ausrec", "two_hop"): 0.0}, seeds=2))
    wide = transfer_wide(table.assign(significant=True))
    assert wide.columns.tolist() == ["dataset", "strategy", "task", "alone"]
    assert " * (" in str(wide["alone"].item())
    assert " *" not in str(transfer_wide(table.assign(significant=False))["alone"].item())
    assert transfer_wide(transfer_table(EMPTY)).empty
