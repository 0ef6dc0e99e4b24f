"""Why two users are related, in words."""

from ausrec.graph.metapath import MetaPath
from ausrec.graph.reasons import Node, Reasons
from ausrec.lab.look import TASK_MEANINGS, task_label

_BEGIN = {
    "social_triangle": "are linked and have common friends: ",
    "joint_triangle": "are linked and chose the same: ",
    "social_link": "are joined by a social link",
    "two_hop": "are not linked, but two links apart, over ",
    "three_hop": "are three links apart and no fewer, over ",
    "metapath_uiu": "chose the same: ",
    "metapath_uuiu": "meet over what a friend chose: ",
}


def meaning(reasons: Reasons, relation: str) -> str:
    """Say in half a sentence whom a relation relates."""
    own = reasons.own.get(relation)
    if own is None:
        return TASK_MEANINGS[relation]
    if isinstance(own, MetaPath):
        return f"users joined by the meta-path {own}"
    return "users joined by a relation of your own"


def name_reasons(reasons: Reasons, relation: str, user: int, partner: int, *, most: int = 4) -> str:
    """Name whom or what the first few walks go over; "" for a bare link.

    Args:
        reasons: of the graph.
        relation: which relation.
        user: where the walks begin.
        partner: where they end.
        most: the number of walks to name.
    """
    paths = reasons.paths(relation, user, partner)
    texts = []
    for path in paths[:most]:
        names = [reasons.name(node) for node in path[1:-1]]
        if relation == "metapath_uuiu" and relation not in reasons.own:
            friend, item = names
            texts.append(f"{item} (chosen by {friend})")
        else:
            texts.append(", then ".join(names))
    more = f", and {len(paths) - most} more" if len(paths) > most else ""
    return "; ".join(texts) + more


def sentence(reasons: Reasons, relation: str, user: int, partner: int) -> str:
    """Say in a sentence why two users are related, naming the first few reasons.

    Args:
        reasons: of the graph.
        relation: which relation.
        user: one of the two.
        partner: the other.
    """
    who, whom = (reasons.name(Node("user", each)) for each in (user, partner))
    over = name_reasons(reasons, relation, user, partner)
    if relation not in reasons.own:
        return f"{who} and {whom} {_BEGIN[relation]}{over}."
    over = f" over {over}" if over else ""
    return f"{who} and {whom} are joined by {task_label(relation).lower()}{over}."
