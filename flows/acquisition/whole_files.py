"""A whole file by HTTP, held against the hash beside it, checked and placed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from flows.acquisition.arrival import Allowance
from flows.acquisition.bodies import read_small
from flows.acquisition.hashes import refuse_other_hash
from flows.acquisition.inbox import Inbox, Record
from flows.acquisition.line import Line
from flows.acquisition.not_arrived import NotArrivedError
from flows.acquisition.pace import Pace
from flows.acquisition.partial import Part
from flows.acquisition.receiving import Check, checked, drop_if_spoilt
from flows.acquisition.source_parts import HttpConfig
from flows.acquisition.transfer import Order, UnchangedError, fetch_into

__all__ = ["Receiver"]


class Receiver:
    """Fetches whole files of one source into its inbox."""

    def __init__(self, config: HttpConfig, inbox: Inbox) -> None:
        """Prepare; nobody is called."""
        self._config, self._inbox, self._pace = config, inbox, Pace(config.requests_per_min)

    def receive(self, urls: Sequence[str], target: Path, check: Check, allowance: Allowance) -> Record:
        """Fetch a file from the first address that has it.

        Args:
            urls: addresses of the same file.
            target: where it is placed, in the inbox.
            check: run before it is placed.
            allowance: how long it may take.

        Raises:
            NotArrivedError: that of the first address, when none has it whole.
        """
        first: NotArrivedError | None = None
        for url in urls:
            try:
                return self._from(url, target, check, allowance)
            except NotArrivedError as error:
                first = first or error
        if first is None:
            raise ValueError("no address")
        raise first

    def _from(self, url: str, target: Path, check: Check, allowance: Allowance) -> Record:
        bounds, line = self._config.bounds, Line(self._config, self._config.bounds, self._pace)
        before = self._inbox.record(target)
        same = before is not None and before.facts.get("url") == url
        unless = before.facts.get("validator", "") if before is not None and same else ""
        try:
            with Part.opened(target) as part:
                try:
                    facts = fetch_into(part, Order(url, unless=unless), line, bounds, allowance.ends)
                except UnchangedError:
                    part.remove()
                    if before is None:
                        raise NotArrivedError(
                            "not-data", "服务器答复有误", "unchanged, but it is not here"
                        ) from None
                    return before
                with drop_if_spoilt(part):
                    self._held_against_hash(url, part.path, line, allowance)
                    newest = checked(check, part.path)
                return self._inbox.place(part, newest, facts)
        finally:
            line.close()

    def _held_against_hash(self, url: str, path: Path, line: Line, allowance: Allowance) -> None:
        if self._config.checksum == "none":
            return
        try:
            said = read_small(
                f"{url}{self._config.checksum_suffix}", line, self._config.bounds, allowance.ends
            )
        except NotArrivedError as error:
            if error.code == "missing" and self._config.checksum == "if-there":
                return
            raise error.again(
                error.code, f"校验文件：{error.chinese}", f"its hash: {error.english}"
            ) from error
        refuse_other_hash(path, said.decode("utf-8", "replace"), self._config.checksum_suffix)
