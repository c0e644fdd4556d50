# ruff: noqa: A005 - the name is qualified by its package
"""Proposals of heavy-pollution warnings, with their evidence; a person decides."""

from consultation.warnings.document import Proposal, WarningsDocument
from consultation.warnings.proposals import evaluate, propose_warnings, write_warnings

__all__ = ["Proposal", "WarningsDocument", "evaluate", "propose_warnings", "write_warnings"]
