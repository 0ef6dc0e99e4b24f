"""The strategies, one a file: each decides how much a task counts (floor 3)."""

from ausrec.weighting.strategies.cagrad import CAGrad
from ausrec.weighting.strategies.cosine_gate import CosineGate
from ausrec.weighting.strategies.dwa import DWA
from ausrec.weighting.strategies.fixed import Equal, Manual, PublishedWeights
from ausrec.weighting.strategies.free_logits import FreeLogits
from ausrec.weighting.strategies.gradnorm import GradNorm
from ausrec.weighting.strategies.marec import MARec
from ausrec.weighting.strategies.meta import MetaWeighting
from ausrec.weighting.strategies.nash_mtl import NashMTL
from ausrec.weighting.strategies.pcgrad import PCGrad
from ausrec.weighting.strategies.random import Random
from ausrec.weighting.strategies.uncertainty import Uncertainty

__all__ = [
    "DWA",
    "CAGrad",
    "CosineGate",
    "Equal",
    "FreeLogits",
    "GradNorm",
    "MARec",
    "Manual",
    "MetaWeighting",
    "NashMTL",
    "PCGrad",
    "PublishedWeights",
    "Random",
    "Uncertainty",
]
