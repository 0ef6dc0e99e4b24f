"""Weightings: from the losses of a step to the weights of its samples."""

from collections.abc import Mapping

from ausrec.weighting.ausrec import AusRec
from ausrec.weighting.controls import FreezeAfter, Intervention, Shuffled
from ausrec.weighting.hypergradient import Hypergradient, unrolled
from ausrec.weighting.others.ausrec_per_task import AusRecPerTask
from ausrec.weighting.others.best_of import BestOf
from ausrec.weighting.others.cosine_gate import CosineGate
from ausrec.weighting.others.dwa import DWA
from ausrec.weighting.others.fixed import Equal, Manual, PaperWeights, Random
from ausrec.weighting.others.forkmerge import ForkMerge
from ausrec.weighting.others.free_logits import FreeLogits
from ausrec.weighting.others.gradient_surgery import CAGrad, PCGrad
from ausrec.weighting.others.gradnorm import GradNorm
from ausrec.weighting.others.marec import MARec
from ausrec.weighting.others.metabalance import MetaBalance
from ausrec.weighting.others.nash_mtl import NashMTL
from ausrec.weighting.others.pretraining import Pretraining
from ausrec.weighting.others.published_ausrec import PublishedAusRec, SampleMean
from ausrec.weighting.others.slgrad import SLGrad
from ausrec.weighting.others.uncertainty import Uncertainty
from ausrec.weighting.reduction import Reduction, TaskMean
from ausrec.weighting.step import Step
from ausrec.weighting.weighting import MetaRows, Weighed, Weighting

# By name on the command line.
WEIGHTINGS: Mapping[str, type[Weighting]] = {
    "equal": Equal,
    "manual": Manual,
    "paper_weights": PaperWeights,
    "pretraining": Pretraining,
    "random": Random,
    "uncertainty": Uncertainty,
    "dwa": DWA,
    "gradnorm": GradNorm,
    "pcgrad": PCGrad,
    "cagrad": CAGrad,
    "nash_mtl": NashMTL,
    "metabalance": MetaBalance,
    "cosine_gate": CosineGate,
    "slgrad": SLGrad,
    "forkmerge": ForkMerge,
    "best_of": BestOf,
    "free_logits": FreeLogits,
    "ausrec": AusRec,
    "ausrec_per_task": AusRecPerTask,
    "published": PublishedAusRec,
    "marec": MARec,
}

__all__ = [
    "DWA",
    "WEIGHTINGS",
    "AusRec",
    "AusRecPerTask",
    "BestOf",
    "CAGrad",
    "CosineGate",
    "Equal",
    "ForkMerge",
    "FreeLogits",
    "FreezeAfter",
    "GradNorm",
    "Hypergradient",
    "Intervention",
    "MARec",
    "Manual",
    "MetaBalance",
    "MetaRows",
    "NashMTL",
    "PCGrad",
    "PaperWeights",
    "Pretraining",
    "PublishedAusRec",
    "Random",
    "Reduction",
    "SLGrad",
    "SampleMean",
    "Shuffled",
    "Step",
    "TaskMean",
    "Uncertainty",
    "Weighed",
    "Weighting",
    "unrolled",
]
