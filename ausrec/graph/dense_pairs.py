"""Dense relations: one bit for each possible pair.

Half of all pairs of users can be related through a meta-path. A bit matrix of 13,024 users
takes 21 MB, whatever the number of pairs; a product of a sparse matrix with it is an OR of whole
rows, 64 pairs at a time.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from ausrec.graph.pairs import Ids, Pairs

Bits = NDArray[np.uint64]


def bytes_needed(num_rows: int, num_columns: int) -> int:
    """Return the size in bytes of a bit matrix, [num_rows, num_columns]."""
    return num_rows * -(-num_columns // 64) * 8


def to_bits(matrix: "csr_array") -> Bits:
    """Pack the pattern of a sparse matrix, [rows, columns], into words, [rows, columns / 64]."""
    num_rows, num_columns = matrix.shape
    bits = np.zeros((num_rows, -(-num_columns // 64)), dtype="<u8")
    entries = matrix.tocoo()
    masks = np.left_shift(np.uint64(1), (entries.col % 64).astype(np.uint64))
    np.bitwise_or.at(bits, (entries.row, entries.col // 64), masks)
    return bits


def from_bits(bits: Bits, num_columns: int) -> "csr_array":
    """Unpack words, [rows, words], into a boolean sparse matrix, [rows, num_columns]."""
    row, word = np.nonzero(bits)
    flat = np.unpackbits(bits[row, word][:, None].view(np.uint8), axis=1, bitorder="little")
    place, bit = np.nonzero(flat)
    starts = np.concatenate([[0], np.cumsum(np.bitwise_count(bits).sum(axis=1, dtype=np.int64))])
    ones = np.ones(len(bit), dtype=bool)
    return csr_array((ones, word[place] * 64 + bit, starts), shape=(len(bits), num_columns))


def or_product(matrix: "csr_array", bits: Bits) -> Bits:
    """Multiply a sparse pattern, [rows, inner], with a bit matrix, [inner, columns / 64].

    Row r of the product is the OR of the rows that the sparse row r names: the boolean
    matrix product.
    """
    product = np.zeros((matrix.shape[0], bits.shape[1]), dtype="<u8")
    starts, columns = matrix.indptr, matrix.indices
    for row in np.flatnonzero(np.diff(starts)):
        np.bitwise_or.reduce(bits[columns[starts[row] : starts[row + 1]]], axis=0, out=product[row])
    return product


class BitPairs(Pairs):
    """Pairs kept as a bit matrix."""

    def __init__(self, bits: Bits, num_columns: int) -> None:
        """Keep words of 64 columns, [num_rows, ceil(num_columns / 64)]."""
        self.bits = bits
        self.num_rows, self.num_columns = len(bits), num_columns
        self.counts = np.bitwise_count(bits).sum(axis=1, dtype=np.int64)

    def select(self, rows: Ids, ranks: Ids) -> Ids:
        """Return the `ranks[k]`-th partner of `rows[k]`: the rank-th set bit of the row."""
        words = self.bits[rows]
        ends = np.cumsum(np.bitwise_count(words), axis=1, dtype=np.int64)
        word = (ends > ranks[:, None]).argmax(axis=1)
        place = np.arange(len(rows))
        chosen = words[place, word]
        before = ends[place, word] - np.bitwise_count(chosen)
        bytes_of_word = chosen[:, None].view(np.uint8)
        ones = np.cumsum(np.unpackbits(bytes_of_word, axis=1, bitorder="little"), axis=1)
        bit = (ones > (ranks - before)[:, None]).argmax(axis=1)
        chosen_bits: Ids = word * 64 + bit
        return chosen_bits

    def contains(self, rows: Ids, columns: Ids) -> NDArray[np.bool_]:
        """Tell for each pair whether its bit is set."""
        shift = (columns % 64).astype(np.uint64)
        found: NDArray[np.bool_] = (self.bits[rows, columns // 64] >> shift & np.uint64(1)) == 1
        return found

    def partners(self, rows: Ids) -> "csr_array":
        """Return the rows as a boolean sparse matrix, [len(rows), num_columns]."""
        return from_bits(self.bits[rows], self.num_columns)

    def __repr__(self) -> str:
        return f"BitPairs(num_pairs={self.num_pairs})"
