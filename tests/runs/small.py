"""A small run that the tests of this folder share."""

from ausrec.runs.recipe import Recipe
from ausrec.training import TrainConfig

TRAIN = TrainConfig(epochs=2, batch_size=64, task_batch_size=16, threads=1)
RECIPE = Recipe(
    model="lightgcn(dim=4)",
    tasks="social_link+two_hop",
    weighting="equal",
    train=TRAIN,
)
