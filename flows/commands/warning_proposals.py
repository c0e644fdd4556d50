"""`bogda warnings evaluate`."""

from __future__ import annotations

from flows.output import print_json, print_line


def run(forecast: str, *, as_json: bool) -> None:
    """Print the proposals that a forecast leads to.

    Raises:
        BogdaError: when the file is no forecast.
    """
    from consultation.warnings import evaluate

    document = evaluate(forecast)
    if as_json:
        print_json(document)
        return
    for proposal in document["proposals"]:
        area = proposal.get("area", {})
        print_line(f"{area.get('chinese', '')} {area.get('english', '')}")
        print_line(f"  {proposal.get('reason', {}).get('chinese', '')}")
        print_line(f"  {proposal.get('reason', {}).get('english', '')}")
