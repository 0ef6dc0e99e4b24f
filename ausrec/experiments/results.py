"""What a finished grid leaves, as four tidy tables."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class GridResults:
    """Hold the tables of a grid; `dataset`, `strategy`, `tasks` and `seed` name a run in each.

    Attributes:
        runs: a row a finished run, with a column a test metric (`ndcg@10`) and validation metric
            (`val/ndcg@10`), `epochs`, `best_epoch`, `seconds`, `seconds_per_epoch`, `peak_mib`.
        scores: `user`, `metric`, `value`: a row a test user, metric and run.
        histories: `epoch`, `quantity`, `task`, `value`.
        failures: `error` of the runs that did not finish.
    """

    runs: pd.DataFrame
    scores: pd.DataFrame
    histories: pd.DataFrame
    failures: pd.DataFrame
