"""AutoCF: learn which subgraphs to mask, and reconstruct them (Xia et al. 2023)."""

from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor
from torch.nn.functional import logsigmoid
from torch_geometric.data import HeteroData

from ausrec.errors import check_above_zero, check_not_negative, check_share
from ausrec.graph.pairs import StoredPairs
from ausrec.graph.propagation import View
from ausrec.graph.thinning import Thinning
from ausrec.models.encoder import Encoder, Parameters
from ausrec.tasks.encoding import Encoding, graph_encoder
from ausrec.tasks.losses import cosines
from ausrec.tasks.task import Task, dimension, uniform_matrix


class MaskingNoise(NamedTuple):
    """Samples of AutoCF.

    Attributes:
        user: users of interactions, [batch].
        item: their items, [batch].
        gumbel: noise on the choice of the centres of masked subgraphs, [nodes].
        extra: nodes among whose pairs the decoder looks too, besides the masked ones.
        ends: where in the list of these nodes a random edge of the decoder begins and ends, as
            shares of its length, [2, pairs].
    """

    user: Int[Tensor, " batch"]
    item: Int[Tensor, " batch"]
    gumbel: Float[Tensor, " nodes"]
    extra: Int[Tensor, " extra"]
    ends: Float[Tensor, "2 pairs"]


