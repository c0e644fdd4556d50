"""Imports point down, heavy libraries are loaded late, and nothing calls out unasked."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for init in ROOT.glob("*/__init__.py") for path in init.parent.rglob("*.py"))

NETWORK_LIBRARIES = {
    *(
        "aiohttp",
        "asyncssh",
        "authlib",
        "cdsapi",
        "ftplib",
        "http",
        "httpx",
        "paramiko",
        "requests",
        "smtplib",
    ),
    *("socket", "socketserver", "ssl", "urllib", "urllib3", "websockets", "xmlrpc"),
}
MAY_CALL_OUT = {
    "consultation/accounts/openid.py", "consultation/delivery/line.py", "consultation/delivery/mail.py",
    "consultation/delivery/webhook.py", "flows/acquisition/answers.py", "flows/acquisition/bodies.py",
    "flows/acquisition/climate_store.py", "flows/acquisition/line.py", "flows/acquisition/line_errors.py",
    "flows/acquisition/sftp_shelf.py", "flows/acquisition/transfer.py",
    *("flows/operations/deployments.py", "flows/operations/endpoint.py", "flows/operations/prefect_timer.py"),
}  # fmt: skip
"""Modules whose work it is to fetch or to deliver, or to answer on this machine; all others read files."""

HEAVY = (
    "matplotlib",
    "mlflow",
    "netCDF4",
    "numpy",
    "pandas",
    "prefect",
    "scipy",
    "sklearn",
    "torch",
    "xarray",
)


def imported_names(file: Path) -> set[str]:
    """First words of everything a module imports, at the top or inside a function.

    `urllib.parse` takes addresses apart and calls nobody.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "urllib.parse":
                continue
            names.add(node.module.split(".")[0])
    return names


def test_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broken" in done.stdout


def test_no_unexpected_way_to_the_network() -> None:
    doors = {file.relative_to(ROOT).as_posix(): imported_names(file) & NETWORK_LIBRARIES for file in MODULES}
    assert not {name: found for name, found in doors.items() if found and name not in MAY_CALL_OUT}


def test_the_command_line_loads_no_heavy_library() -> None:
    program = f"import sys, flows.cli; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "", f"import flows.cli loads {done.stdout.strip()}"
