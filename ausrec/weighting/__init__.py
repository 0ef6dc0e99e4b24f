"""Weightings: from the losses of a step to the weights of its samples (floor 3)."""

from ausrec.weighting.controls import Frozen, Random, Shuffled
from ausrec.weighting.fixed import Equal, Manual
from ausrec.weighting.hypergradients import Hypergradient, unrolled
from ausrec.weighting.interventions import Intervention
from ausrec.weighting.marec import MARec
from ausrec.weighting.meta import MetaWeighting
from ausrec.weighting.reduction import Reduction, SampleMean, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

__all__ = [
    "Equal",
    "Frozen",
    "Hypergradient",
    "Intervention",
    "MARec",
    "Manual",
    "MetaRows",
    "MetaWeighting",
    "Random",
    "Reduction",
    "SampleMean",
    "Shuffled",
    "Step",
    "TaskMean",
    "Weighed",
    "Weighting",
    "unrolled",
]
