import pytest

from ausrec.data import a_dozen_users
from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.dozen import HAS_GENRE
from ausrec.graph import STRUCTURAL_TASKS, add_relations, metapath, relation_pairs

# Read off the drawing by hand; "AB" is the pair (Ada, Ben).
BOTH_WAYS = {
    "social_triangle": "AB AC BC EF EG FG JK JL KL",
    "joint_triangle": "AB AC BC CD EF EG GH HI IJ JK KL",
    "social_link": "AB AC BC CD DE EF EG FG GH HI IJ JK",
    "two_hop": "AD BD CE DF DG EH FH GI HJ IK",
    "three_hop": "AE BE CF CG DH EI FI GJ HK",
    "metapath_uiu": "AB AC AD AL BC BL CD CE CF DI DJ EF EG EH FH GH GI HI IJ IK JK KL",
}
ONE_WAY = {"social_link": "KL LJ", "two_hop": "JL LI LK", "three_hop": "IL LH"}
# S R Rᵀ: whoever shares an artist with somebody that the first trusts, the first's friends
# included (they share all their artists with themselves).
METAPATH_UUIU = {
    "A": "BCDEFL", "B": "ACDEFL", "C": "ABDIJL", "D": "ABCEFGH",
    "E": "ACDFGHIJ", "F": "CEGHI", "G": "CEFHI", "H": "DEGIJK",
    "I": "DEFGHJK", "J": "DGHIKL", "K": "ABDIJL", "L": "DIJK",
}  # fmt: skip


@pytest.fixture(scope="module")
def dozen():
    return a_dozen_users()


def initials(dozen, pairs):
    letters = [name[0] for name in dozen["user"].name]
    return {letters[source] + letters[target] for source, target in pairs.T.tolist()}


def test_who_is_there(dozen):
    dozen.validate(raise_on_error=True)
    assert "".join(name[0] for name in dozen["user"].name) == "ABCDEFGHIJKL"
    assert "".join(name[0] for name in dozen["item"].name) == "ABCDEFGHIJ"
    assert dozen["genre"].name == ["folk", "jazz", "techno"]
    assert [dozen[edges].num_edges for edges in (RATES, TRUSTS, HAS_GENRE)] == [28, 26, 10]


@pytest.mark.parametrize("task", [task for task in STRUCTURAL_TASKS if task != "metapath_uuiu"])
def test_relations_drawn_by_hand(dozen, task):
    both = BOTH_WAYS[task].split()
    expected = {*both, *(pair[::-1] for pair in both), *ONE_WAY.get(task, "").split()}
    pairs = relation_pairs(add_relations(dozen, [task]), task)
    assert initials(dozen, pairs.edge_index()) == expected


def test_metapath_over_friends(dozen):
    pairs = relation_pairs(add_relations(dozen, ["metapath_uuiu"]), "metapath_uuiu")
    expected = {one + other for one, others in METAPATH_UUIU.items() for other in others}
    assert initials(dozen, pairs.edge_index()) == expected


def test_genres_make_a_relation_of_their_own(dozen):
    same_genre = {"same_genre": metapath("user", "item", "genre", "item", "user")}
    pairs = relation_pairs(add_relations(dozen, ["same_genre"], same_genre), "same_genre")
    # Ada and Ben listen to jazz alone, and so find Cleo, Dov and Lou, who listen to it too.
    of_ada = {pair for pair in initials(dozen, pairs.edge_index()) if pair[0] == "A"}
    assert of_ada == {"AB", "AC", "AD", "AL"}
