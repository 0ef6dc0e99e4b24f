"""Structural tasks: rank related users above unrelated ones."""

from ausrec.tasks.structural.marec import MAREC_TASKS, marec_tasks
from ausrec.tasks.structural.published import published_tasks
from ausrec.tasks.structural.relation import RelationTask, relation_tasks

__all__ = ["MAREC_TASKS", "RelationTask", "marec_tasks", "published_tasks", "relation_tasks"]
