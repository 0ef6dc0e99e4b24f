"""Classes and objects of your own in the place of a name: what they are called, and known by."""

import copy
import hashlib
import inspect
import sys
from collections.abc import Mapping
from typing import Any

import cloudpickle

from ausrec.errors import SettingError
from ausrec.files import checksum
from ausrec.settings import Maker, settings_of, value_text, written

_SHOWN = (bool, int, float, str)


class Copies:
    """Use an object of your own."""

    def __init__(self, thing: Any) -> None:
        """Keep the object, or a function that is used as it is."""
        self.thing = thing
        if hasattr(thing, "title"):
            self.title = thing.title

    def __call__(self) -> Any:
        """Return a copy, so that no run sees what another one has done to it."""
        return copy.deepcopy(self.thing)


def is_plain(given: object) -> bool:
    """Tell a text, number, list and so on from what may take the place of a name."""
    return not callable(given) and type(given).__module__ == "builtins"


def own_maker(thing: Any, among: Mapping[str, Maker], what: str) -> tuple[str, Maker]:
    """Return the name of a class, a function or an object, and what makes it.

    Args:
        thing: what takes the place of a name.
        among: what has a name.
        what: it is, for complaints.

    Raises:
        SettingError: when it is a plain value, or has the name of another one.
    """
    if is_plain(thing):
        raise SettingError(
            what, f"is {value_text(thing)}, but must be a text, as NAME or NAME(SETTING=VALUE)"
        )
    kind = _kind(thing)
    ours = [name for name, make in among.items() if make is kind]
    called = getattr(thing, "name", None)
    name = ours[0] if ours else called if isinstance(called, str) else kind.__name__
    if name in among and not ours:
        raise SettingError(what, f"'{name}' is the name of another one: call yours otherwise")
    if inspect.isclass(thing):
        return name, thing
    # What tables call it; the object itself decides.
    held = settings_of(kind) if kind is not thing else {}
    shown = {n: getattr(thing, n, setting.default) for n, setting in held.items()}
    shown = {n: v for n, v in shown.items() if isinstance(v, _SHOWN) and v != held[n].default}
    return written(name, shown), Copies(thing)


def code_of(make: Maker) -> str:
    """Return a digest of what a name leaves open; "" for what belongs to the kit.

    It changes with the file of a class of your own (of a script or a notebook, with the class
    itself), and with the state of an object.
    """
    thing = make.thing if isinstance(make, Copies) else make
    kind = _kind(thing)
    parts = [] if kind.__module__.partition(".")[0] == "ausrec" else [_source(kind)]
    if kind is not thing:
        parts.append(hashlib.sha256(cloudpickle.dumps(getattr(thing, "__dict__", {}))).hexdigest())
    return " ".join(parts)


def _kind(thing: Any) -> Any:
    return thing if inspect.isroutine(thing) or inspect.isclass(thing) else type(thing)


def _source(kind: Any) -> str:
    """Return the checksum of the code that a class or a function comes from."""
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    if kind.__module__ != "__main__" and file:
        return checksum(file)
    try:
        return hashlib.sha256(inspect.getsource(kind).encode()).hexdigest()
    except (OSError, TypeError):
        return str(kind.__qualname__)
