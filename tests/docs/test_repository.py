import subprocess
from pathlib import Path

import pytest

from docs.repository import public_address


@pytest.mark.parametrize(
    ("origin", "address"),
    [
        ("git@github.com:owner/name.git", "https://github.com/owner/name"),
        ("https://github.com/owner/name", "https://github.com/owner/name"),
        ("https://example.org/name.git", None),
        (None, None),
    ],
)
def test_the_address_is_that_of_origin(
    origin: str | None, address: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SITE_REPOSITORY", raising=False)
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    if origin:
        add = ["git", "-C", str(tmp_path), "remote", "add", "origin", origin]
        subprocess.run(add, check=True)
    assert public_address(tmp_path) == address
    monkeypatch.setenv("SITE_REPOSITORY", "https://github.com/else/where")
    assert public_address(tmp_path) == "https://github.com/else/where"
