"""Results as workbooks in the layout of EPA PMF 5, for those whose tools read those."""

from sources.receptor.workbooks.writing import write_workbooks

__all__ = ["write_workbooks"]
