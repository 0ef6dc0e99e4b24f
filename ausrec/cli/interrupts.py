"""Ctrl-C and SIGTERM end a command in one line, at any moment, and within a few seconds."""

import contextlib
import os
import signal
import sys
import threading
from typing import Any, NoReturn

INTERRUPTED = 130
"""The exit status."""

CLEAN_UP_SECONDS = 4.0
_signals = (signal.SIGINT, signal.SIGTERM)
_came = threading.Event()


def end_on_signals() -> None:
    """Raise `KeyboardInterrupt` at a first signal; at a second, or where that is in vain, leave."""
    for each in _signals:
        if signal.getsignal(each) is not signal.SIG_IGN:  # as under `nohup`
            signal.signal(each, _interrupt)


def was_interrupted() -> bool:
    """Tell whether a signal came; some libraries turn the exception into another one."""
    return _came.is_set()


def leave() -> NoReturn:
    """End this process now; the processes that do runs end with it."""
    import psutil  # not at the top: the entry must be able to tell that a library is missing

    # One that is just starting would complain that nobody tells it what to do.
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            child.kill()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    os._exit(INTERRUPTED)


def _interrupt(*_: Any) -> None:
    if _came.is_set():
        os.write(2, b"interrupted\n")
        os._exit(INTERRUPTED)
    _came.set()
    watch = threading.Timer(CLEAN_UP_SECONDS, _interrupt)
    watch.daemon = True
    watch.start()
    raise KeyboardInterrupt
