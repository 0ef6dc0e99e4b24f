"""How the C library deals with freed memory, which decides what a large tensor costs."""

import ctypes
from functools import cache

# Parameters of mallopt, from glibc's malloc.h.
_TRIM_THRESHOLD, _MMAP_MAX = -1, -4
_LARGEST = 2**31 - 1


@cache
def keep_freed_memory() -> bool:
    """Let this process keep the memory that it frees, for what it allocates next.

    glibc maps every block above 32 MiB anew and gives it back when it is freed, so that each
    operation on a large tensor (the logits of a contrastive loss, the embeddings of a large data
    set) begins with thousands of page faults. `run` of a recipe calls this; call it yourself before
    `fit`. No number changes; the process does not shrink by what it frees, but for what lies beyond
    2 GiB (`docs/scale.md`).

    Returns:
        whether it could be done: with glibc (Linux), once for all.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # another C library, another system
        return False
    settings = {_MMAP_MAX: 0, _TRIM_THRESHOLD: _LARGEST}
    return all(mallopt(name, value) == 1 for name, value in settings.items())


def give_back_freed_memory() -> bool:
    """Give back what this process keeps and does not use; it may keep what it frees from now on.

    Returns:
        whether it could be done: with glibc (Linux).
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):
        return False
    trim(0)
    return True
