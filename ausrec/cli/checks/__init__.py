"""What `ausrec doctor` looks at.

Nothing but the standard library, `packaging` and this package's own light modules is imported at
the top of these files, so that a missing or broken library becomes a line of the report.
"""

from ausrec.cli.checks.check import Check

__all__ = ["Check"]
