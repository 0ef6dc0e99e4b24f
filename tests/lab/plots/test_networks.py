import numpy as np
from matplotlib.colors import to_rgba

from ausrec.data import a_dozen_users
from ausrec.lab.figure import words_of
from ausrec.lab.plots.networks import OTHER, ego_users, plot_degrees, plot_network


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_the_ego_comes_first_and_both_ways_count() -> None:
    dozen = a_dozen_users()
    assert ego_users(dozen, 0) == [0, 1, 2]
    # Lou trusts Jon, Kim trusts Lou.
    assert ego_users(dozen, 11) == [11, 9, 10]


def test_everybody_is_drawn_with_a_name() -> None:
    dozen = a_dozen_users()
    figure = plot_network(dozen, title="All of them")
    assert set(words(figure)) >= {*dozen["user"].name, *dozen["item"].name}
    assert words_of(figure) == (
        "All of them: 12 users, 26 social links between them, 28 interactions with 10 items."
    )
    assert "user" in [text.get_text() for text in figure.axes[0].get_legend().get_texts()]


def test_an_ego_network_holds_its_users_alone() -> None:
    dozen = a_dozen_users()
    users = ego_users(dozen, 4)
    named = {user: "jazz" if user == 3 else "folk" for user in range(12)}
    figure = plot_network(dozen, users=users, items=False, groups=named)
    assert set(filter(None, words(figure))) == {"Dov", "Eva", "Finn", "Gus"}
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert set(legend) == {"folk", "jazz"}


def test_rare_groups_share_a_colour() -> None:
    dozen = a_dozen_users()
    figure = plot_network(dozen, items=False, groups={user: str(user) for user in range(12)})
    legend = figure.axes[0].get_legend()
    assert len(legend.get_texts()) == 8
    assert to_rgba(OTHER) in {tuple(h.get_facecolor()[0]) for h in legend.legend_handles}


def test_bins_of_degrees_hold_whole_numbers() -> None:
    (ax,) = plot_degrees({"plays": np.arange(1, 60)}).axes
    heights = [bar.get_height() for bar in ax.patches]
    assert set(heights[:-1]) == {3} and sum(heights) == 59


def test_degrees_have_a_panel_each() -> None:
    figure = plot_degrees({"plays": np.array([1, 2, 2, 9]), "friends": np.array([3, 3])})
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["median 2, largest 9", "median 3, largest 3"]
    heights = [sum(bar.get_height() for bar in ax.patches) for ax in figure.axes]
    assert heights == [4, 2]
