"""The workflow of GitHub runs what is here, on what pyproject.toml promises; Binder installs it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture(scope="module")
def jobs(repository: Path) -> dict[str, Any]:
    text = (repository / ".github" / "workflows" / "ci.yml").read_text()
    read: dict[str, Any] = yaml.safe_load(text)["jobs"]
    return read


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    read: dict[str, Any] = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    return read


def test_every_promised_python_is_tested_on_every_system(
    jobs: dict[str, Any], project: dict[str, Any]
) -> None:
    promised = [line.rpartition(" ")[2] for line in project["classifiers"] if " 3." in line]
    matrix = jobs["test"]["strategy"]["matrix"]
    assert matrix["python"] == promised
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_every_command_of_the_project_exists(repository: Path, jobs: dict[str, Any]) -> None:
    steps = [step for job in jobs.values() for step in job["steps"]]
    commands = [step["run"] for step in steps if "run" in step]
    assert ".ci/run" in commands and "make site" in commands
    targets = re.findall(r"(?m)^(\w+):", (repository / "Makefile").read_text())
    for command in commands:
        word, _, rest = command.partition(" ")
        assert word == "choco" or (repository / word).is_file() or rest in targets


def test_what_is_published_is_what_the_site_is_built_into(
    repository: Path, jobs: dict[str, Any]
) -> None:
    (upload,) = (each for each in jobs["site"]["steps"] if "upload" in each.get("uses", ""))
    assert f"docs . {upload['with']['path']}\n" in (repository / "Makefile").read_text()


def test_binder_installs_the_package_with_an_extra_that_exists(
    repository: Path, project: dict[str, Any]
) -> None:
    folder = repository / ".binder"
    lines = (folder / "requirements.txt").read_text().splitlines()
    words = dict(line.split(" ", 1) for line in lines if line.startswith("--"))
    assert (folder / words["--constraint"]).resolve() == repository / "requirements.lock"
    extra = re.fullmatch(r"\.\[(\w+)\]", words["--editable"])
    assert extra and extra[1] in project["optional-dependencies"]
    python = (folder / "runtime.txt").read_text().strip().partition("-")[2]
    assert any(line.endswith(f" {python}") for line in project["classifiers"])
