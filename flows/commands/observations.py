"""`bogda observations check`."""

from __future__ import annotations

from flows.output import print_json, print_line


def run(path: str, provider: str | None, *, as_json: bool) -> None:
    """Read files, apply quality control, print what was found.

    Raises:
        InputError: when nothing in the files can be used.
    """
    from observations.providers import read
    from observations.quality_report import check

    document = check(read(path, provider)).as_dict()
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        if isinstance(value, dict):
            print_line(name)
            for key, number in value.items():
                print_line(f"  {key:20} {number}")
        elif isinstance(value, list):
            print_line(f"{name} ({len(value)})")
            for item in value[:40]:
                print_line(f"  {item}")
        else:
            print_line(f"{name:12} {value}")
