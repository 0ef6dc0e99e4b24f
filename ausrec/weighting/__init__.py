"""Weightings: from the losses of a step to the weights of its samples (floor 3)."""

from ausrec.weighting.ausrec import AusRec, AusRecPerTask
from ausrec.weighting.catalog import (
    DWA,
    WEIGHTINGS,
    CAGrad,
    CosineGate,
    Equal,
    FreeLogits,
    GradNorm,
    Manual,
    MARec,
    NashMTL,
    PaperWeights,
    PCGrad,
    PublishedAusRec,
    Random,
    Uncertainty,
)
from ausrec.weighting.controls import FreezeAfter, Intervention, Shuffled
from ausrec.weighting.hypergradient import Hypergradient, unrolled
from ausrec.weighting.others.published_ausrec import SampleMean
from ausrec.weighting.reduction import Reduction, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

__all__ = [
    "DWA",
    "WEIGHTINGS",
    "AusRec",
    "AusRecPerTask",
    "CAGrad",
    "CosineGate",
    "Equal",
    "FreeLogits",
    "FreezeAfter",
    "GradNorm",
    "Hypergradient",
    "Intervention",
    "MARec",
    "Manual",
    "MetaRows",
    "NashMTL",
    "PCGrad",
    "PaperWeights",
    "PublishedAusRec",
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
