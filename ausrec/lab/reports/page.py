"""What all reports share: their templates, and how settings are written."""

import json
from collections.abc import Mapping

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from ausrec.lab.look import css_variables


def render_page(template: str, **content: object) -> str:
    """Return a page that needs no network and no JavaScript; everything in it is escaped.

    Args:
        template: the name of its file.
        content: what the template names.
    """
    environment = Environment(
        loader=PackageLoader("ausrec.lab.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["css_variables"] = css_variables
    return environment.get_template(template).render(content)


def yaml_text(config: Mapping[str, object]) -> str:
    """Return settings as YAML; "" where there are none."""
    # By way of JSON: tuples become lists, and paths and NumPy's numbers become text.
    plain = json.loads(json.dumps(dict(config), default=str))
    return yaml.safe_dump(plain, sort_keys=False, allow_unicode=True) if plain else ""
