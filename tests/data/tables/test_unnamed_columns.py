import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from ausrec.data.tables.unnamed_columns import frame_of, name_matrix, name_places
from ausrec.errors import AusrecError

PAIRS = [[0, 2], [1, 0]]


@pytest.mark.parametrize(
    "source",
    [
        PAIRS,
        [(0, 2), (1, 0)],
        iter(PAIRS),
        np.array(PAIRS),
        sparse.coo_array(([1.0, 1.0], ([0, 1], [2, 0]))),
        sparse.csr_matrix(([1, 1], ([0, 1], [2, 0]))),
        pd.DataFrame(PAIRS, index=[5, 6]),
    ],
    ids=["lists", "tuples", "iterator", "array", "array of SciPy", "matrix of SciPy", "frame"],
)
def test_rows_and_matrices_are_pairs(source):
    assert frame_of(source, "plays").to_numpy().tolist() == PAIRS


def test_what_a_sparse_matrix_stores_is_added_up_and_zeros_are_nothing():
    matrix = sparse.coo_array(([2.0, 3.0, 0.0], ([0, 0, 1], [1, 1, 0])))
    assert frame_of(matrix, "plays").to_numpy().tolist() == [[0, 1, 5]]


def test_mappings_and_structured_arrays_have_names():
    rows = [{"user": 1, "item": 2}, {"user": 1, "item": 3}]
    assert frame_of(rows, "plays").columns.tolist() == ["user", "item"]
    assert frame_of({"user": [1], "item": [2]}, "plays").columns.tolist() == ["user", "item"]
    array = np.array([(1, 2)], dtype=[("user", int), ("item", int)])
    assert frame_of(array, "plays").columns.tolist() == ["user", "item"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (np.eye(9), r"the plays array has shape \[9, 9\]: give a row for each pair"),
        (np.arange(3), r"the plays array has shape \[3\]"),
        (7, "the plays table is a int that cannot be read"),
        ([1, 2], "the plays table is a list"),
        ([(1, 2), (1, 2, 3)], "the plays table is a list"),
        ([], "the plays table is a list"),
        (b"user", "the plays table is a bytes"),
    ],
)
def test_what_is_no_table_is_refused(source, message):
    with pytest.raises(AusrecError, match=message):
        frame_of(source, "plays")


@pytest.mark.parametrize(
    ("row", "what", "names"),
    [
        ("a b", "interactions", "user item"),
        ("a b 5", "test", "user item rating"),
        ("a b 978300009", "val", "user item time"),
        ("a b 978300009 5", "interactions", "user item time rating"),
        ("a b 5 17", "interactions", "user item rating time"),
        ("a b dub 3", "interactions", "user item column3 rating"),
        ("a b c d e", "interactions", "column1 column2 column3 column4 column5"),
        ("a", "interactions", "column1"),
        ("a b 1", "social", "source target value"),
        ("a Film x y", "items", "item name genre column4"),
        ("x dub", "item-has-genre links", "column1 column2"),
    ],
)
def test_places_give_names(row, what, names):
    frame = name_places(pd.DataFrame([row.split()]), what)
    assert [name.replace(" ", "") for name in frame.columns] == names.split()


def test_matrices_of_ciao_have_their_own_columns():
    frame = pd.DataFrame(np.zeros((1, 6)))
    names = ["user", "item", "category", "rating", "helpfulness", "time"]
    assert name_matrix(frame, "interactions").columns.tolist() == names
    assert name_matrix(frame, "item-has-category links").columns.tolist() == names
    assert name_matrix(pd.DataFrame([[1, 2]]), "social").columns.tolist() == ["source", "target"]
