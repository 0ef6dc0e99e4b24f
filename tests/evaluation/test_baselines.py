import torch

from ausrec.evaluation import evaluate, popularity, random_scores


def test_popularity_counts_training_edges_only(make_split) -> None:
    split = make_split(3, 4, train=[(0, 1), (1, 1), (2, 3)], held_out=[(0, 2), (1, 2), (2, 2)])
    assert popularity(split)(torch.tensor([2, 0])).tolist() == [[0, 2, 0, 1], [0, 2, 0, 1]]
    # Known items are left out, ties follow the id.
    assert evaluate(popularity(split), split, ks=(4,)).top.tolist() == [
        [3, 0, 2, -1],
        [3, 0, 2, -1],
        [1, 0, 2, -1],
    ]


def test_random_depends_on_seed_and_user_alone(random_split) -> None:
    scores = random_scores(random_split, seed=1)
    together, alone = scores(torch.tensor([3, 8])), scores(torch.tensor([8]))
    assert together.shape == (2, 53)
    assert torch.equal(together[1:], alone)
    assert not torch.equal(together[0], together[1])
    assert not torch.equal(alone, random_scores(random_split, seed=2)(torch.tensor([8])))


def test_random_finds_k_over_the_number_of_candidates(make_split) -> None:
    held_out = [(user, user % 10) for user in range(2000)]
    split = make_split(2000, 10, train=[(0, 9)], held_out=held_out)
    # 2,000 draws with success probability 0.3: five standard deviations are 0.051.
    assert abs(evaluate(random_scores(split), split, ks=(3,)).metrics["recall@3"] - 0.3) < 0.051
