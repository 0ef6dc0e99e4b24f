"""`python -m ausrec` is the command line."""

import subprocess
import sys

from ausrec import __version__


def test_it_passes_on_words_and_status() -> None:
    words = [sys.executable, "-m", "ausrec"]
    done = subprocess.run([*words, "--version"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, f"ausrec {__version__}\n")
    done = subprocess.run([*words, "nonsense"], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith("error: unknown command 'nonsense'")
    assert done.stderr.count("\n") == 1
