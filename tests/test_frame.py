"""The frame around the code: what is shipped and credited, how it is installed, and what the core may touch."""

from __future__ import annotations

import ast
import csv
import fnmatch
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

CORE = ("locales", "rules", "variants")
PACKAGES = (*CORE, "edge")
LOCKS = ("build", "serve", "test", "bench", "tools")
LARGEST_FILE = 1_000_000

#: Clocks, chance and sockets that could come in through a module that the core may import otherwise.
FORBIDDEN_CALLS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("os", "urandom"),
    ("os", "getenv"),
    ("os", "environ"),
}

#: Written in two halves, so that this file does not hold what it looks for.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted",
    "npmjs" + ".org",
    "registry" + ".npm",
    "deb.debian" + ".org",
    "file:" + "//",
)
PLACES_OF_ONE_MACHINE = re.compile("/" + r"(?:work|farm|root|home)" + r"/[a-z]", re.IGNORECASE)


def repository_files() -> list[Path]:
    """What git has or would take: no environments, caches or other ignored files."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY, check=True, capture_output=True, text=True,
    )  # fmt: skip
    paths = [REPOSITORY / name for name in listing.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def text_of(path: Path) -> str:
    """The text of a file; empty for pictures and other bytes."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


PYPROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


# --- what is shipped -------------------------------------------------------------------------------------------------


def test_every_data_file_has_an_entry_in_notice_and_every_entry_a_file() -> None:
    patterns = re.findall(r"^ {4}(\S+)$", text_of(REPOSITORY / "NOTICE"), re.MULTILINE)
    files = [
        relative(path)
        for path in repository_files()
        if path.relative_to(REPOSITORY).parts[0] in PACKAGES
        and "data" in path.parts
        and path.suffix not in {".py", ".typed"}
    ]
    assert files
    assert [name for name in files if not any(fnmatch.fnmatch(name, pattern) for pattern in patterns)] == []
    assert [pattern for pattern in patterns if not fnmatch.filter(files, pattern)] == []


def test_notice_holds_the_unicode_licence_whole_and_names_the_registries() -> None:
    notice = text_of(REPOSITORY / "NOTICE")
    for words in ("UNICODE LICENSE V3", "this copyright and permission notice appear", "Number Resource Organization"):
        assert words in notice


def test_the_cldr_version_that_is_shipped_is_the_one_that_scripts_cldr_asks_for() -> None:
    version = json.loads((REPOSITORY / "locales/data/cldr_source.json").read_text("utf-8"))["version"]
    assert f"cldr-core@{version}" in text_of(REPOSITORY / "scripts" / "cldr")


@pytest.mark.parametrize("name", ["viewing_norms.csv", "spoken_distance.csv"])
def test_no_row_of_data_is_without_a_source_that_is_listed(name: str) -> None:
    folder = REPOSITORY / "locales/data"
    sources = folder / {"viewing_norms.csv": "norm_sources.csv"}.get(name, "spoken_sources.csv")
    with sources.open(encoding="utf-8", newline="") as file:
        known = {row["key"] for row in csv.DictReader(file)} | {"JUDGE", "CLDR48"}
    with (folder / name).open(encoding="utf-8", newline="") as file:
        unknown = {key for row in csv.DictReader(file) for key in row["source"].split(";")} - known
    assert unknown == set()


def test_no_file_is_larger_than_a_megabyte() -> None:
    assert [relative(path) for path in repository_files() if path.stat().st_size > LARGEST_FILE] == []


def test_no_file_names_a_place_on_one_machine_or_a_registry() -> None:
    found = []
    for path in repository_files():
        text = text_of(path)
        found += [f"{relative(path)}: {host}" for host in HOSTS if host in text]
        found += [f"{relative(path)}: {match}" for match in PLACES_OF_ONE_MACHINE.findall(text)]
    assert found == []


def test_packages_are_typed_and_have_an_init() -> None:
    for package in PACKAGES:
        assert (REPOSITORY / package / "py.typed").exists(), package
        assert (REPOSITORY / package / "__init__.py").exists(), package


def test_every_folder_of_tests_and_of_code_is_a_package() -> None:
    folders = {path.parent for path in repository_files() if path.suffix == ".py"}
    assert [relative(folder) for folder in sorted(folders) if not (folder / "__init__.py").exists()] == []


# --- how it is installed ---------------------------------------------------------------------------------------------


