"""A command is a function: its parameters are the options, and its docstring is the help.

    @Command
    def data_make(*, folder: Folder, seed: int = 0, overwrite: bool = False) -> None: ...

makes `ausrec data make --folder DIR [--seed N] [--overwrite]`. Keyword-only parameters are flags,
the others are words without a flag. A class that adds and reads flags as `Option` does, which is
`Flags` for the settings of a recipe, comes last, so that the command's own options go before flags
of the same name.
"""

import argparse
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from inspect import Parameter, getdoc, signature
from pathlib import Path
from types import NoneType
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, get_args, get_origin

from ausrec.cli.entry import OneLineParser
from ausrec.errors import AusrecError, SettingError, nearest
from ausrec.settings import REQUIRED, Setting, convert, first_line, parameters_of

Folder: TypeAlias = Annotated[Path, "DIR"]
"""The type of an option that names a folder: its help says DIR, and a file is refused."""


class Once(argparse.Action):
    """An option with a value, which is given once and is not empty."""

    def __call__(
        self, parser: Any, namespace: argparse.Namespace, values: Any, flag: str | None = None
    ) -> None:
        """Keep the value."""
        if hasattr(namespace, self.dest):
            raise AusrecError(f"{flag} is given twice: give it once")
        if not all(text.strip() for text in ([values] if isinstance(values, str) else values)):
            raise AusrecError(f"{flag or self.metavar} is empty: give it a value, or leave it out")
        setattr(namespace, self.dest, values)


class Option(NamedTuple):
    """One option of a command."""

    name: str
    """Of the parameter."""

    is_flag: bool
    """False for a word without a flag."""

    setting: Setting
    """Its type, default and docstring."""

    @property
    def flag(self) -> str:
        """How complaints call it."""
        return flag_of(self.name) if self.is_flag else self.metavar

    @property
    def kind(self) -> Any:
        """Its type: X of `X | None`, whose None is what is left out."""
        kind = self.setting.kind
        parts = [part for part in get_args(kind) if part is not NoneType]
        return parts[0] if NoneType in get_args(kind) else kind

    @property
    def metavar(self) -> str:
        """How the help calls its value."""
        if get_origin(self.kind) is Annotated:
            return str(get_args(self.kind)[1])
        if get_origin(self.kind) is Literal:
            return "|".join(get_args(self.kind))
        return "N" if self.kind in (int, float, tuple[int, ...]) else self.name.upper()

    @property
    def usage(self) -> str:
        """How it is written, if it must be given."""
        if self.setting.default is not REQUIRED:
            return ""
        return f"{self.flag} {self.metavar}" if self.is_flag else self.flag

    def add_flags(self, parser: Any, words: Sequence[str]) -> None:
        """Add the option to a parser."""
        says, default = self.setting.says.rstrip(".").replace("%", "%%"), self.setting.default
        if self.kind is bool:
            parser.add_argument(self.flag, dest=self.name, action="store_true", help=says)
            return
        if default not in (REQUIRED, None, ()):
            shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
            says += f" (default {shown})"
        is_list = get_origin(self.kind) is tuple
        common = {"action": Once, "metavar": self.metavar, "help": says}
        if self.is_flag:
            count = "+" if is_list else None
            parser.add_argument(self.flag, dest=self.name, nargs=count, **common)
        else:
            parser.add_argument(self.name, nargs="*" if is_list else "?", **common)

    def read_flags(self, parsed: argparse.Namespace, command: str) -> Any:
        """Return the value from what was parsed.

        Raises:
            AusrecError: when it must be given, or does not fit its type.
        """
        given = getattr(parsed, self.name, self.setting.default)
        if given is REQUIRED:
            raise AusrecError(f"{self.flag} is missing: add {self.usage}, {self.setting.says}")
        kind = get_args(self.kind)[0] if get_origin(self.kind) is Annotated else self.kind
        if given is self.setting.default or kind in (bool, str):
            return given
        if kind == tuple[str, ...]:
            return tuple(given)
        if kind is Path:
            path = Path(given).expanduser()
            if self.metavar == "DIR" and path.is_file():
                raise AusrecError(f"{self.flag} {path} is a file, but must be a folder")
            return path
        text = f"[{','.join(given)}]" if get_origin(kind) is tuple else given
        try:
            return convert(self.flag, text, kind)
        except SettingError as error:  # without a name, so that nobody looks for it in a file
            raise AusrecError(str(error)) from error


class Command:
    """A function as a command of `ausrec`."""

    def __init__(self, function: Callable[..., int | None]) -> None:
        """Keep the function; `data_make` is called `ausrec data make`."""
        self.function, self.name = function, function.__name__.replace("_", " ")

    def __call__(self, words: Sequence[str]) -> int:
        """Run the command with the words behind its name; return the exit status."""
        return self.function(**self.read(words)) or 0

    def read(self, words: Sequence[str]) -> dict[str, Any]:
        """Turn words into the function's arguments.

        Raises:
            AusrecError: when they cannot be understood.
        """
        readers, name = dict(self._readers()), f"ausrec {self.name}"
        needed = filter(None, (reader.usage for reader in readers.values()))
        parser = OneLineParser(
            prog=name,
            usage=" ".join([name, *needed, "[options]"]),
            description=re.split(r"\n\n(?:Args|Raises|Returns):", getdoc(self.function) or "")[0],
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            argument_default=argparse.SUPPRESS,
        )
        for reader in readers.values():
            reader.add_flags(parser, words)
        parsed, unknown = parser.parse_known_intermixed_args(list(words))
        for word in unknown:
            parser.error(_describe_unknown(word, parser))
        command = shlex.join([*name.split(), *words])
        return {each: reader.read_flags(parsed, command) for each, reader in readers.items()}

    def _readers(self) -> Iterator[tuple[str, Any]]:
        order = signature(self.function).parameters
        for name, setting in parameters_of(self.function).items():
            if hasattr(setting.kind, "read_flags"):
                yield name, setting.kind
            else:
                yield name, Option(name, order[name].kind is Parameter.KEYWORD_ONLY, setting)


class CommandGroup:
    """Commands whose names begin with the same word."""

    def __init__(self, *commands: Command) -> None:
        """Keep the commands, by their second word."""
        self.commands = {command.name.split()[1]: command for command in commands}
        self.name = commands[0].name.split()[0]

    def __call__(self, words: Sequence[str]) -> int:
        """Run one of the commands; return the exit status."""
        if not words or words[0] in ("-h", "--help"):
            print(f"usage: ausrec {self.name} {'|'.join(self.commands)} [--help] ...\n")
            for name, command in self.commands.items():
                print(f"  {name:<11}{first_line(command.function)}")
            return 0 if words else 2
        if words[0] not in self.commands:
            hint = nearest(words[0], self.commands)
            raise AusrecError(f"unknown command '{self.name} {words[0]}'{hint}")
        return self.commands[words[0]](words[1:])


def flag_of(name: str) -> str:
    """Return the flag of a parameter: `data_root` is `--data-root`, `k` is `-k`."""
    return f"-{name}" if len(name) == 1 else f"--{name.replace('_', '-')}"


def _describe_unknown(word: str, parser: argparse.ArgumentParser) -> str:
    if not word.startswith("-"):
        return f"'{word}' is one word too many"
    flag = word.partition("=")[0]
    # The usual 0.6 takes --strategies for --train.ks.
    close = get_close_matches(flag, re.findall(r"--[\w.-]+", parser.format_help()), 1, 0.75)
    return f"unknown option {flag}" + (f"; did you mean {close[0]}?" if close else "")
