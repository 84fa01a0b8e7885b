"""What all tests share: what a test needs beside Python, and that nothing is skipped where everything must be there.

A test says `require_tool("wrk")` or `require_shared("geoip/GeoIP2-City-Test.mmdb")`. Where the thing is missing, the
test is skipped with a reason that names it. Where `CI` or `ISOGLOSS_REQUIRE` is set, every skip, wherever it comes from, is
a failure. `scripts/test` runs the tests side by side; `BY_THE_CLOCK` marks those that must not run beside one another.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

REPOSITORY = Path(__file__).resolve().parent.parent

#: Data that is kept beside the repository and not in it.
SHARED = REPOSITORY.parent / "shared"

NOTHING_IS_SKIPPED = bool(os.environ.get("CI") or os.environ.get("ISOGLOSS_REQUIRE"))

#: For modules whose tests start servers, follow folders or wait for something until a deadline: `pytestmark = BY_THE_CLOCK`.
#: All of them run in one worker, one after the other, so that none takes from another the time that it waits for.
BY_THE_CLOCK = pytest.mark.xdist_group("clock")

#: For tests that ask the same code tens of thousands of times: what it covers is measured by the smaller tests beside them,
#: and following each line of it again takes most of the time. Coverage can only be lower for it, never higher.
UNMEASURED = pytest.mark.unmeasured

# Machines share their cores, and tests that run side by side take turns on them: how long an example takes says nothing of it.
# So none has a deadline, and the health check for slow examples, which measures the same, is off; the others stay on. In CI
# the same examples are tried every time.
settings.register_profile(
    "isogloss", deadline=None, derandomize=NOTHING_IS_SKIPPED, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("isogloss")


def seed_of_run() -> int:
    """Where tests of chance begin: another place each run, or as `ISOGLOSS_SEED` says; in CI always the same, as examples are."""
    return int(os.environ.get("ISOGLOSS_SEED") or (1 if NOTHING_IS_SKIPPED else random.SystemRandom().randrange(2**32)))


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


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Takes the tracer of coverage away from a test that is not measured. (The marker of pytest-cov does nothing in a worker.)"""
    tracer = sys.gettrace()
    if item.get_closest_marker("unmeasured") is None or tracer is None:
        return (yield)
    sys.settrace(None)
    try:
        return (yield)
    finally:
        sys.settrace(tracer)


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
