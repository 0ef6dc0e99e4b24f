"""Tables of links: from user to user, or of any edge type."""

from collections.abc import Collection

import pandas as pd

from ausrec.data.build_graph import Edges, EdgeType
from ausrec.data.tables.assumptions import Reading
from ausrec.data.tables.columns import LINKS, SIGN, end_names, find_column
from ausrec.data.tables.table import Table
from ausrec.errors import AusrecError

SEPARATOR = "|"


def social_links(
    table: Table, columns: tuple[str, ...], sign: str | None, reading: Reading
) -> pd.DataFrame:
    """Return the links of a table from user to user, without those from a user to the same user.

    The two ends are the columns asked for, or those called `user, friend`, `source, target` or
    alike, or all columns where there are two.

    Args:
        table: as it was read.
        columns: the two columns asked for; none to recognise them.
        sign: the column of signs or values asked for.
        reading: where it is noted how many links are left out.

    Returns:
        `source`, `target` and, where links have a sign, `weight`.

    Raises:
        AusrecError: when it is not clear which columns are meant, or no link is left.
    """
    ends = columns or _social_ends(table)
    if len(ends) != 2:
        raise AusrecError(
            f"{table.source}: which two of {', '.join(table.columns)} are the ends of a link? Name "
            f"them by --data.social_columns [{','.join(table.columns[:2])}]"
        )
    remedy = "name the two by --data.social_columns [from,to]"
    source, target = _pick_ends(table, columns, ends, ("link from", "link to"), remedy)
    others = [each for each in table.columns if each not in (source, target)]
    found = find_column(others, SIGN)
    signs = table.take(sign, [found] if found else [], "sign of the link")
    if sign is not None and signs is None:
        table.pick(sign, (), "signs", "name the column by --data.sign")
    links = pd.DataFrame({"source": [*table.ids(source)], "target": [*table.ids(target)]})
    if signs is not None:
        remedy = "name the column of signs by --data.sign, or call this one otherwise"
        links["weight"] = table.numbers(signs, remedy)
    apart = links["source"] != links["target"]
    if not apart.any():
        raise AusrecError(f"{table.source}: every link leads from a user to the same user")
    if not apart.all():
        number = f"{int((~apart).sum()):,}"
        reading.assumed.append(f"{table.label}: {number} links of a user to itself were left out")
    return links[apart]


def check_ids(table: Table, ids: pd.Series, known: Collection[str], reading: Reading) -> None:
    """Note how many ids of a table have no interactions, with examples where most have none.

    Raises:
        AusrecError: when none has.
    """
    distinct = pd.Series(ids.unique())
    there = distinct.isin(known)
    example = f"{distinct[~there].iloc[0]!r} against {next(iter(known))!r}" if any(~there) else ""
    if not there.any():
        raise AusrecError(
            f"{table.source}: names nobody with interactions, as {example} there; both tables must "
            "use the same ids"
        )
    if not there.all():
        as_in = f", as {example} there: do both tables use the same ids?"
        reading.assumed.append(
            f"{table.label}: {int((~there).sum()):,} of {len(there):,} ids have no interactions"
            + (as_in if there.mean() < 0.5 else "")
        )


def typed_links(table: Table, edge_type: EdgeType, columns: tuple[str, ...] = ()) -> Edges:
    """Return the links of an edge type; a target such as `Comedy|Drama` is several.

    Args:
        table: as it was read.
        edge_type: its ends name the columns, as `item` and `genre`.
        columns: the two columns asked for.

    Raises:
        AusrecError: when no columns are called as the ends.
    """
    ends = columns or _typed_ends(table, edge_type)
    label = "-".join(edge_type)
    if len(ends) != 2 or ends[0] == ends[1]:
        raise AusrecError(
            f"{table.source}: no two columns are called as the ends of {label}; found "
            f"{', '.join(table.columns)}: name them, as --link '{label}={table.source}[A,B]'"
        )
    remedy = f"name two of these, as --link '{label}={table.source}[A,B]'"
    source, target = _pick_ends(table, columns, ends, edge_type[::2], remedy)
    links = pd.DataFrame({"source": [*table.ids(source)], "target": [*table.ids(target)]})
    between = " " if target in table.sequences else SEPARATOR
    if links["target"].str.contains(between, regex=False).any():
        table.assumed.append(f"{table.label}: {target} holds several, separated by {between!r}")
        links["target"] = links["target"].str.split(between)
        links = links.explode("target").replace("", pd.NA).dropna()
    return Edges(links["source"].to_numpy(object), links["target"].to_numpy(object))


def _pick_ends(
    table: Table,
    asked: tuple[str, ...],
    recognised: tuple[str, ...],
    what: tuple[str, str],
    remedy: str,
) -> tuple[str, ...]:
    """Return the columns of both ends, and note whether somebody has asked for them."""
    wanted = asked or (None, None)
    return tuple(
        table.pick(name, [end], each, remedy)
        for name, end, each in zip(wanted, recognised, what, strict=True)
    )


def _social_ends(table: Table) -> tuple[str, ...]:
    for pair in LINKS:
        ends = [find_column(table.columns, [end]) for end in pair]
        if ends[0] is not None and ends[1] is not None:
            return str(ends[0]), str(ends[1])
    if len(table.columns) < 2:
        raise AusrecError(
            f"{table.source}: found only column {table.columns[0]}; a link needs two columns"
        )
    return tuple(table.columns) if len(table.columns) == 2 else ()


def _typed_ends(table: Table, edge_type: EdgeType) -> tuple[str, ...]:
    left, right = edge_type[0], edge_type[2]
    if left == right:
        return _social_ends(table)
    if not table.has_names and len(table.columns) == 2:
        return tuple(table.columns)
    ends = [find_column(table.columns, end_names(node)) for node in (left, right)]
    return tuple(end for end in ends if end is not None)
