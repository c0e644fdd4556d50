"""Tables of the bureau: enterprises and county totals, with a report of what was wrong in them."""

from emissions_inventory.tables.benchmark import tables_benchmark
from emissions_inventory.tables.county import import_county
from emissions_inventory.tables.enterprise import import_enterprise
from emissions_inventory.tables.problem_list import check_problem_list, write_problems
from emissions_inventory.tables.problems import Problem, RefusedTableError
from emissions_inventory.tables.report import ImportReport

__all__ = [
    "ImportReport", "Problem", "RefusedTableError", "check_problem_list", "import_county",
    "import_enterprise", "tables_benchmark", "write_problems",
]  # fmt: skip
