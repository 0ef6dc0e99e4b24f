"""Tasks: from embeddings to a loss for each sample (floor 2).

`structural` (relations between users), `contrastive`, `reconstructive`, `adversarial`, `social`;
`views` makes the two encodings that contrastive tasks compare.
"""

from ausrec.tasks.bpr import bpr_loss, l2_penalty
from ausrec.tasks.encoding import Encoding
from ausrec.tasks.objectives import OBJECTIVES
from ausrec.tasks.recommendation import Recommendation
from ausrec.tasks.structural import (
    MAREC_TASKS,
    RelationTask,
    marec_tasks,
    published_tasks,
    relation_tasks,
)
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
