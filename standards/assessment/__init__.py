"""How a year stands against limits and the targets of plans, with dust days and without them."""

from standards.assessment.document import assessment_document
from standards.assessment.targets import TargetBook, target_book

__all__ = ["TargetBook", "assessment_document", "target_book"]
