"""The parser of the commands: jsonargparse, with every complaint in one line."""

import argparse
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

import jsonargparse

from ausrec.errors import AusrecError
from ausrec.suggest import describe_mistake


class SettingError(AusrecError):
    """A setting has a value that cannot be.

    Attributes:
        setting: its dotted name.
    """

    def __init__(self, setting: str, message: str) -> None:
        self.setting = setting
        super().__init__(message)

    @classmethod
    def of_type(cls, setting: str, value: str | None, kind: Any) -> "SettingError":
        """Return the error of a value that has the wrong type."""
        return cls(setting, describe_mistake(setting, value, kind))


class _Formatter(argparse.RawDescriptionHelpFormatter, jsonargparse.DefaultHelpFormatter):
    """Leave the lines of a description as they are."""


class Parser(jsonargparse.ArgumentParser):
    """A parser that raises `AusrecError` instead of printing its usage and leaving.

    Attributes:
        types: what each setting must be, by its dotted name; for messages.
    """

    def __init__(self, command: str, description: str, usage: str = "[options]") -> None:
        """Make the parser of `ausrec <command>`; `usage` is what follows it."""
        # Settings explain themselves where they are defined, in the dataclasses.
        jsonargparse.set_parsing_settings(docstring_parse_attribute_docstrings=True)
        super().__init__(
            prog=f"ausrec {command}",
            usage=f"ausrec {command} {usage}",
            description=description,
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        self.types: dict[str, Any] = {}

    def parse_args(self, args: Any = None, *more: Any, **options: Any) -> Any:
        """Parse words; refuse options that are given twice, and values that are empty.

        Raises:
            AusrecError: when the words cannot be understood.
        """
        words = sys.argv[1:] if args is None else list(args)
        self._check_repeated(words)
        parsed = super().parse_args(words, *more, **options)
        for name, value in parsed.items():
            if isinstance(value, str) and not value.strip():
                flag = name if "." in name else name.replace("_", "-")
                raise AusrecError(f"--{flag} is empty: give it a value, or leave it out")
            if isinstance(value, str) and "\0" in value:
                raise AusrecError(f"--{name} holds a null character, which no name has")
        return parsed

    def _check_repeated(self, words: Sequence[str]) -> None:
        seen = set()
        for flag in (word.partition("=")[0] for word in words):
            action = self._option_string_actions.get(flag)
            if action is None or action.nargs == 0:
                continue
            if action.dest in seen:
                raise AusrecError(f"{flag} is given twice: give it once")
            seen.add(action.dest)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        """Raise the complaint as an `AusrecError`."""
        setting = re.search(r'Parser key "([\w.]+)"', message)
        value = re.search(r"(?:Got|Given) value: (.*)", message)
        if setting and setting[1] in self.types:
            name, given = setting[1], value[1].strip() if value else None
            raise SettingError.of_type(name, given, self.types[name]) from ex
        unknown = re.search(r"[Uu]nrecognized arguments: (\S+)", message)
        words = self._unknown(unknown[1]) if unknown else " ".join(message.split())
        raise AusrecError(f"{words}; `{self.prog} --help` lists all options") from ex

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"'{word}' is one word too many"
        flag = word.split("=")[0]
        flags = sorted(set(re.findall(r"--[\w.-]+", self.format_help())))
        # The usual 0.6 takes --strategies for --train.ks.
        close = get_close_matches(flag, flags, n=1, cutoff=0.75)
        return f"unknown option {flag}" + (f"; did you mean {close[0]}?" if close else "")
