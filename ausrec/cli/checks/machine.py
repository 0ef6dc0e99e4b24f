"""Check that torch computes, and that cores, memory and a browser are there."""

import os
import shutil
import warnings

from ausrec.cli.checks.check import Check

MIN_FREE_MEMORY = 2 * 1024**3
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


def check_torch() -> Check:
    """Multiply a small sparse matrix, as training does all the time."""
    remedy = "install PyTorch anew: pip install --force-reinstall --no-deps torch"
    try:
        import torch

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # torch calls its CSR layout a beta
            matrix = torch.tensor([[0.0, 2.0, 0.0], [1.0, 0.0, 3.0]])
            product = matrix.to_sparse_csr() @ torch.arange(6.0).reshape(3, 2)
        right = product.tolist() == [[4.0, 6.0], [12.0, 16.0]]
        device = torch.cuda.get_device_name() if torch.cuda.is_available() else "CPU only"
    except (ImportError, OSError, RuntimeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return Check("sparse product", False, f"torch fails: {reason}", remedy)
    if not right:
        return Check("sparse product", False, "torch gives a wrong result", remedy)
    return Check("sparse product", True, f"right ({device})")


def check_threads() -> Check:
    """Compare the threads that torch uses with the cores that this process may use."""
    try:
        import torch

        threads = torch.get_num_threads()
    except (ImportError, OSError):
        return Check("threads", False, "torch cannot be imported", "see above", optional=True)
    cores = usable_cores()
    remedy = f"set OMP_NUM_THREADS={cores}: more threads than cores slow each other down"
    ok = threads <= cores
    detail = f"{threads} thread(s), {cores} core(s)"
    return Check("threads", ok, detail, "" if ok else remedy, optional=True)


def usable_cores() -> int:
    """Count the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # Linux only
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def check_memory() -> Check:
    """Compare the free memory with what the largest published data set takes."""
    try:
        import psutil

        free = int(psutil.virtual_memory().available)
    except (ImportError, OSError) as error:
        return Check("memory", False, f"unknown ({error})", "pip install psutil", optional=True)
    ok = free >= MIN_FREE_MEMORY
    remedy = "" if ok else "close other programs, or train with a smaller --dim and batch size"
    return Check("memory", ok, f"{free / 1024**3:.1f} GiB free", remedy, optional=True)


def check_browser() -> Check:
    """Look for a Chromium, which only the browser tests need."""
    for name in BROWSERS:
        if place := shutil.which(name):
            return Check("browser", True, place)
    remedy = "install chromium from your system's packages (for the browser tests only)"
    return Check("browser", False, "no Chromium found", remedy, optional=True)
