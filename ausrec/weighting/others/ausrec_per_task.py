"""AusRec with one weight a task."""

from dataclasses import dataclass, field
from typing import ClassVar

from ausrec.weighting.ausrec import AusRec, Per


@dataclass(eq=False)
class AusRecPerTask(AusRec):
    """Learn as AusRec does, but one weight a task.

    Math:    λ_t = σ(s_t); all else as `AusRec`. Shared: λ_t = σ(network_φ(mean_i cost_ti, t)).
    Source:  ours: AusRec (arXiv 2412.18735) with coarser weights.
    """

    per: Per = field(default="task", init=False)
    title: ClassVar[str] = "AusRec, a weight a task"
