"""Structural tasks: rank related users above unrelated ones."""

from ausrec.tasks.structural.published import published_tasks
from ausrec.tasks.structural.relation import RelationTask, relation_tasks

__all__ = ["RelationTask", "published_tasks", "relation_tasks"]
