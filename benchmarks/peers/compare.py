#!/usr/bin/env python3
"""Times one CISS iteration of this program and of the PyTorch peer side by side: turn by turn in one run.

    benchmarks/peers/compare.py --channels 64 256 --rounds 3

Each turn is a process of its own, so that its peak memory is its own. Prints every turn and, per width, the best and the
median of all turns' medians. Both use the same number of threads and the same setting (MiT-B0, crop 256, detail crop 128,
batch 2, 19 classes, final method).
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CISS = HERE.parent.parent / "ciss"
PEER = re.compile(r"median ([\d.]+) s, min ([\d.]+) s .*peak memory (\d+) MiB")


def output_of(command, threads):
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    done = subprocess.run([str(c) for c in command], env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"error: {' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


def ours(a, channels):
    """Median and best seconds, peak of the process in MB."""
    text = output_of([CISS, "bench", "step", "--quiet", "--json", "--threads", a.threads, "--channels", channels,
                      "--iterations", a.iterations], a.threads)
    result = json.loads(text)["steps"][0]["result"]
    return result["median"], result["best"], result["processBytes"] / 1e6


def peer(a, channels):
    text = output_of([a.python, HERE / "old_pytorch.py", "time", "--channels", channels, "--iterations", a.iterations],
                     a.threads)
    median, best, mebibytes = PEER.search(text).groups()
    print("  " + text.splitlines()[0], flush=True)
    return float(median), float(best), int(mebibytes) * 2 ** 20 / 1e6


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--channels", type=int, nargs="+", default=[64, 256])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--python", default=sys.executable, help="a Python with PyTorch")
    a = parser.parse_args()
    for channels in a.channels:
        turns = {"ciss": [], "PyTorch": []}
        print(f"{channels} channels, {a.threads} threads, {a.iterations} iterations a turn")
        for turn in range(a.rounds):
            for name, run in (("ciss", ours), ("PyTorch", peer)):
                median, best, memory = run(a, channels)
                turns[name].append((median, best, memory))
                print(f"  turn {turn + 1}  {name:8} median {median:.3f} s  best {best:.3f} s  peak {memory:.0f} MB", flush=True)
        for name, values in turns.items():
            medians, bests, memories = zip(*values)
            print(f"  {name:8} {statistics.median(medians):.3f} s (best {min(bests):.3f} s)  {max(memories):.0f} MB")
        ratios = [p[0] / c[0] for c, p in zip(turns["ciss"], turns["PyTorch"])]
        print(f"  PyTorch / ciss: {statistics.median(ratios):.2f} in the median of the turns", flush=True)


if __name__ == "__main__":
    main()
