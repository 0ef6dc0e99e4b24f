"""One line of the report of `ausrec doctor`."""

from typing import NamedTuple


class Check(NamedTuple):
    """One line of the report.

    Attributes:
        name: what was looked at.
        ok: whether it is as it should be.
        detail: what was found.
        remedy: how to mend it, in one line; empty where `ok`.
        optional: True where the package works without it.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    optional: bool = False
