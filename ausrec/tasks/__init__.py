"""Tasks: from embeddings to a loss for each sample.

`recommendation` is the main task, `relation` the structural ones, `objectives` those of other
paradigms, `sequential` those of sequences; `catalog` has the main losses by name.
"""

from ausrec.tasks.catalog import MAIN_LOSSES, main_task
from ausrec.tasks.cosine_losses import (
    BilateralSoftmax,
    CosineContrast,
    DirectAU,
    PairwiseSoftmax,
    SoftmaxAtK,
)
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.losses import BPR, SampledSoftmax, bpr_loss, info_nce, l2_penalty
from ausrec.tasks.marec_tasks import MAREC_TASKS, marec_tasks
from ausrec.tasks.objectives import OBJECTIVES
from ausrec.tasks.published_tasks import published_tasks
from ausrec.tasks.recommendation import Recommendation
from ausrec.tasks.relation import RelationTask, relation_tasks
from ausrec.tasks.sequential import S3REC_TASKS, SEQUENCE_LOSSES, SEQUENCE_TASKS
from ausrec.tasks.task import Batch, Task, Triplets

__all__ = [
    "BPR",
    "MAIN_LOSSES",
    "MAREC_TASKS",
    "OBJECTIVES",
    "S3REC_TASKS",
    "SEQUENCE_LOSSES",
    "SEQUENCE_TASKS",
    "Batch",
    "BilateralSoftmax",
    "CosineContrast",
    "DirectAU",
    "Encoding",
    "PairwiseSoftmax",
    "Recommendation",
    "RelationTask",
    "SampledSoftmax",
    "SoftmaxAtK",
    "Task",
    "Triplets",
    "bpr_loss",
    "info_nce",
    "l2_penalty",
    "main_task",
    "marec_tasks",
    "published_tasks",
    "relation_tasks",
]
