"""What multiplies matrices here: the libraries loaded, their threads and kernels, and their speed.

Every time in this package follows from the rate of float32 products, and settings inherited from
the environment can halve it unseen.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import faiss
import numpy as np
from threadpoolctl import threadpool_info

# Variables that choose kernels or threads for the BLAS libraries and OpenMP.
SETTINGS = (
    "OPENBLAS_CORETYPE",
    "OPENBLAS_L2_SIZE",
    "OPENBLAS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "OMP_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "MKL_NUM_THREADS",
    "MKL_DEBUG_CPU_TYPE",
    "VECLIB_MAXIMUM_THREADS",
    "BLIS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)
# Kernels from before AVX2: about a half or a quarter of the speed of any later one.
OLD_KERNELS = frozenset({"Prescott", "Core2", "Penryn", "Nehalem", "Sandybridge", "Generic"})


@dataclass(frozen=True, slots=True)
class Library:
    """One loaded library: "blas" or "openmp", its name, version, kernel and number of threads."""

    kind: str
    name: str
    version: str
    kernel: str
    threads: int


@dataclass(frozen=True, slots=True)
class Blas:
    """What is in force in this process. `warnings` says, in words, what costs speed."""

    libraries: tuple[Library, ...]
    settings: Mapping[str, str]
    faiss: str
    cores: int
    warnings: tuple[str, ...]


def describe(environ: Mapping[str, str] = os.environ) -> Blas:
    """Look at the libraries loaded in this process and at `environ`; measures nothing."""
    libraries = tuple(_library(info) for info in threadpool_info())
    settings = {name: environ[name] for name in SETTINGS if name in environ}
    cores = os.cpu_count() or 1
    return Blas(
        libraries=libraries,
        settings=settings,
        faiss=f"{faiss.__version__} {faiss.get_compile_options().strip()}",
        cores=cores,
        warnings=tuple(warnings_of(libraries, settings, cores)),
    )


def blas_threads() -> int:
    """Threads that a product may use now: the most that any loaded BLAS is set to, at least 1."""
    threads = [info["num_threads"] for info in threadpool_info() if info["user_api"] == "blas"]
    return max(threads, default=1)


def sgemm_rate(seconds: float = 1.0, *, clock: Callable[[], float] = time.perf_counter) -> float:
    """The best rate of float32 products seen within about `seconds`, in GFLOP/s.

    Measured on 2,048 x 256 by 256 x 2,048, the shape of a block of the self-join.
    """
    rows = np.random.default_rng(0).random((2048, 256), np.float32)
    out = np.empty((2048, 2048), np.float32)
    operations = 2 * 2048 * 2048 * 256
    np.matmul(rows, rows[::-1].T, out=out)  # wakes the threads and touches the memory
    best, end = 0.0, clock() + seconds
    while True:
        start = clock()
        np.matmul(rows, rows[::-1].T, out=out)
        now = clock()
        best = max(best, operations / max(now - start, 1e-9) / 1e9)
        if now >= end:
            return best


def _library(info: Mapping[str, object]) -> Library:
    return Library(
        kind=str(info["user_api"]),
        name=str(info["internal_api"]),
        version=str(info.get("version") or ""),
        kernel=str(info.get("architecture") or ""),
        threads=int(str(info["num_threads"])),
    )


def warnings_of(
    libraries: tuple[Library, ...], settings: Mapping[str, str], cores: int
) -> list[str]:
    found = []
    if "OPENBLAS_CORETYPE" in settings:
        forced = settings["OPENBLAS_CORETYPE"]
        found.append(
            f"OPENBLAS_CORETYPE={forced} forces one kernel for every product; unset it to let "
            "the library choose the one for this processor"
        )
    for library in libraries:
        if library.kernel in OLD_KERNELS:
            found.append(f"{library.name} runs its {library.kernel} kernel, which uses no AVX2")
        if library.kind == "blas" and library.threads < cores:
            found.append(f"{library.name} uses {library.threads} of {cores} cores")
    return found
