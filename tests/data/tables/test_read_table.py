"""Every format: a file that is made here, and read back."""

import bz2
import gzip
import json
import lzma
import pickle

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from scipy.io import savemat

from ausrec.data.tables.read_table import FORMATS, read_table
from ausrec.errors import AusrecError

ROWS = [["ann", "x", 5], ["bob", "y", 3], ["ann", "z", 1]]
FRAME = pd.DataFrame(ROWS, columns=["user", "item", "rating"])


RECORDS = [dict(zip(FRAME, row, strict=True)) for row in ROWS]
TEXTS = {"csv": (",", 1), "tsv": ("\t", 1), "blank": (" ", 0), "::": ("::", 0)}


def lines(rows, between):
    return "".join(between.join(map(str, row)) + "\n" for row in rows)


def write(path, kind):
    if kind == "parquet":
        FRAME.to_parquet(path)
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(each) + "\n" for each in RECORDS))
    elif kind == "list of JSON":
        path.write_text(json.dumps(RECORDS))
    elif kind == "atomic":
        path.write_text(lines([["user:token", "item:token", "rating:float"], *ROWS], "\t"))
    else:
        between, header = {"csv": (",", 1), "tsv": ("\t", 1), "blank": (" ", 0), "::": ("::", 0)}[
            kind
        ]
        path.write_text(lines([list(FRAME)] * header + ROWS, between))


@pytest.mark.parametrize("pack", ["", ".gz", ".bz2", ".xz"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("plays.csv", "csv"),
        ("plays.tsv", "tsv"),
        ("plays.parquet", "parquet"),
        ("plays.jsonl", "jsonl"),
        ("plays.json", "jsonl"),
        ("plays.json", "list of JSON"),
        ("plays.inter", "atomic"),
        ("train.txt", "blank"),
        ("ratings.dat", "::"),
        ("without_ending", "jsonl"),
    ],
)
def test_round_trips(tmp_path, name, kind, pack):
    plain = tmp_path / name
    write(plain, kind)
    path = tmp_path / f"{name}{pack}"
    packer = {".gz": gzip.compress, ".bz2": bz2.compress, ".xz": lzma.compress}.get(pack, bytes)
    path.write_bytes(packer(plain.read_bytes()))
    table = read_table(path, "interactions")
    assert table.columns == list(FRAME)
    found = [
        table.ids("user").tolist(),
        table.ids("item").tolist(),
        table.numbers("rating").tolist(),
    ]
    assert found == [list(column) for column in zip(*ROWS, strict=True)]


def test_matrices(tmp_path):
    matrix = sparse.coo_array(([5, 3], ([0, 2], [4, 1])))
    sparse.save_npz(tmp_path / "m.npz", matrix)
    savemat(tmp_path / "m.mat", {"m": sparse.csc_matrix(matrix), "note": "x"})
    np.save(tmp_path / "m.npy", np.array([[0, 4, 5], [2, 1, 3]]))
    for source in (matrix, *(tmp_path / f"m.{ending}" for ending in ("npz", "mat", "npy"))):
        table = read_table(source, "interactions")
        rows = sorted(map(tuple, table.frame[["user", "item", "rating"]].to_numpy().tolist()))
        assert rows == [(0, 4, 5), (2, 1, 3)]
        assert "they are taken as user, item, rating" in table.assumed[0]


def test_matrices_of_matlab_are_named_by_their_width(tmp_path):
    savemat(
        tmp_path / "r.mat", {"small": np.zeros((1, 1)), "rating": np.array([[1, 10, 3, 5, 4, 100]])}
    )
    savemat(tmp_path / "t.mat", {"trust": np.array([[1, 2], [2, 1]], dtype=np.uint16)})
    assert read_table(tmp_path / "r.mat", "interactions").columns[2:4] == ["category", "rating"]
    trust = read_table(tmp_path / "t.mat", "social")
    assert trust.ids("source").tolist() == ["1", "2"]
    savemat(tmp_path / "n.mat", {"text": "no numbers"})
    with pytest.raises(AusrecError, match=r"n.mat: cannot .* \(it holds no matrix of numbers"):
        read_table(tmp_path / "n.mat", "social")


@pytest.mark.parametrize("name", ["trnMat.pkl", "tst_mat"])
def test_pickles_are_refused_with_the_line_that_converts_them(tmp_path, name, monkeypatch):
    path = tmp_path / name
    path.write_bytes(pickle.dumps(sparse.coo_matrix(([1.0], ([0], [1])))))
    with pytest.raises(AusrecError, match="is a pickle, which may run any code") as error:
        read_table(path, "interactions")
    code = str(error.value).partition('python -c "')[2].removesuffix('"')
    monkeypatch.chdir(tmp_path)
    exec(code)
    assert read_table(tmp_path / f"{path.stem}.npz", "test").frame.to_numpy().tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("plays.xlsx", b"PK\x03\x04", "not a table that can be read; give text, csv"),
        ("plays.bin", b"a\0b", "not a table that can be read"),
        ("plays.parquet", b"user,item\n", "cannot be read as Parquet"),
        ("cut.pq", b"PAR1 and no more", "cannot be read as Parquet"),
        ("plays.csv.gz", b"user,item\n", "cannot be opened"),
        ("plays.csv.zip", b"user,item\n", "cannot be opened .*not a zip file"),
        ("plays.jsonl", b'{"user": \n', "cannot be read as JSON lines"),
        ("plays.mat", b"MATLAB 7.3", "cannot be read as MATLAB's file"),
        ("plays.csv", b"", "is empty"),
        ("plays.csv", b'a,b\n"c,d\n', r"; name another format by --data.format \(text, csv"),
    ],
)
def test_broken_files_are_refused_in_one_line(tmp_path, name, content, message):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(AusrecError, match=message) as error:
        read_table(tmp_path / name, "interactions")
    assert str(error.value).startswith(str(tmp_path / name)) and "\n" not in str(error.value)


def test_a_format_by_name(tmp_path):
    path = tmp_path / "plays"
    path.write_text("1 2 3\n4 5 6\n")
    assert len(read_table(path, "interactions", file_format="adjacency").frame) == 4
    with pytest.raises(AusrecError, match="format is 'parket'; did you mean 'parquet'"):
        read_table(path, "interactions", file_format="parket")
    assert set(FORMATS) >= {"csv", "tsv", "blank", "double_colon", "adjacency", "atomic", "jsonl"}
