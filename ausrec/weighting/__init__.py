"""Weightings: from the losses of a step to the weights of its samples (floor 3)."""

from ausrec.weighting.ausrec import MetaWeighting
from ausrec.weighting.controls import Frozen, Shuffled
from ausrec.weighting.estimators import Hypergradient, unrolled
from ausrec.weighting.interventions import Intervention
from ausrec.weighting.others import (
    DWA,
    CAGrad,
    CosineGate,
    Equal,
    FreeLogits,
    GradNorm,
    Manual,
    MARec,
    NashMTL,
    PCGrad,
    PublishedWeights,
    Random,
    Uncertainty,
)
from ausrec.weighting.reduction import Reduction, SampleMean, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

__all__ = [
    "DWA",
    "CAGrad",
    "CosineGate",
    "Equal",
    "FreeLogits",
    "Frozen",
    "GradNorm",
    "Hypergradient",
    "Intervention",
    "MARec",
    "Manual",
    "MetaRows",
    "MetaWeighting",
    "NashMTL",
    "PCGrad",
    "PublishedWeights",
    "Random",
    "Reduction",
    "SampleMean",
    "Shuffled",
    "Step",
    "TaskMean",
    "Uncertainty",
    "Weighed",
    "Weighting",
    "unrolled",
]
