"""Tasks: from embeddings to a loss for each sample (floor 2).

`recommendation` is the main task, `relation` the structural ones, `objectives` those of other
paradigms; `catalog` has them by name.
"""

from ausrec.tasks.bpr import bpr_loss, l2_penalty
from ausrec.tasks.catalog import OBJECTIVES
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.marec_tasks import MAREC_TASKS, marec_tasks
from ausrec.tasks.published_code import published_tasks
from ausrec.tasks.recommendation import Recommendation
from ausrec.tasks.relation import RelationTask, relation_tasks
from ausrec.tasks.task import Batch, Task, Triplets

__all__ = [
    "MAREC_TASKS",
    "OBJECTIVES",
    "Batch",
    "Encoding",
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
