"""Tasks: from embeddings to a loss for each sample (floor 2)."""

from ausrec.tasks.bpr import bpr_loss, l2_penalty
from ausrec.tasks.structural.published import published_tasks
from ausrec.tasks.recommendation import Recommendation
from ausrec.tasks.structural.relation import RelationTask, relation_tasks
from ausrec.tasks.task import Batch, Task, Triplets

__all__ = [
    "Batch",
    "Recommendation",
    "RelationTask",
    "Task",
    "Triplets",
    "bpr_loss",
    "l2_penalty",
    "published_tasks",
    "relation_tasks",
]
