"""`ausrec recommend`: list items for one user."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from torch_geometric.data import HeteroData

from ausrec.cli.evaluate_command import required
from ausrec.cli.parser import Parser
from ausrec.cli.run_files import load_run
from ausrec.cli.text import text_table
from ausrec.errors import AusrecError
from ausrec.evaluation import find_user
from ausrec.lab.reports.run_facts import recommendations, user_label


def main(argv: Sequence[str]) -> int:
    """Print the best items that a user does not know yet."""
    parser = Parser(
        "recommend",
        "List the items that suit a user best, without those known.",
        "--run DIR --user ID [-k N]",
    )
    parser.option("--run", metavar="DIR", help="folder of a finished run")
    parser.option("--user", metavar="ID", help="id of the user, as in the data")
    parser.option("-k", int, 10, help="how many items")
    parsed = parser.read(argv)
    run = Path(required(parsed.run))
    if parsed.user is None:
        raise AusrecError("no user is named: add --user ID, with an id as in the data")
    if parsed.k < 1:
        raise AusrecError(f"-k {parsed.k}: ask for at least one item")
    trained = load_run(run)
    graph = trained.prepared.graph
    user = look_up(graph, parsed.user)
    print(f"For user {user_label(graph, user)}:")
    print(text_table(recommendations(trained, user, parsed.k)))
    return 0


def look_up(graph: HeteroData, raw_id: str) -> int:
    """Return the user whom the data calls so.

    Raises:
        AusrecError: when there is none, with ids that are spelt alike.
    """
    try:
        return find_user(graph, raw_id)
    except AusrecError as error:
        close = get_close_matches(raw_id, graph["user"].raw_id, n=3)
        if not close:
            raise
        raise AusrecError(
            f"user '{raw_id}' is not in the data; the nearest ids are {', '.join(close)}"
        ) from error
