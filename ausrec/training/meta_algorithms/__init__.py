"""Meta-algorithms that learn an initialisation, not weights: MAML, its first order, Reptile.

Their answer is where training on recommendation starts, so no table of weightings has
them (`docs/marec.md`).
"""

from ausrec.training.meta_algorithms.algorithms import (
    MAML,
    Episode,
    MetaAlgorithm,
    Reptile,
    draw_episodes,
)
from ausrec.training.meta_algorithms.initialise import learn_initialisation

__all__ = [
    "MAML",
    "Episode",
    "MetaAlgorithm",
    "Reptile",
    "draw_episodes",
    "learn_initialisation",
]
