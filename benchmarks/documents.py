"""Processor time of the documents of a run, each made twice: when the process is new, and again.

python benchmarks/documents.py STORE/runs/demo/TIME
"""

from __future__ import annotations

import sys
import time

from consultation.exchange.configuration import exchange_config
from consultation.formats import open_request, product_bytes

BUDGET_S = 10.0
DOCUMENTS = (
    ("docx", "daily"), ("docx", "consultation"), ("pdf", "daily"), ("pdf", "consultation"), ("html", "daily"),
)  # fmt: skip


def seconds(folder: str, form: str, kind: str) -> float:
    begin = time.process_time()
    product_bytes(open_request(folder, exchange_config(), kind=kind), form)
    return time.process_time() - begin


def main(folder: str) -> None:
    for form, kind in DOCUMENTS:
        first, again = seconds(folder, form, kind), seconds(folder, form, kind)
        print(f"{form} {kind}: {first:.2f} s, again {again:.2f} s, of the budget {first / BUDGET_S:.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
