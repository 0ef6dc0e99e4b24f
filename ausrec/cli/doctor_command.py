"""`ausrec doctor`: check the environment."""

import argparse
from collections.abc import Sequence
from typing import NoReturn

from ausrec.cli.doctor import doctor, print_checks
from ausrec.errors import AusrecError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise AusrecError(f"{message}; see `{self.prog} --help`")


def main(argv: Sequence[str]) -> int:
    """Print the report; status 2 where something needed is not right."""
    # Not the parser of the other commands: that one may be what is broken.
    parser = _Parser(
        prog="ausrec doctor", description="Check this installation, and say how to mend it."
    )
    parser.add_argument("--data-root", metavar="DIR", help="folder to look for data sets in first")
    return print_checks(doctor(parser.parse_args(argv).data_root))