def pins(lock: str) -> dict[str, list[str]]:
    """`name==version` with the hashes that stand under it."""
    found: dict[str, list[str]] = {}
    for line in text_of(REPOSITORY / "requirements" / f"{lock}.lock").splitlines():
        if match := re.match(r"([a-z0-9.-]+==[^ ;\\]+)", line):
            current = found.setdefault(match[1], [])
        elif match := re.match(r" {4}--hash=sha256:([0-9a-f]{64})\b", line):
            current.append(match[1])
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_every_package_by_hash_and_names_no_index(lock: str) -> None:
    text = text_of(REPOSITORY / "requirements" / f"{lock}.lock")
    options = [line for line in text.splitlines() if line.startswith("-")]
    assert options == ["--only-binary :all:"]
    assert "://" not in text
    assert pins(lock)
    assert [pin for pin, hashes in pins(lock).items() if not hashes] == []


def test_compiled_packages_are_pinned_for_more_than_one_kind_of_machine() -> None:
    """`scripts/lock --verify` asks an index; without one, at least no single platform can be all that is pinned."""
    hashes = {pin.partition("==")[0]: found for pin, found in pins("serve").items()}
    compiled = ("granian", "httptools", "iptocc", "maxminddb", "msgspec", "ua-parser-rs", "uvloop")
    assert {name: len(hashes[name]) for name in compiled if len(hashes[name]) < 3} == {}


def test_locks_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for lock in ("build", "serve", "test", "bench"):
        for pin in pins(lock):
            name, _, version = pin.partition("==")
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_requirements_and_pyproject_name_the_same_packages() -> None:
    lines = text_of(REPOSITORY / "requirements" / "serve.in").splitlines()
    named = {re.split(r"[\s;#]", line)[0] for line in lines if line and not line.startswith("#")}
    wanted = {re.split(r"[\s;]", line)[0] for line in PYPROJECT["project"]["dependencies"]}
    assert named == wanted
    assert {re.split(r"[<>=]", name)[0] for name in wanted} <= {pin.partition("==")[0] for pin in pins("serve")}


def test_iptocc_is_the_small_one_everywhere() -> None:
    (pin,) = [pin for pin in pins("serve") if pin.startswith("iptocc==")]
    assert tuple(map(int, pin.partition("==")[2].split(".")[:2])) >= (3, 3)


def test_the_program_knows_the_version_that_the_package_has() -> None:
    """A literal, since the revision of a site depends on it and must not depend on how the program was installed."""
    assert f'\n__version__ = "{PYPROJECT["project"]["version"]}"\n' in text_of(REPOSITORY / "edge" / "__init__.py")


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    heading = re.search(r"^## \[([^\]]+)\] - \d{4}-\d\d-\d\d$", text_of(REPOSITORY / "CHANGELOG.md"), re.MULTILINE)
    assert heading is not None
    assert heading[1] == PYPROJECT["project"]["version"]


