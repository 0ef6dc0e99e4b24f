"""Attention: what a transformer looks at in a history, and what hiding an item changes."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import pandas as pd
import torch
from jaxtyping import Int
from matplotlib.figure import Figure
from torch import Tensor
from torch_geometric.data import HeteroData

from ausrec.data import RATES
from ausrec.errors import AusrecError
from ausrec.graph.sequences import PAD, Sequences
from ausrec.lab.look import BLUE
from ausrec.lab.panels.base.live_panel import LivePanel, block, note, picture
from ausrec.lab.panels.base.panel_controls import Select, Slider
from ausrec.lab.plots.heatmaps import plot_heat
from ausrec.models import SequenceEncoder
from ausrec.models.sequence import MASK, with_mask_behind

MOST_ITEMS, DIGITS = 40, 5
HIDDEN = "(hidden)"
_NORMS, _LAYERS = ("norm", "last_norm"), ("inputs", "output", "widen", "narrow")


class Attention(LivePanel):
    """Choose a history, hide an item, and look from any position.

    Math:    p(item i at position t) = softmax_i ⟨h_t, e_i⟩,  h the states of the transformer
    The browser holds the weights, rounded to five digits, and runs the transformer itself.
    """

    title = "Attention"
    instruction = (
        "Choose a history and hide one of its items. Drag over the rows to choose where the "
        "transformer looks from; a strong colour is where it looks."
    )
    module = "attention"

    def __init__(
        self,
        encoders: Mapping[str, SequenceEncoder],
        part: HeteroData,
        users: Sequence[int] = range(12),
    ) -> None:
        """Look at the histories of some users.

        Args:
            encoders: small ones, by the names by which they are offered.
            part: whose histories are shown, as the test part; where it holds out an item behind a
                history, that is the right answer.
            users: ids, in the order in which they are offered.

        Raises:
            AusrecError: when there is no encoder, no user, or are too many items to be drawn.
        """
        super().__init__()
        self.items = list(part["item"].get("name", part["item"].raw_id))
        if not encoders or not len(users) or len(self.items) > MOST_ITEMS:
            raise AusrecError(
                f"{len(encoders)} encoders, {len(users)} users and {len(self.items)} items: give "
                f"an encoder, a user, and a graph of {MOST_ITEMS} items at most"
            )
        self.encoders = {name: _rounded(encoder) for name, encoder in encoders.items()}
        most = min(encoder.remembered for encoder in encoders.values())
        known = Sequences.of(part).last(np.array(users), most)
        self.histories = [row[row != PAD] for row in known]
        is_held_out = "known_index" in part[RATES]
        after = (
            dict(zip(*part[RATES].edge_label_index.tolist(), strict=True)) if is_held_out else {}
        )
        self.answers = [after.get(user) for user in users]
        longest = max(map(len, self.histories))
        names = list(part["user"].get("name", part["user"].raw_id))
        blocks = [len(encoder.body.blocks) for encoder in encoders.values()]
        self.heads = max(encoder.body.heads for encoder in encoders.values())
        seen = {
            place: f"layer {place // self.heads + 1}, head {place % self.heads + 1}"
            for place in range(max(blocks) * self.heads)
        }
        first = next(iter(encoders))
        self.offer(
            encoder=Select("Encoder", first, {name: name for name in encoders}),
            history=Select("History", 0, {n: names[user] for n, user in enumerate(users)}),
            hidden=Slider("Hidden item (0: none)", 0, 0, longest, 1),
            head=Select("Attention of", 0, seen),
            position=Slider("Look from", longest + 1, 1, longest + 1, 1, shown=False),
        )

    def ids(self, hidden: int) -> Int[Tensor, "1 length"]:
        """Return the history as the encoder sees it, with one item hidden; 0 for none."""
        ids = self.histories[self.state["history"]][None].clone()
        if hidden:
            ids[0, min(hidden, ids.shape[1]) - 1] = MASK
        return ids if self._encoder.causal else with_mask_behind(ids)

    @property
    def _encoder(self) -> SequenceEncoder:
        return self.encoders[self.state["encoder"]]

    def _place(self, length: int) -> int:
        return int(min(self.state["position"], length)) - 1

    def _label(self, number: int) -> str:
        return HIDDEN if number == MASK else self.items[number]

    @property
    def attention(self) -> pd.DataFrame:
        """How much each position (rows) looks at each (columns), of the chosen layer and head."""
        encoder, ids, found = self._encoder, self.ids(self.state["hidden"]), list[Tensor]()
        layer, head = divmod(self.state["head"], self.heads)
        with torch.no_grad():
            encoder.states(encoder.body_parameters, encoder.items(), ids, attentions=found)
        table = found[min(layer, len(found) - 1)][0]
        names = [f"{n}: {self._label(int(i))}" for n, i in enumerate(ids[0], start=1)]
        return pd.DataFrame(table[min(head, len(table) - 1)].numpy(), names, names)

    @property
    def predictions(self) -> pd.DataFrame:
        """The probability of each item at the chosen position, with and without what is hidden."""
        encoder, items, columns = self._encoder, self._encoder.items(), {}
        for name, hidden in (("nothing hidden", 0), ("now", self.state["hidden"])):
            ids = self.ids(hidden)
            with torch.no_grad():
                states = encoder.states(encoder.body_parameters, items, ids)
                at = states[0, self._place(ids.shape[1])]
                columns[name] = (items @ at).softmax(0).numpy()
        return pd.DataFrame(columns, self.items)

    def data(self) -> dict[str, Any]:
        """Return the weights of the encoders, and the histories."""
        return {
            "encoders": {name: _weights(encoder) for name, encoder in self.encoders.items()},
            "histories": [history.tolist() for history in self.histories],
            "answers": self.answers,
            "items": self.items,
            "heads": self.heads,
            "color": BLUE,
            "hidden": HIDDEN,
        }

    def figure(self) -> Figure:
        """Draw where each position looks."""
        return plot_heat(self.attention, title="Where each position looks", label="at")

    def text(self) -> str:
        """Return what is looked at most from the chosen position, and what is expected there."""
        table, found = self.attention, self.predictions
        row = table.iloc[self._place(len(table))]
        words = (
            f"From {row.name}, {self.state['encoder']} looks most at {row.idxmax()} "
            f"({row.max():.2f}), and expects {found['now'].idxmax()} ({found['now'].max():.2f})."
        )
        if self.state["hidden"]:
            words += (
                f" With nothing hidden: {found['nothing hidden'].idxmax()} "
                f"({found['nothing hidden'].max():.2f})."
            )
        return f"Attention: {self.rows()[1][1]}. {words}"

    def results_html(self) -> str:
        """Return the same words, and the figure."""
        return block(note(self.text().removeprefix("Attention: ")) + picture(self.figure()))


def _rounded(encoder: SequenceEncoder) -> SequenceEncoder:
    """Return a copy in double precision whose parameters have five digits behind the point."""
    copy = deepcopy(encoder).double()
    with torch.no_grad():
        for parameter in copy.parameters():
            parameter.copy_(parameter.mul(10**DIGITS).round().div(10**DIGITS))
    return copy


def _weights(encoder: SequenceEncoder) -> dict[str, Any]:
    """Return the parameters as nested lists, by the names that the browser reads."""
    body = encoder.body

    def of(module: Any) -> list[Any]:
        return [module.weight.tolist(), module.bias.tolist()]

    return {
        "causal": encoder.causal,
        "items": encoder.items().tolist(),
        "positions": body.positions.tolist(),
        "mask": body.mask[0].tolist(),
        "norm": of(body.norm),
        "blocks": [
            {"heads": body.heads, **{n: of(getattr(part, n)) for n in (*_LAYERS, *_NORMS)}}
            for part in body.blocks
        ],
    }
