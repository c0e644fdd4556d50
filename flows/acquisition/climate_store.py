"""Requests to the Climate Data Store by its own client, held to the host that is named."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any

import requests

from flows.acquisition.addresses import host_of
from flows.acquisition.arrival import Allowance
from flows.acquisition.configuration import Era5Config
from flows.acquisition.line_errors import told_errors, too_long
from flows.acquisition.not_arrived import NotArrivedError

__all__ = ["made_ready"]

_FIRST_WAIT_S, _LONGEST_WAIT_S = 2.0, 60.0


def made_ready(config: Era5Config, collection: str, request: dict[str, Any], allowance: Allowance) -> str:
    """Have the service make a file, and give the address at which it lies; the queue may take hours.

    Args:
        config: the service and the variable with its key.
        collection: such as `reanalysis-era5-pressure-levels`.
        request: what is wanted of it.
        allowance: how long may be waited.

    Raises:
        NotArrivedError: when it refuses, fails or is not ready in time.
    """
    with told_errors(allowance.ends), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # the client's way to say that its news cannot be read
        try:
            remote, wait = _client(config).retrieve(collection, request), _FIRST_WAIT_S
            while not remote.results_ready:
                if allowance.left_s < wait:
                    raise too_long()
                time.sleep(wait)
                wait = min(wait * 1.5, _LONGEST_WAIT_S)
            return str(remote.get_results().location)
        except requests.exceptions.InvalidSchema as error:
            raise NotArrivedError(
                "refused", "服务要求访问未列入配置的地址", "it names a host that is not named"
            ) from error
        except requests.HTTPError as error:
            raise NotArrivedError(
                "refused", "服务拒绝此请求", f"the service refuses: {str(error)[:120]}"
            ) from error
        except RuntimeError as error:
            raise NotArrivedError(
                "unavailable", "服务未能生成数据", f"the service failed: {str(error)[:120]}"
            ) from error


def _client(config: Era5Config) -> Any:
    try:
        import cdsapi
    except ImportError as error:
        raise NotArrivedError(
            "refused",
            "未安装 ERA5 组件（pip install bogda[era5]）",
            "cdsapi is not installed (pip install bogda[era5])",
        ) from error
    key = os.environ.get(config.credential_env, "")
    if not key:
        name = config.credential_env
        raise NotArrivedError(
            "refused", f"环境变量 {name} 未设置", f"the environment variable {name} is not set"
        )
    return cdsapi.Client(
        url=config.url, key=key, quiet=True, progress=False, verify=True, wait_until_complete=False,
        timeout=config.bounds.connect_s, retry_max=config.bounds.attempts, sleep_max=5,
        session=_session(config),
    )  # fmt: skip


def _session(config: Era5Config) -> requests.Session:
    """A session that has no way to another host than the service and those that are named."""
    session = requests.Session()
    session.trust_env = False
    ways = dict(session.adapters)
    session.adapters.clear()
    for host in (host_of(config.url), *config.hosts):
        for scheme, way in ways.items():
            session.mount(f"{scheme}{host}/", way)
    if config.proxy:
        session.proxies = {"http": config.proxy, "https": config.proxy}
    return session