def test_the_wheel_holds_every_file_of_the_four_packages_the_licences_and_nothing_else(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
        entry_points = archive.read(next(name for name in held if name.endswith("entry_points.txt"))).decode()
    names = {relative(path) for path in repository_files()}
    metadata = f"isogloss-{PYPROJECT['project']['version']}.dist-info/"
    assert {name for name in held if not name.startswith(metadata)} == {n for n in names if n.split("/")[0] in PACKAGES}
    assert {f"{metadata}licenses/LICENSE", f"{metadata}licenses/NOTICE"} <= held
    assert "isogloss = edge.cli:main" in entry_points


def instructions(stage: str) -> dict[str, list[str]]:
    """A stage of the Dockerfile: keyword -> arguments, continued lines joined."""
    joined = re.sub(r"\\\n\s*", " ", stage)
    found: dict[str, list[str]] = {}
    for line in joined.splitlines():
        keyword, _, rest = line.partition(" ")
        if keyword.isupper():
            found.setdefault(keyword, []).append(rest)
    return found


def test_the_image_is_slim_unprivileged_and_holds_nothing_that_builds() -> None:
    build, last = re.split(r"(?m)^(?=FROM )", text_of(REPOSITORY / "Dockerfile"))[1:]
    first, final = instructions(build), instructions(last)
    assert all("-slim" in source for source in (*first["FROM"], *final["FROM"]))
    assert sum("--require-hashes" in run for run in first["RUN"]) == 1
    assert sum("--no-deps --no-build-isolation" in run for run in first["RUN"]) == 1
    assert final["USER"] == ["10001:10001"]
    assert final["COPY"] == ["--from=build /opt/isogloss /opt/isogloss"]
    assert not re.search(r"apt-get|pip install|gcc|curl", last)
    assert "pip uninstall" in final["RUN"][0]
    assert "ISOGLOSS_SITE=/site" in final["ENV"][0]
    assert "/healthz" in final["HEALTHCHECK"][0]
    assert json.loads(final["ENTRYPOINT"][0]) == ["isogloss"]
    assert json.loads(final["CMD"][0])[0] == "serve"
    assert "VOLUME" not in final


def test_the_image_is_built_from_nothing_that_is_kept_out_of_its_context() -> None:
    context = {line[1:] for line in text_of(REPOSITORY / ".dockerignore").splitlines() if line.startswith("!")}
    copied = set()
    for line in instructions(text_of(REPOSITORY / "Dockerfile"))["COPY"]:
        if not line.startswith("--from"):
            copied |= set(line.split()[:-1])
    assert copied == context


# --- scripts ---------------------------------------------------------------------------------------------------------


def scripts() -> Iterator[Path]:
    for path in [*(REPOSITORY / "scripts").iterdir(), REPOSITORY / ".ci" / "run"]:
        if path.is_file() and text_of(path).startswith("#!"):
            yield path


def test_scripts_are_executable_and_stop_at_the_first_fault() -> None:
    found = list(scripts())
    assert {"serve", "test", "check", "bench", "lock", "cldr", "run"} <= {path.name for path in found}
    for path in found:
        assert path.stat().st_mode & stat.S_IXUSR, path.name
        if "bash" in text_of(path).partition("\n")[0]:
            assert "set -euo pipefail" in text_of(path), path.name


def fake_python(folder: Path, body: str) -> dict[str, str]:
    """An environment in which the only Python is a shell script with that body."""
    for name in ("bash", "dirname", "basename", "cat", "mkdir"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    python = folder / "python3"
    python.write_text(f"#!{shutil.which('bash')}\n{body}\n", "utf-8")
    python.chmod(0o755)
    return {"PATH": str(folder)}


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("exit 1", "Isogloss needs Python 3.11 or newer and found none"),
        ('case "$2" in *ensurepip*) exit 1;; esac', "install the package python3-venv"),
    ],
)
def test_scripts_serve_says_in_one_sentence_what_is_missing(tmp_path: Path, body: str, sentence: str) -> None:
    clone, tools = tmp_path / "clone", tmp_path / "bin"
    (clone / "scripts").mkdir(parents=True)
    tools.mkdir()
    for name in ("serve", "_environment"):
        shutil.copy(REPOSITORY / "scripts" / name, clone / "scripts" / name)
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run(
        [bash, str(clone / "scripts" / "serve")],
        env=fake_python(tools, body),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (clone / ".venv").exists()


# --- documents -------------------------------------------------------------------------------------------------------


def test_the_first_forty_lines_of_the_readme_say_what_it_is_both_commands_and_what_one_sees() -> None:
    top = "\n".join(text_of(REPOSITORY / "README.md").splitlines()[:40])
    for words in (
        "scripts/serve",
        "scripts/test",
        "Germany",
        "Spanish",
        "de-dub",
        "es-sub",
        "docs/screenshots/demo.png",
    ):
        assert words in top


def test_links_between_documents_lead_somewhere() -> None:
    dead = []
    for path in repository_files():
        if path.suffix == ".md":
            for target in re.findall(r"\]\(([^)#\s]+)", text_of(path)):
                if "://" not in target and not (path.parent / target).exists():
                    dead.append(f"{relative(path)}: {target}")
    assert dead == []


def test_decisions_are_dated_and_keep_what_was_not_chosen() -> None:
    pages = [path for path in repository_files() if path.parent == REPOSITORY / "docs" / "decisions"]
    assert len(pages) >= 8
    for page in pages:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d-[a-z0-9-]+\.md", page.name), page.name
        for heading in ("## Background", "## Options", "## Choice"):
            assert heading in text_of(page), page.name


# --- what the core may touch -----------------------------------------------------------------------------------------


def forbidden_calls(source: str) -> list[str]:
    """`datetime.now` and its like, however deep, with the line."""
    return [
        f"{node.lineno}: {node.value.id}.{node.attr}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and (node.value.id, node.attr) in FORBIDDEN_CALLS
    ]


@pytest.mark.parametrize("package", CORE)
def test_the_core_asks_no_clock_no_chance_and_no_environment(package: str) -> None:
    found = {relative(path): forbidden_calls(text_of(path)) for path in sorted((REPOSITORY / package).rglob("*.py"))}
    assert {name: calls for name, calls in found.items() if calls} == {}
    # The import contract sees `urllib` as one; taking a URL apart is allowed, opening one is not.
    assert [name for name in found if "urllib.request" in text_of(REPOSITORY / name)] == []


def test_what_looks_for_clocks_finds_them() -> None:
    assert forbidden_calls("from datetime import datetime\nx = datetime.now()") == ["2: datetime.now"]


def test_the_tests_run_on_the_tree_and_not_on_an_installed_copy() -> None:
    import locales

    assert Path(os.fspath(locales.__path__[0])).resolve() == REPOSITORY / "locales"
