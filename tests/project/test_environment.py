"""pyproject.toml, environment.yml and requirements.lock describe the same environment."""

import re
import tomllib
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

# Where conda-forge's name is another one than the Python package index's.
CONDA_NAMES = {"torch": "pytorch-cpu", "torch-geometric": "pytorch_geometric"}
# What stands in environment.yml and in no list of pyproject.toml.
CONDA_ONLY = {"python", "pip", "docstring-parser", "typeshed-client"}
PYTHONS = ["3.11.0", "3.11.9", "3.12.0", "3.13.0", "3.13.9"]
SYSTEMS = [("linux", "posix"), ("darwin", "posix"), ("win32", "nt")]


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def declared(project: dict[str, Any]) -> dict[str, Requirement]:
    """Every dependency of the package and of its extras, by canonical name."""
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *chain.from_iterable(extras)]
    return {canonicalize_name((need := Requirement(line)).name): need for line in lines}


@pytest.fixture(scope="module")
def conda(repository: Path) -> dict[str, Requirement]:
    """Every line of environment.yml, by canonical name."""
    entries = yaml.safe_load((repository / "environment.yml").read_text())["dependencies"]
    lines = [line for line in entries if isinstance(line, str)]
    lines += [line for entry in entries if isinstance(entry, dict) for line in entry["pip"]]
    needs = [Requirement(line) for line in lines if not line.startswith("-")]
    return {canonicalize_name(need.name): need for need in needs}


@pytest.fixture(scope="module")
def lock_lines(repository: Path) -> list[str]:
    lines = (repository / "requirements.lock").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def locked(lock_lines: list[str]) -> list[Requirement]:
    return [Requirement(line) for line in lock_lines]


def applying(locked: list[Requirement], python: str, system: tuple[str, str]) -> dict[str, Version]:
    """The locked versions for one Python and one operating system."""
    environment = {
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "sys_platform": system[0],
        "os_name": system[1],
    }
    chosen: dict[str, Version] = {}
    for need in locked:
        if need.marker is None or need.marker.evaluate(environment):
            name = canonicalize_name(need.name)
            assert name not in chosen, f"{name} is locked twice for Python {python} on {system[0]}"
            chosen[name] = Version(next(iter(need.specifier)).version)
    return chosen


def test_environment_yml_has_the_bounds_of_pyproject(
    declared: dict[str, Requirement], conda: dict[str, Requirement]
) -> None:
    expected = {
        canonicalize_name(CONDA_NAMES.get(name, name)): need.specifier
        for name, need in declared.items()
    }
    found = {name: need.specifier for name, need in conda.items() if name not in CONDA_ONLY}
    assert found == expected


def test_environment_yml_has_the_python_of_pyproject(
    project: dict[str, Any], conda: dict[str, Requirement]
) -> None:
    assert conda["python"].specifier == SpecifierSet(project["requires-python"])


def test_environment_yml_names_what_the_signatures_extra_adds(
    declared: dict[str, Requirement], conda: dict[str, Requirement]
) -> None:
    assert declared["jsonargparse"].extras == {"signatures"}
    assert {"docstring-parser", "typeshed-client"} <= conda.keys()


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system[0])
@pytest.mark.parametrize("python", PYTHONS)
def test_lock_satisfies_every_bound(
    declared: dict[str, Requirement],
    locked: list[Requirement],
    python: str,
    system: tuple[str, str],
) -> None:
    versions = applying(locked, python, system)
    assert declared.keys() <= versions.keys()
    broken = {
        name: (str(need.specifier), str(versions[name]))
        for name, need in declared.items()
        if not need.specifier.contains(versions[name], prereleases=True)
    }
    assert not broken


def test_every_dependency_has_a_lower_bound(declared: dict[str, Requirement]) -> None:
    without = [
        name
        for name, need in declared.items()
        if not any(clause.operator == ">=" for clause in need.specifier)
    ]
    assert not without


def test_lock_pins_exact_public_versions(lock_lines: list[str]) -> None:
    pin = re.compile(r"[a-z0-9][a-z0-9.\-]*==[0-9][0-9a-z.]*( ; .+)?")
    assert [line for line in lock_lines if not pin.fullmatch(line)] == []


def test_lock_names_no_place_and_no_local_version(repository: Path) -> None:
    text = (repository / "requirements.lock").read_text()
    for forbidden in ("://", "@", "--index", "--extra-index", "--find-links", "+cpu", "file:"):
        assert forbidden not in text


def test_lock_holds_no_cuda_libraries(locked: list[Requirement]) -> None:
    names = [need.name for need in locked]
    assert [name for name in names if name.startswith(("nvidia", "cuda", "triton"))] == []


def test_lock_and_its_recipe_pin_the_same_torch(
    repository: Path, locked: list[Requirement]
) -> None:
    recipe = tomllib.loads((repository / ".ci" / "lock.toml").read_text())
    (torch,) = [need for need in locked if need.name == "torch"]
    assert recipe["constraint-dependencies"] == [str(torch)]
    (metadata,) = recipe["dependency-metadata"]
    assert f"torch=={metadata['version']}" == str(torch)
