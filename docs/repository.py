"""Where the project is published, which Colab and Binder need to know."""

import os
import re
import subprocess
from pathlib import Path

GITHUB = re.compile(r"(?:https://|git@)github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?/?")


def public_address(checkout: Path) -> str | None:
    """Return the address on GitHub: `SITE_REPOSITORY`, or the checkout's `origin`, or none."""
    address = os.environ.get("SITE_REPOSITORY", "")
    if not address:
        command = ["git", "-C", str(checkout), "config", "--get", "remote.origin.url"]
        try:
            asked = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return None
        address = asked.stdout.strip()
    found = GITHUB.fullmatch(address)
    return f"https://github.com/{found[1]}" if found else None
