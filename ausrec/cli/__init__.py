"""The command line: `ausrec demo|data|train|evaluate|recommend|report|course|doctor`."""

from ausrec.cli.entry import main

__all__ = ["main"]
