"""`bogda weather describe`."""

from __future__ import annotations

from flows.output import print_json, print_line


def run(path: str, *, as_json: bool) -> None:
    """Print what a weather file holds and whether the transport model can run on it.

    Raises:
        InputError: when the file is none of those known, is cut off or damaged.
    """
    from atmosphere.meteorology.describing import describe
    from atmosphere.meteorology.description_text import lines_of

    document = describe(path)
    if as_json:
        print_json(document)
        return
    for line in lines_of(document):
        print_line(line)
