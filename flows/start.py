"""Where the `bogda` command begins: `bogda status` answers at once, all else goes to the whole command line.

Building the whole command line takes a quarter of a second of a core; while a run uses all of them that is
longer than an operator, or a monitor that asks every minute, should wait.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command."""
    asked = _status(sys.argv[1:])
    if asked is None:
        from flows.cli import main as whole

        whole()
        return
    from flows.commands.status import run

    run(asked[0], as_json=asked[1])


def _status(words: list[str]) -> tuple[str, bool] | None:
    """Store and whether JSON is wanted, where `status` is asked in its plain form; None for all else."""
    if words[:1] != ["status"]:
        return None
    store, as_json, rest = "store", False, words[1:]
    while rest:
        word = rest.pop(0)
        if word == "--json":
            as_json = True
        elif word == "--store" and rest:
            store = rest.pop(0)
        elif word.startswith("--store="):
            store = word.removeprefix("--store=")
        else:
            return None
    return store, as_json


if __name__ == "__main__":
    main()
