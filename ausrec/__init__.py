"""Understand, teach and extend automatic weighting of self-supervised tasks.

The floors, from below: `datasets`, `graph` and `evaluation`, `models` and `tasks`, `weighting`,
`training`, `experiments`, and on top `lab` and the command line. A module imports only from
below.
"""

__version__ = "0.1.0"
