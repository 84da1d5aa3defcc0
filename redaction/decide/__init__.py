"""Decide: findings and people's decisions become one plan of boxes and kept spans."""

from redaction.decide.costs import other_words
from redaction.decide.plan import plan, plan_digest, replan, widen_by_words
from redaction.decide.policy import settle

__all__ = ["other_words", "plan", "plan_digest", "replan", "settle", "widen_by_words"]
