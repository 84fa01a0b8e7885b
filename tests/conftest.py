"""What all tests share: what a test needs beside Python, and that nothing is skipped where everything must be there.

A test says `require_tool("wrk")` or `require_shared("geoip/GeoIP2-City-Test.mmdb")`. Where the thing is missing, the
test is skipped with a reason that names it. Where `CI` or `ISOGLOSS_REQUIRE` is set, every skip, wherever it comes from, is
a failure.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

#: Data that is kept beside the repository and not in it.
SHARED = REPOSITORY.parent / "shared"

NOTHING_IS_SKIPPED = bool(os.environ.get("CI") or os.environ.get("ISOGLOSS_REQUIRE"))

# Machines share their cores, so no example has a deadline; in CI the same examples are tried every time.
settings.register_profile(
    "isogloss", deadline=None, derandomize=NOTHING_IS_SKIPPED, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("isogloss")


def require_tool(name: str) -> str:
    """The path of a program; without it the test is skipped."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed (scripts/test --system installs it)")
    return found


def require_shared(path: str) -> Path:
    """A file or folder below `../shared`; without it the test is skipped."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"../shared/{path} is not there")
    return found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NOTHING_IS_SKIPPED and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped here: {_reason(report.longrepr)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if NOTHING_IS_SKIPPED and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"nothing may be skipped here: {_reason(report.longrepr)}"
    return report


def _reason(longrepr: object) -> str:
    """The last part of a skip's (file, line, reason)."""
    return str(longrepr[-1]) if isinstance(longrepr, tuple) else str(longrepr)
