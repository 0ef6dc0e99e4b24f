"""The parser of a command's own options, with every complaint in one line."""

import argparse
import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, NoReturn

from ausrec.errors import AusrecError, SettingError
from ausrec.settings import convert


class Parser(argparse.ArgumentParser):
    """A parser that raises `AusrecError` instead of printing its usage and leaving."""

    def __init__(
        self, command: str, description: str, usage: str = "[options]", settings: str = ""
    ) -> None:
        """Make the parser of `ausrec <command>`.

        Args:
            command: its name.
            description: what it does.
            usage: what follows the name.
            settings: what the help says of settings, where the command has them (`read_flags`).
        """
        super().__init__(
            prog=f"ausrec {command}",
            usage=f"ausrec {command} {usage}",
            description=description,
            epilog=settings,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._kinds: dict[str, Any] = {}

    def option(self, flag: str, kind: Any = str, default: Any = None, **words: Any) -> None:
        """Add an option with a value.

        Args:
            flag: as `--seeds`.
            kind: of the value.
            default: where it is not given.
            words: `help` and `metavar`, as argparse takes them.
        """
        action = self.add_argument(flag, default=default, **words)
        self._kinds[action.dest] = kind

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse words; refuse options that are given twice, and values that are empty.

        Raises:
            AusrecError: when the words cannot be understood.
        """
        seen = set()
        for flag in (word.partition("=")[0] for word in words):
            action = self._option_string_actions.get(flag)
            if action is not None and action.nargs != 0 and action.dest in seen:
                raise AusrecError(f"{flag} is given twice: give it once")
            seen.add(action.dest if action is not None else None)
        parsed, unknown = self.parse_known_args(list(words))
        for word in unknown:
            raise AusrecError(f"{self._unknown(word)} `{self.prog} --help` lists all options")
        for name, kind in self._kinds.items():
            value = getattr(parsed, name)
            flag = f"--{name.replace('_', '-')}"
            if isinstance(value, str) and not value.strip():
                raise AusrecError(f"{flag} is empty: give it a value, or leave it out")
            if isinstance(value, str) and kind is not str:
                try:
                    setattr(parsed, name, convert(flag, value, kind))
                except SettingError as error:
                    raise AusrecError(str(error)) from error
        return parsed

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as an `AusrecError`."""
        raise AusrecError(f"{message}; `{self.prog} --help` lists all options")

    def _unknown(self, word: str) -> str:
        if not word.startswith("-"):
            return f"'{word}' is one word too many;"
        flag = word.partition("=")[0]
        flags = set(re.findall(r"--[\w.-]+", self.format_help()))
        # The usual 0.6 takes --strategies for --train.ks.
        close = get_close_matches(flag, flags, n=1, cutoff=0.75)
        return (
            f"unknown option {flag}; did you mean {close[0]}?"
            if close
            else f"unknown option {flag};"
        )
