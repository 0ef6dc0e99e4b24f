"""Full-ranking evaluation: metrics, groups, plain baselines and lists of recommendations."""

from ausrec.evaluation.baselines import popularity, random_scores
from ausrec.evaluation.groups import by_item_popularity, by_user_activity
from ausrec.evaluation.metrics import METRICS, compute_metrics
from ausrec.evaluation.rank_correlation import rank_correlation
from ausrec.evaluation.ranking import Evaluation, evaluate
from ausrec.evaluation.sampled import evaluate_sampled
from ausrec.evaluation.top import find_user, recommend

__all__ = [
    "METRICS",
    "Evaluation",
    "by_item_popularity",
    "by_user_activity",
    "compute_metrics",
    "evaluate",
    "evaluate_sampled",
    "find_user",
    "popularity",
    "random_scores",
    "rank_correlation",
    "recommend",
]
