"""The strategies, one a file: each decides how much a task counts (floor 3)."""

from ausrec.weighting.others.cagrad import CAGrad
from ausrec.weighting.others.cosine_gate import CosineGate
from ausrec.weighting.others.dwa import DWA
from ausrec.weighting.others.fixed import Equal, Manual, PublishedWeights
from ausrec.weighting.others.free_logits import FreeLogits
from ausrec.weighting.others.gradnorm import GradNorm
from ausrec.weighting.others.marec import MARec
from ausrec.weighting.others.nash_mtl import NashMTL
from ausrec.weighting.others.pcgrad import PCGrad
from ausrec.weighting.others.random import Random
from ausrec.weighting.others.uncertainty import Uncertainty

__all__ = [
    "DWA",
    "CAGrad",
    "CosineGate",
    "Equal",
    "FreeLogits",
    "GradNorm",
    "MARec",
    "Manual",
    "NashMTL",
    "PCGrad",
    "PublishedWeights",
    "Random",
    "Uncertainty",
]
