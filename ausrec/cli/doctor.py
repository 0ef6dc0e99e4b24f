"""Check the environment, and say how to mend what is wrong with it."""

import os

from ausrec.cli.checks import Check
from ausrec.cli.checks.data import check_data_folder, check_data_sets
from ausrec.cli.checks.machine import check_browser, check_memory, check_threads, check_torch
from ausrec.cli.checks.packages import check_dependencies, check_python, check_widgets

__all__ = ["Check", "doctor", "print_checks"]


def doctor(data_root: str | os.PathLike[str] | None = None) -> list[Check]:
    """Look at everything that the package needs, and at what it can use.

    Args:
        data_root: the data folder to look at first, as for `ausrec train --data-root`.
    """
    return [
        check_python(),
        *check_dependencies(),
        check_torch(),
        check_threads(),
        check_memory(),
        check_data_folder(data_root),
        *check_data_sets(data_root),
        check_widgets(),
        check_browser(),
    ]


def print_checks(checks: list[Check]) -> int:
    """Print a report and return the exit status: 2 where something needed is not right."""
    width = max(len(check.name) for check in checks)
    for check in checks:
        mark = "ok" if check.ok else "--" if check.optional else "FAIL"
        print(f"{mark:<4}  {check.name:<{width}}  {check.detail}")
        if not check.ok:
            print(f"{'':<4}  {'':<{width}}  -> {check.remedy}")
    failed = [check.name for check in checks if not check.ok and not check.optional]
    print(f"To be mended: {', '.join(failed)}" if failed else "Everything needed is in order.")
    return 2 if failed else 0
