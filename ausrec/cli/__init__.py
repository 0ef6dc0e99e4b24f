"""The command line `ausrec`: a module a command, named after it; `entry.py` lists them all."""

from ausrec.cli.entry import main

__all__ = ["main"]
