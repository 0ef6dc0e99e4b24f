"""Controls of panels by name: sliders of one shape, checks of values, and read-outs."""

from collections.abc import Mapping
from typing import Any

import ipywidgets as widgets

from ausrec.errors import AusrecError, nearest


def slider(
    description: str,
    value: float | int,
    low: float | int,
    high: float | int,
    *,
    step: float | int = 0.05,
    kind: type = widgets.FloatSlider,
    width: int = 345,
    label: int = 150,
    **more: Any,
) -> Any:
    """Make a slider that acts when it is released.

    Args:
        description: of the slider, on its left.
        value: the first value.
        low: the least; of a logarithmic slider, its exponent.
        high: the most; likewise.
        step: from one value to the next.
        kind: the class of ipywidgets.
        width: of all, in pixels.
        label: the part of it that the description has.
        more: of the class.
    """
    return kind(
        value,
        min=low,
        max=high,
        step=step,
        description=description,
        continuous_update=False,
        style={"description_width": f"{label}px"},
        layout={"width": f"{width}px"},
        **more,
    )


def set_controls(controls: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Set controls by code, all of them or none.

    Args:
        controls: widgets by name.
        values: by name; None leaves a control as it is.

    Raises:
        AusrecError: on a name that is not known, or a value that its control does not take.
    """
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        if name not in controls:
            raise AusrecError(f"unknown control '{name}'{nearest(name, controls)}")
        check_value(name, value, controls[name])
    for name, value in given.items():
        controls[name].value = value


def check_value(name: str, value: Any, control: Any) -> None:
    """Raise `AusrecError` where a control does not take a value.

    Args:
        name: what to call the value.
        value: to be set.
        control: with a list of options, or a least and a most.
    """
    if hasattr(control, "options"):
        known = [option[1] if isinstance(option, tuple) else option for option in control.options]
        if value not in known:
            raise AusrecError(f"unknown {name} '{value}'{nearest(str(value), map(str, known))}")
        return
    low, high = control.min, control.max
    if hasattr(control, "base"):
        low, high = control.base**low, control.base**high
    if not low <= value <= high:
        raise AusrecError(f"{name} is {value}, but must be from {low:g} to {high:g}")


def read_out(control: Any) -> tuple[str, str]:
    """Return the description of a control, and its value as it is shown."""
    if hasattr(control, "options"):
        return control.description, str(control.label)
    return control.description, format(control.value, getattr(control, "readout_format", "d"))
