"""Ctrl-C and SIGTERM: one line, no orphan, wherever they come."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")

START = """
import sys, time, threading
import ausrec.cli.interrupts as interrupts
interrupts.CLEAN_UP_SECONDS = 0.2
import ausrec.cli.data_command as command
def wait(words):
    print("ready", flush=True)
    {body}
command.data = wait
import ausrec.cli.entry as entry
sys.argv = ["ausrec", "data"]
sys.exit(entry.main())
"""
BODIES = {
    "sleeping": "time.sleep(60)",
    "deaf": """
    while True:
        try:
            time.sleep(60)
        except KeyboardInterrupt:
            pass
""",
    "changed": """
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        raise ImportError("half a library") from None
""",
    "with a thread": "threading.Thread(target=time.sleep, args=(60,)).start(); time.sleep(60)",
    "with a child": """
    from ausrec.experiments.engine import LocalEngine
    list(LocalEngine(1).map([60], time.sleep))
""",
}


@pytest.mark.slow
@pytest.mark.parametrize("body", list(BODIES))
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_in_one_line(body: str, number: int, tmp_path: Path) -> None:
    code = START.format(body=BODIES[body])
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell that starts the tests in the background lets them ignore this signal.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    children: list[psutil.Process] = []
    while body == "with a child" and not children:
        children = psutil.Process(process.pid).children()
    process.send_signal(number)
    _, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (130, "interrupted\n")
    assert psutil.wait_procs(children, timeout=5)[1] == []


@pytest.mark.slow
def test_ctrl_c_which_the_children_get_too_is_one_line() -> None:
    code = START.format(body=BODIES["with a child"])
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    children: list[psutil.Process] = []
    while len(children) < 2:  # one that tracks resources, and one that works
        children = psutil.Process(process.pid).children()
    time.sleep(1)  # it imports, which is when it used to complain
    os.killpg(process.pid, signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert (process.returncode, error) == (130, "interrupted\n")
    assert psutil.wait_procs(children, timeout=5)[1] == []
