"""Experiments: grids over strategies, tasks, data sets and seeds."""

from ausrec.experiments.engine import Engine, Failure, LocalEngine, SerialEngine
from ausrec.experiments.grid import Grid
from ausrec.experiments.results import GridResults, read_results
from ausrec.experiments.run import Result, Run, execute
from ausrec.experiments.run_grid import compare
from ausrec.experiments.statistics import mean_interval
from ausrec.experiments.store import Store
from ausrec.experiments.verdict import headline

__all__ = [
    "Engine",
    "Failure",
    "Grid",
    "GridResults",
    "LocalEngine",
    "Result",
    "Run",
    "SerialEngine",
    "Store",
    "compare",
    "execute",
    "headline",
    "mean_interval",
    "read_results",
]
