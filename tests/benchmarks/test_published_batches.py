"""Batches as the published code draws them, on a small data set written by hand."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.published_batches import PAIR_FILES, PublishedData, Rows, draw_epoch, read_published


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "published_pairs").mkdir()
    # The ids 3 (user) and 2, 4 (items) occur nowhere.
    (tmp_path / "train.txt").write_text("2 5 1\n1 3\n")
    (tmp_path / "social.txt").write_text("1 2 4\n4 1\n")
    for number, name in enumerate(PAIR_FILES):
        pairs = "1\t2\n2\t5\n" * (10 * (number + 1))
        (tmp_path / "published_pairs" / f"{name}.txt").write_text(pairs)
    return tmp_path


def test_reading_keeps_phantom_ids(folder: Path) -> None:
    data = read_published(folder)
    assert (data.num_users, data.num_items) == (5, 5)
    assert data.interactions.tolist() == [[1, 1, 0], [4, 0, 2]]
    assert data.social.tolist() == [[0, 0, 3], [1, 3, 0]]
    assert [pairs.shape for pairs in data.pairs] == [(2, 20 * n) for n in range(1, 8)]
    assert data.pairs[0][:, :2].tolist() == [[0, 1], [1, 4]]


def test_an_id_of_zero_is_refused(folder: Path) -> None:
    (folder / "social.txt").write_text("1 2\n2 0\n")
    with pytest.raises(ValueError, match=r"social\.txt: id 0 found where ids start at 1"):
        read_published(folder)


def test_epoch_draws_its_shares(folder: Path) -> None:
    batches = list(draw_epoch(read_published(folder), np.random.default_rng(0), batch_size=2))
    assert len(batches) == 2  # ceil(3 / 2)
    assert all(len(ids) == 2 for batch in batches for ids in batch.main)
    # A tenth of 20, 40, ..., 140 lines, halved between the batches.
    sizes = [[len(rows.user) for rows in batch.tasks] for batch in batches]
    assert sizes == [[1, 2, 3, 4, 5, 6, 7]] * 2


def test_odd_shares_are_spread_evenly_and_lose_nothing() -> None:
    # 10 interactions in batches of 3 are 4 batches; 110 lines give 11 rows an epoch.
    interactions = np.stack([np.arange(10), np.arange(10)])
    pairs = np.stack([np.zeros(110, dtype=np.int64), np.arange(110)])
    data = PublishedData(111, 10, interactions, pairs, (pairs,))
    batches = list(draw_epoch(data, np.random.default_rng(0), batch_size=3))
    sizes = [len(batch.tasks[0].user) for batch in batches]
    assert sum(sizes) == 11
    assert set(sizes) == {2, 3}


def test_equal_seeds_draw_equal_batches(folder: Path) -> None:
    data = read_published(folder)
    first, second = (list(draw_epoch(data, np.random.default_rng(7), 64)) for _ in range(2))
    other = list(draw_epoch(data, np.random.default_rng(8), 64))
    assert first[0].main.neg.tolist() == second[0].main.neg.tolist()
    assert first[0].main.neg.tolist() != other[0].main.neg.tolist()


@given(
    pairs=st.sets(st.tuples(st.integers(0, 5), st.integers(0, 3)), min_size=1, max_size=20).filter(
        lambda pairs: all(len({b for c, b in pairs if a == c}) < 4 for a, _ in pairs)
    ),
    seed=st.integers(0, 10),
)
def test_positives_are_pairs_and_negatives_are_not(pairs: set[tuple[int, int]], seed: int) -> None:
    array = np.array(sorted(pairs)).T
    rows = Rows(array, num_right=4).draw(50, np.random.default_rng(seed))
    for user, pos, neg in zip(*(ids.tolist() for ids in rows), strict=True):
        assert (user, pos) in pairs
        assert (user, neg) not in pairs
        assert 0 <= neg < 4


def test_users_are_uniform_whatever_they_own_and_phantoms_are_negatives() -> None:
    # User 0 owns nine of the items 0..9, user 3 owns one; item 10 belongs to nobody.
    pairs = np.array([[0] * 9 + [3], [*range(9), 9]])
    rows = Rows(pairs, num_right=11).draw(20_000, np.random.default_rng(0))
    assert set(rows.user.tolist()) == {0, 3}
    assert (rows.user == 0).float().mean().item() == pytest.approx(0.5, abs=0.015)
    zero = rows.user == 0
    counts = np.bincount(rows.pos[zero], minlength=9) / int(zero.sum())
    np.testing.assert_allclose(counts, 1 / 9, atol=0.015)
    negatives = np.bincount(rows.neg[zero], minlength=11) / int(zero.sum())
    np.testing.assert_allclose(negatives[9:], 0.5, atol=0.02)


def test_a_row_without_negatives_is_refused() -> None:
    with pytest.raises(ValueError, match="id 2 is paired with all 3 ids"):
        Rows(np.array([[1, 2, 2, 2], [0, 0, 1, 2]]), num_right=3)
