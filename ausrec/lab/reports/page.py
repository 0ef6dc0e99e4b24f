"""What all reports share: their templates, how settings are written, and a page written whole."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ausrec.errors import AusrecError
from ausrec.lab.look import css_variables


def page_template(name: str) -> Template:
    """Return a template of a report; everything that it is given is escaped."""
    environment = Environment(
        loader=PackageLoader("ausrec.lab.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["css_variables"] = css_variables
    return environment.get_template(name)


def yaml_text(config: Mapping[str, object]) -> str:
    """Return settings as YAML; "" where there are none."""
    # By way of JSON: tuples become lists, and paths and NumPy's numbers become text.
    plain = json.loads(json.dumps(dict(config), default=str))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True) if plain else ""


def write_page(path: Path, page: str) -> Path:
    """Write a page, whole or not at all, and return its path.

    Raises:
        AusrecError: the file cannot be written.
    """
    # One name for all tries, so that what a kill leaves behind is used up by the next.
    beside = path.with_name(f"{path.name}.part")
    try:
        try:
            beside.write_text(page, encoding="utf-8")
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise AusrecError(f"cannot write the report {path}: {error.strerror}") from error
    return path
