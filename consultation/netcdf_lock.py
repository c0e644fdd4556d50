"""The one lock around NetCDF: its library is not made for several threads of one process."""

from __future__ import annotations

from threading import RLock

__all__ = ["HDF5"]

HDF5 = RLock()
"""Held by whoever opens, reads or closes a NetCDF file in a server."""
