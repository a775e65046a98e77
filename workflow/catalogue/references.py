"""The second look at a file: whether its names exist and its parts fit together."""

from __future__ import annotations

from collections.abc import Collection

from workflow.catalogue.check_data import check_data
from workflow.catalogue.check_flow import check_flow
from workflow.catalogue.check_places import check_places
from workflow.catalogue.check_records import check_records
from workflow.catalogue.check_roles import check_roles
from workflow.catalogue.check_tasks import check_tasks
from workflow.catalogue.common import common
from workflow.catalogue.problems import Problem
from workflow.catalogue.review import Review
from workflow.catalogue.shape import Shaped
from workflow.catalogue.source import Source


def check_references(
    source: Source,
    shaped: Shaped,
    *,
    agencies: Collection[str] | None,
    rules: Collection[str] | None,
) -> list[Problem]:
    """List what does not fit together, over the parts that are well shaped."""
    raw = source.data if isinstance(source.data, dict) else {}
    review = Review(shaped, source.marks, raw, common(), agencies, rules)
    check_roles(review)
    check_data(review)
    check_tasks(review)
    check_flow(review)
    check_records(review)
    check_places(review)
    return review.problems
