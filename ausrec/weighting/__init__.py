"""Weightings: from the losses of a step to the weights of its samples (floor 3)."""

from ausrec.weighting.fixed import Equal, Manual
from ausrec.weighting.hypergradient import Hypergradient, unrolled
from ausrec.weighting.meta import MetaWeighting
from ausrec.weighting.reduction import Reduction, SampleMean, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

__all__ = [
    "Equal",
    "Hypergradient",
    "Manual",
    "MetaRows",
    "MetaWeighting",
    "Reduction",
    "SampleMean",
    "Step",
    "TaskMean",
    "Weighed",
    "Weighting",
    "unrolled",
]
