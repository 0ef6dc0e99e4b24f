"""An output folder: what is ours in it, and that nothing else is touched."""

import json
from pathlib import Path

import pytest

from ausrec.errors import AusrecError
from ausrec.files import OURS, checksum
from ausrec.folder import MANIFEST, OutputFolder, check_apart


def ours(path: Path) -> OutputFolder:
    folder = OutputFolder(path)
    folder.claim("compare")
    return folder


def test_what_is_written_is_listed_and_can_be_checked(tmp_path: Path) -> None:
    ours(tmp_path / "x").write({"a.txt": b"one", "tables/b.txt": b"two"})
    found = OutputFolder(tmp_path / "x")
    assert (found.kind, list(found.files)) == ("compare", ["a.txt", "tables/b.txt"])
    assert found.files["a.txt"] == checksum(tmp_path / "x" / "a.txt")
    found.check(found.files)
    (tmp_path / "x" / "tables" / "b.txt").write_text("twu")
    with pytest.raises(AusrecError, match=r"tables/b\.txt: missing, damaged, or changed"):
        found.check(found.files)


def test_a_folder_that_holds_anything_is_not_claimed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(AusrecError, match="is not empty, and ausrec has not written"):
        ours(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_killed_command_left_half_written_does_not_count(tmp_path: Path) -> None:
    (tmp_path / f"{OURS}part-{MANIFEST}").write_text("{")
    assert ours(tmp_path).kind == "compare"


def test_the_folder_of_another_command_is_not_claimed(tmp_path: Path) -> None:
    ours(tmp_path / "x")
    with pytest.raises(AusrecError, match="`ausrec compare`"):
        OutputFolder(tmp_path / "x").claim("search")


def test_a_file_that_is_not_listed_is_never_replaced(tmp_path: Path) -> None:
    folder = ours(tmp_path)
    (tmp_path / "a.txt").write_text("mine")
    (tmp_path / "b.txt").symlink_to(tmp_path / "nowhere")
    folder.write({"c.txt": b"ours"})
    (tmp_path / "c.txt").unlink()
    (tmp_path / "c.txt").mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        with pytest.raises(AusrecError, match="is there, and ausrec has not written it"):
            folder.write({"new.txt": b"", name: b"ours"})
    assert (tmp_path / "a.txt").read_text() == "mine"
    assert not (tmp_path / "new.txt").exists()


def test_a_link_that_leads_out_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    folder = ours(tmp_path / "x")
    (tmp_path / "x" / "tables").symlink_to(tmp_path / "mine")
    with pytest.raises(AusrecError, match="leads out of"):
        folder.write({"tables/b.txt": b"two"})
    assert list((tmp_path / "mine").iterdir()) == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"mine": 1}',
        b"\xff",
        json.dumps(
            {"written by ausrec": "run", "complete": True, "files": {"../a": ""}, "inputs": {}}
        ).encode(),
    ],
)
def test_a_manifest_that_is_not_ours_is_told(tmp_path: Path, text: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(text)
    with pytest.raises(AusrecError, match="nothing in this folder is touched"):
        OutputFolder(tmp_path)


def test_it_removes_what_is_listed_and_nothing_else(tmp_path: Path) -> None:
    ours(tmp_path / "x").write({"a.txt": b"one", "b.txt": b"two"})
    (tmp_path / "x" / "notes.txt").write_text("mine")
    OutputFolder(tmp_path / "x").remove()
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["notes.txt"]
    (tmp_path / "x" / "notes.txt").unlink()
    ours(tmp_path / "x").remove()
    assert not (tmp_path / "x").exists()


def test_inputs_lie_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    for elsewhere in ("xy.csv", "loop.csv"):
        check_apart(tmp_path / "x", {"--social": tmp_path / elsewhere})
    with pytest.raises(AusrecError, match=r"--social .* lies in it"):
        check_apart(tmp_path / "x", {"--social": tmp_path / "y" / ".." / "x" / "f.csv"})


def test_inputs_that_changed_are_told(tmp_path: Path) -> None:
    folder, table = ours(tmp_path / "x"), tmp_path / "t.csv"
    table.write_text("one")
    folder.inputs = {"data.social": checksum(table)}
    folder.check_inputs({"data.social": str(table)})
    for inputs in ({"data.social": str(tmp_path / "none")}, {"data.users": str(table)}):
        with pytest.raises(AusrecError, match="missing, or other data than"):
            folder.check_inputs(inputs)


def test_one_command_at_a_time(tmp_path: Path) -> None:
    folder = ours(tmp_path)
    refused = pytest.raises(AusrecError, match="another command writes here")
    with folder.reserved(), refused, OutputFolder(tmp_path).reserved():
        pass
    with folder.reserved():
        pass
    assert [path.name for path in tmp_path.iterdir()] == [MANIFEST]