class MaskedSubgraphs(Task):
    """Mask the neighbourhoods of telling nodes, and reconstruct interactions (AutoCF).

    Math:    s_u = σ(cos(m_u, e_u)), m_u of `affinity`: how well the embeddings within two hops of u
             tell of u. The centres are the nodes of largest ln s_u + gumbel_u; the edges within
             `depth` hops of them are masked. h = Σ_l Âˡ E over what is left, plus a graph
             transformer over the rest of the edges, random pairs of masked nodes, and self-links:
             h' = h + Σ_v α_uv W_v h^L_v,  α_uv ∝ exp⟨W_q h^L_u, W_k h^L_v⟩ per head;
             ℓ_ui = −⟨h'_u, h'_i⟩ + ln Σ_j exp⟨h'_u, h'_j⟩
                  + ln Σ_v exp⟨h'_u, h'_v⟩ + ln Σ_j exp⟨h'_i, h'_j⟩ − mean_v (ln s_v + gumbel_v).
    Source:  Xia et al. 2023 (AutoCF), its masking, graph transformer, L_rec, L_ssl and infomax
             terms, as in the code of SSLRec.

    Which edges are masked follows from the embeddings and the drawn noise; the choice itself has
    no gradient, s has. Differs from the published code: edges are masked in every step, not
    every ten; the means over users and items count each as often as drawn; the decoder gets as
    many random pairs as edges were masked (there: as many as the graph has edges); the share of
    the centres is that of 100 among Gowalla's 70 thousand nodes. AutoCF's loss replaces the
    ranking loss; here it stands beside it, and its weight is 1 for want of a published one.
    """

    name = "autocf"
    paper_weight = 1.0

    def __init__(
        self,
        graph: HeteroData,
        seeds: float = 0.0015,
        *,
        depth: int = 2,
        extra: float = 0.2,
        heads: int = 4,
    ) -> None:
        """Choose the settings.

        Args:
            graph: the training graph.
            seeds: share of the nodes that are centres; one at least.
            depth: hops around a centre within which edges are masked.
            extra: nodes drawn beside the masked ones for the decoder's random pairs, as a share.
            heads: of the graph transformer; one where they do not divide the dimension.

        Raises:
            AusrecError: on a number that cannot be, and without interactions.
        """
        check_above_zero(heads=heads)
        check_not_negative(depth=depth)
        check_share(seeds=seeds, extra=extra)
        self.pairs = StoredPairs.of_interactions(graph)
        self.num_nodes = self.pairs.num_rows + self.pairs.num_columns
        self.num_seeds = max(1, round(seeds * self.num_nodes))
        self.num_extra = max(1, round(extra * self.num_nodes))
        self.depth, self.heads = depth, heads

    def start(self, encoder: Encoder, generator: torch.Generator) -> Parameters:
        """Draw the graph transformer."""
        self.thinning = Thinning(graph_encoder(encoder).adjacency)
        dim = dimension(encoder)
        return {name: uniform_matrix(dim, dim, generator) for name in ("query", "key", "value")}

    def draw(self, size: int, generator: np.random.Generator) -> MaskingNoise:
        """Draw interactions and all noise."""
        user, item = self.pairs.draw(size, generator)
        gumbel = generator.gumbel(size=self.num_nodes).astype(np.float32)
        extra = generator.integers(0, self.num_nodes, self.num_extra)
        ends = generator.random((2, self.thinning.num_pairs), dtype=np.float32)
        drawn = (user, item, gumbel, extra, ends)
        return MaskingNoise(*(torch.from_numpy(part) for part in drawn))

    def loss(self, encoding: Encoding, batch: MaskingNoise) -> Float[Tensor, " batch"]:
        """Return the loss of each interaction."""
        scores = logsigmoid(self.affinity(encoding)) + batch.gumbel
        seeds = scores.detach().topk(self.num_seeds).indices
        masked, kept = self.mask(seeds)
        layers = encoding.layers(self.thinning.view(kept, encoding.view))
        rows, columns = self.decoder_edges(masked, kept, encoding.view, batch)
        table = torch.stack(layers).sum(0) + self.attend(layers[-1], rows, columns, encoding.own)
        users, items = table[: encoding.num_users], table[encoding.num_users :]
        user, item = users.index_select(0, batch.user), items.index_select(0, batch.item)
        spread = (user @ items.T).logsumexp(1)
        spread = spread + (user @ users.T).logsumexp(1) + (item @ items.T).logsumexp(1)
        loss: Tensor = spread - torch.linalg.vecdot(user, item) - scores.mean()
        return loss

    def affinity(self, encoding: Encoding) -> Float[Tensor, " nodes"]:
        """Return cos(m, e) of each node: what lies within two hops, and its own embedding.

        A is the graph of the step, without the edges that are hidden from it.

        Math:    a = A E − E,  b = A a − a − D E,  m = (a + b) / (D 1 + (A D 1 − 2 D 1))
                   = (A² E − D E − A E) / (A D 1 − D 1)

        Both hops are counted as the published code does. Added up, m is the mean over all walks
        of two steps that do not come back, from which each neighbour is taken off once.
        """
        there = self.thinning.edges_of(encoding.view)
        rows, columns = self.thinning.rows[there], self.thinning.columns[there]
        base = encoding.base
        degree = torch.bincount(rows, minlength=self.num_nodes).to(base.dtype)[:, None]

        def total(table: Tensor) -> Tensor:
            summed = torch.zeros(self.num_nodes, table.shape[1], dtype=base.dtype).to(base)
            return summed.index_add(0, rows, table.index_select(0, columns))

        # Each walk of two steps there and back leads to the node itself: once for every edge.
        first, first_number = total(base) - base, degree
        second = total(first) - first - degree * base
        second_number = total(first_number) - first_number - degree
        mean = (first + second) / (first_number + second_number + 1e-8)
        return cosines(mean, base)

    def mask(self, seeds: Tensor) -> tuple[Bool[Tensor, " nodes"], Bool[Tensor, " pairs"]]:
        """Return the nodes around the seeds, and the pairs of neighbours that are left."""
        low, high = self.thinning.ends
        reached = torch.zeros(self.num_nodes, dtype=torch.bool, device=low.device)
        reached[seeds] = True
        kept = torch.ones(self.thinning.num_pairs, dtype=torch.bool, device=low.device)
        nodes = reached
        for _ in range(self.depth):
            nodes = reached.clone()
            cut = reached[low] | reached[high]
            kept = kept & ~cut
            reached[low[cut]] = True
            reached[high[cut]] = True
        return nodes, kept

    def decoder_edges(
        self,
        masked: Bool[Tensor, " nodes"],
        kept: Bool[Tensor, " pairs"],
        view: View | None,
        batch: MaskingNoise,
    ) -> Int[Tensor, "2 edges"]:
        """Return the edges left, self-links, and random pairs of masked and extra nodes."""
        thinning, size = self.thinning, self.num_nodes
        there = kept[thinning.pair_of_edge] & thinning.edges_of(view)
        some = masked.clone()
        some[batch.extra] = True
        nodes = some.nonzero().squeeze(1)
        drawn = batch.ends[:, : max(1, int((~kept).sum()))]
        first, second = nodes[(drawn * len(nodes)).long().clamp(max=len(nodes) - 1)]
        own = torch.arange(size, device=nodes.device)
        rows = torch.cat([first, second, own, thinning.rows[there]])
        columns = torch.cat([second, first, own, thinning.columns[there]])
        keys = torch.unique(rows * size + columns)
        return torch.stack([keys // size, keys % size])

    def attend(
        self, x: Float[Tensor, "nodes dim"], rows: Tensor, columns: Tensor, own: Parameters
    ) -> Float[Tensor, "nodes dim"]:
        """Let each row node attend to its column nodes (AutoCF, graph transformer)."""
        size, dim = x.shape
        heads = self.heads if dim % self.heads == 0 else 1
        query, key, value = (
            (x @ own[name]).reshape(size, heads, dim // heads) for name in ("query", "key", "value")
        )
        logits = torch.linalg.vecdot(query[rows], key[columns]).clamp(-10, 10).exp()
        norm = logits.new_zeros(size, heads).index_add(0, rows, logits)
        share = (logits / (norm[rows] + 1e-8))[:, :, None]
        mixed = x.new_zeros(size, heads, dim // heads).index_add(0, rows, share * value[columns])
        return mixed.reshape(size, dim)
