"""Tasks: from embeddings to a loss for each sample (floor 2)."""

from ausrec.tasks.bpr import bpr_loss, l2_penalty
from ausrec.tasks.marec import MAREC_TASKS, marec_tasks
from ausrec.tasks.published import published_tasks
from ausrec.tasks.recommendation import Recommendation
from ausrec.tasks.relation import RelationTask, relation_tasks
from ausrec.tasks.task import Batch, Task, Triplets

__all__ = [
    "MAREC_TASKS",
    "Batch",
    "Recommendation",
    "RelationTask",
    "Task",
    "Triplets",
    "bpr_loss",
    "l2_penalty",
    "marec_tasks",
    "published_tasks",
    "relation_tasks",
]
