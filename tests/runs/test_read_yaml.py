import os
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.runs.read_yaml import read_yaml


def test_what_stands_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("train: {l2: 0.001}\nnames: [Söhne]\n", encoding="utf-8")
    assert read_yaml(path, "a study") == {"train": {"l2": 0.001}, "names": ["Söhne"]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"a\.yaml: cannot be read \(No such file or directory\); name a study in YAML"),
        (b"\xff\xfe", r"a\.yaml: cannot be read \('utf-8' codec.*\); name a study"),
        (b"a: 1\nb: c: d\n", r"a\.yaml:2: no valid YAML \(mapping values are not allowed here\)"),
        (b"a: 1\nb: {c: 1,\n  c: 2}\n", r"a\.yaml:3: no valid YAML \('c' is given twice\)"),
        (b"a: 2026-13-01", r"a\.yaml: cannot be read \(month must be in 1..12\)"),
        (b"[" * 10_000, r"a\.yaml: cannot be read \(maximum recursion"),
        (b"a: &x [1]\nb: *x", r"a\.yaml:2: no valid YAML \(an alias, as \*name"),
        (b"&x [*x]", r"a\.yaml:1: no valid YAML \(an alias, as \*name"),
        (b"a: \x00", r"a\.yaml: no valid YAML \(unreadable\); mend this line"),
    ],
)
def test_what_is_wrong_is_one_line(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "a.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AusrecError, match=message) as caught:
        read_yaml(path, "a study")
    assert "\n" not in str(caught.value)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes of this kind")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    with pytest.raises(AusrecError, match=r"a\.yaml: no plain file; name a study"):
        read_yaml(tmp_path / "a.yaml", "a study")
