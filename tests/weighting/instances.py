"""One or more instances of every weighting of the package, for the suites that all of them pass."""

import inspect
from collections.abc import Callable

from ausrec.weighting import (
    DWA,
    AusRec,
    AusRecPerTask,
    BestOf,
    CAGrad,
    CosineGate,
    Equal,
    ForkMerge,
    FreeLogits,
    FreezeAfter,
    GradNorm,
    Intervention,
    Manual,
    MARec,
    MetaBalance,
    NashMTL,
    PaperWeights,
    PCGrad,
    Pretraining,
    PublishedAusRec,
    Random,
    Shuffled,
    SLGrad,
    Uncertainty,
    Weighting,
)
from ausrec.weighting.estimators import ConjugateGradient, Neumann

MAKERS: dict[str, Callable[[], Weighting]] = {
    "equal": Equal,
    "equal, turned down": lambda: Equal(0.25),
    "manual": lambda: Manual({"two_hop": 0.7}),
    "published weights": lambda: PaperWeights(otherwise=0.5),
    "pre-training": lambda: Pretraining(otherwise=0.5, pretrain_epochs=1),
    "random": Random,
    "uncertainty": Uncertainty,
    "dwa": DWA,
    "gradnorm": GradNorm,
    "pcgrad": PCGrad,
    "cagrad": CAGrad,
    "nash_mtl": NashMTL,
    "nash_mtl, every third step": lambda: NashMTL(update_every=3),
    "metabalance": MetaBalance,
    "cosine_gate": CosineGate,
    "slgrad": SLGrad,
    "slgrad, every third step": lambda: SLGrad(update_every=3),
    "forkmerge": ForkMerge,
    "forkmerge, merged and pruned": lambda: ForkMerge(every=2, most=1),
    "best of three": BestOf,
    "best of learned weights and none": lambda: BestOf("ausrec+none"),
    "free_logits": FreeLogits,
    "ausrec": AusRec,
    "ausrec per task": AusRecPerTask,
    "ausrec, meta rows apart": lambda: AusRec(meta_share=0.5, meta_in_step=False),
    "ausrec, judged by softmax": lambda: AusRec(meta_softmax=0.15),
    "ausrec, every third step": lambda: AusRec(update_every=3),
    "ausrec, one weight fixed": lambda: AusRec(fixed={"two_hop": 0.1}),
    "free_logits, every third step": lambda: FreeLogits(update_every=3),
    "marec": MARec,
    "ausrec by conjugate gradient": lambda: AusRec(hypergradient=ConjugateGradient()),
    "free_logits by Neumann": lambda: FreeLogits(hypergradient=Neumann(2, 1.0, relative=False)),
    "published": lambda: PublishedAusRec(),
    "shuffled": lambda: Shuffled(Random()),
    "shuffled DWA": lambda: Shuffled(DWA()),
    "frozen": lambda: FreezeAfter(DWA(), after=4),
    "intervention": lambda: Intervention(DWA(), "two_hop", 3, "freeze"),
}
# Controls that are made around another weighting, so that no name of their own can choose them.
AROUND_ANOTHER: dict[type[Weighting], str] = {
    Shuffled: "permutes the weights of another weighting",
    FreezeAfter: "holds the weights of another weighting",
    Intervention: "fixes one weight of another weighting",
}


def concrete_weightings() -> set[type[Weighting]]:
    """Return all classes of the package that can weigh, however deep they derive."""
    found, open_ends = set(), [Weighting]
    while open_ends:
        for kind in open_ends.pop().__subclasses__():
            open_ends.append(kind)
            if kind.__module__.startswith("ausrec.") and not inspect.isabstract(kind):
                found.add(kind)
    return found
