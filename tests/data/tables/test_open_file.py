import bz2
import gzip
import lzma
import zipfile

import pytest

from ausrec.data.tables.open_file import inner_name, open_bytes, open_text
from ausrec.errors import AusrecError

TEXT = "\ufeffuser,item\nän,x\n"


@pytest.mark.parametrize(
    ("ending", "pack"),
    [("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress), (".XZ", lzma.compress)],
)
def test_compressed_files_are_opened_by_their_ending(tmp_path, ending, pack):
    path = tmp_path / f"Plays.csv{ending}"
    path.write_bytes(pack(TEXT.encode()))
    with open_text(path) as file:
        assert file.read() == TEXT[1:]
    with open_bytes(path) as file:
        assert file.read() == TEXT.encode()
    assert inner_name(path) == "plays.csv"


def test_a_zip_archive_holds_one_file(tmp_path):
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a/plays.TSV", "u\ti\n")
    assert inner_name(path) == "a/plays.tsv"
    with open_text(path) as file:
        assert file.read() == "u\ti\n"
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.csv", "")
    with pytest.raises(AusrecError, match=r"holds 2 files \(a/plays.TSV, b.csv\); unpack it"):
        open_bytes(path)
