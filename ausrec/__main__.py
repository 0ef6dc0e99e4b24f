"""Run the command line as `python -m ausrec`."""

import sys

from ausrec.cli import main

if __name__ == "__main__":
    sys.exit(main())
