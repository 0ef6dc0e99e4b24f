"""A transformer over sequences of embeddings, whose dropout can be drawn again the same way."""

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn
from torch.nn.functional import gelu


class Dropout:
    """Dropout of one pass: the same seed drops the same entries.

    A loss is evaluated at several parameters in a step, and differentiated; what is dropped must
    not change on the way.
    """

    def __init__(self, rate: float, seed: int, device: torch.device) -> None:
        """Keep the share of the entries that are dropped, and seed the generator."""
        self.rate, self.generator = rate, torch.Generator(device).manual_seed(seed)

    def __call__(self, x: Tensor) -> Tensor:
        """Return x with some entries dropped, the others scaled up; x itself at a rate of 0."""
        if self.rate == 0:
            return x
        # Four numbers of 16 bits from each of 64: a fifth of the time of `bernoulli_`.
        drawn = torch.empty(-(-x.numel() // 4), dtype=torch.int64, device=x.device)
        drawn.random_(-(2**63), None, generator=self.generator)
        bits = drawn.view(torch.int16)[: x.numel()].view(x.shape)
        kept = bits >= min(round(self.rate * 2**16), 2**16 - 1) - 2**15
        # Backward keeps which entries are dropped, a byte each, and no factors.
        return x * kept * (1 / (1 - self.rate))


class Block(nn.Module):
    """Self-attention and a network for each position (Vaswani et al. 2017).

    Math:    x ← norm(x + attention(x)),  x ← norm(x + W₂ gelu(W₁ x)),
             attention = softmax(q kᵀ / √(dim/heads) + mask) v of each head
    """

    def __init__(self, dim: int, heads: int) -> None:
        """Make the parameters.

        Args:
            dim: of the embeddings.
            heads: number of attention heads.
        """
        super().__init__()
        self.heads = heads
        self.inputs, self.output = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.widen, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.norm, self.last_norm = nn.LayerNorm(dim), nn.LayerNorm(dim)

    def forward(
        self, x: Float[Tensor, "batch length dim"], hidden: Tensor, drop: Dropout
    ) -> tuple[Float[Tensor, "batch length dim"], Float[Tensor, "batch heads length length"]]:
        """Return the next layer, and what each position attends to.

        Attention is spelled out, since the fused kernels have no forward-mode derivative.

        Args:
            x: the layer.
            hidden: True where a position (second last) must not attend to another (last).
            drop: of this pass.
        """
        batch, length, dim = x.shape
        parts = self.inputs(x).view(batch, length, 3, self.heads, dim // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        scores = query @ key.transpose(-1, -2) * (dim // self.heads) ** -0.5
        attention = torch.where(hidden[:, None], -torch.inf, scores).softmax(-1)
        mixed = (drop(attention) @ value).transpose(1, 2).reshape(batch, length, dim)
        x = self.norm(x + drop(self.output(mixed)))
        return self.last_norm(x + drop(self.narrow(gelu(self.widen(x))))), attention


class Transformer(nn.Module):
    """Embeddings of items in order to a state of each position.

    Positions are counted from the end, so that the last item has the same position in sequences of
    every length.
    """

    def __init__(
        self, dim: int, layers: int, heads: int, longest: int, std: float, seed: int
    ) -> None:
        """Draw the parameters from N(0, std²), biases 0.

        Args:
            dim: of the embeddings.
            layers: number of blocks.
            heads: number of attention heads.
            longest: the most positions.
            std: standard deviation.
            seed: of the generator.
        """
        super().__init__()
        self.heads = heads
        self.positions = nn.Parameter(torch.empty(longest, dim))
        self.mask = nn.Parameter(torch.empty(1, dim))
        self.norm = nn.LayerNorm(dim)
        self.blocks = nn.ModuleList(Block(dim, heads) for _ in range(layers))
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for name, parameter in self.named_parameters():
                if parameter.dim() > 1:
                    parameter.normal_(0, std, generator=generator)
                elif name.endswith("bias"):
                    parameter.zero_()

    def forward(
        self,
        rows: Float[Tensor, "batch length dim"],
        masked: Bool[Tensor, "batch length"],
        real: Bool[Tensor, "batch length"],
        causal: bool,
        drop: Dropout,
        attentions: list[Tensor] | None = None,
    ) -> Float[Tensor, "batch length dim"]:
        """Return the state of each position.

        Args:
            rows: embeddings of the items.
            masked: where the mask takes the place of an item.
            real: False behind the end of a sequence.
            causal: let a position attend to itself and earlier ones only.
            drop: of this pass.
            attentions: what each block attends to is added here.
        """
        length = rows.shape[1]
        steps = torch.arange(length, device=rows.device)
        place = len(self.positions) - real.sum(1, keepdim=True) + steps
        # Behind the end there is no position; what is there is not read.
        place = place.clamp(max=len(self.positions) - 1)
        x = torch.where(masked[..., None], self.mask, rows) + self.positions[place]
        x = drop(self.norm(x))
        hidden = ~real[:, None, :].expand(-1, length, -1)
        if causal:
            hidden = (steps > steps[:, None]).expand(len(rows), -1, -1)
        for block in self.blocks:
            x, attention = block(x, hidden, drop)
            if attentions is not None:
                attentions.append(attention)
        return x
