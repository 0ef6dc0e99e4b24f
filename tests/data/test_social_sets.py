import numpy as np
import pytest
from scipy.io import savemat

from ausrec.data.build_graph import RATES, TRUSTS
from ausrec.data.social_sets import read_social_set
from ausrec.errors import AusrecError


def test_atomic_files(tmp_path):
    ratings, links = tmp_path / "a.inter", tmp_path / "a.net"
    ratings.write_text("user_id:token\titem_id:token\trating:float\n1\t7\t2.0\n2\t7\t4\n2\t8\t3\n")
    links.write_text("source_id:token\ttarget_id:token\n1\t2\n9\t1\n")
    graph = read_social_set(ratings, links)
    assert graph["user"].raw_id == ["1", "2", "9"]
    assert graph[RATES].weight.tolist() == [2, 4, 3]
    assert graph[TRUSTS].edge_index.tolist() == [[0, 2], [1, 0]]
    high = read_social_set(ratings, links, threshold=3.0)
    assert high[RATES].weight.tolist() == [4, 3]
    assert read_social_set(ratings, links, core=1)["user"].raw_id == ["1", "2"]
    with pytest.raises(AusrecError, match="core is -1"):
        read_social_set(ratings, links, core=-1)


def test_matrices_with_times(tmp_path):
    ratings, links = tmp_path / "r.mat", tmp_path / "t.mat"
    rows = [[1, 10, 3, 5, 4, 2], [1, 10, 3, 2, 4, 9], [2, 10, 3, 1, 1, 1]]
    savemat(ratings, {"r": np.array(rows)})
    savemat(links, {"t": np.array([[1, 2, 11]])})
    graph = read_social_set(ratings, links)
    assert graph[RATES].weight.tolist() == [2, 1] and graph[RATES].time.tolist() == [9, 1]
    assert graph[TRUSTS].edge_index.tolist() == [[0], [1]]
