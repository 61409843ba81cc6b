"""Runs the programs of benches/run one after the other, several times, compares their results and prints the table."""

import csv
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path


def run(command):
    """Seconds, seconds of all cores, and megabytes of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    # 1 is a check of the model that does not hold; the result is written all the same.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command[0]} failed: {errors}")
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, errors


def same(left, right):
    """Whether two results hold the same cells in the same order, however they are quoted."""
    if Path(left).read_bytes() == Path(right).read_bytes():
        return True
    with open(left, newline="", encoding="utf-8") as one, open(right, newline="", encoding="utf-8") as other:
        for line, (a, b) in enumerate(zip(csv.reader(one), csv.reader(other), strict=True), 1):
            if a != b:
                print(f"line {line}: {a} is not {b}", file=sys.stderr)
                return False
    return True


def phases(text):
    """Milliseconds by phase of `vekt run --timings`."""
    lines = [line.split() for line in text.splitlines() if line.endswith(" ms")]
    return {words[0]: float(words[1]) for words in lines}


def main():
    work, vekt, hard_coded, python, rounds, *sizes = sys.argv[1:]
    model = "examples/key-account-matrix/model.vekt"
    print("| customers | program | seconds | to hard-coded | to Vekt | core seconds | rows/s | peak MB |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    told = []
    for size in sizes:
        data = f"{work}/customers-{size}.csv"
        programs = {
            "hard-coded Rust, 2 threads": lambda out: [hard_coded, data, out, "2"],
            "hard-coded Rust, 1 thread": lambda out: [hard_coded, data, out, "1"],
            "Vekt": lambda out: [vekt, "run", "--timings", model, data, "-o", out],
            "DuckDB, 2 threads": lambda out: [python, "benches/in_duckdb.py", data, out],
            "Polars, 2 threads": lambda out: [python, "benches/in_polars.py", data, out],
        }
        runs = {name: [] for name in programs}
        said = []
        # Round by round, so that a busy minute of the machine meets all of them.
        for _ in range(int(rounds)):
            for number, (name, command) in enumerate(programs.items()):
                out = f"{work}/out-{number}.csv"
                Path(out).unlink(missing_ok=True)
                took = run(command(out))
                runs[name].append(took[:3])
                if name == "Vekt":
                    said.append(phases(took[3]))
        for number, name in enumerate(programs):
            if not same(f"{work}/out-2.csv", f"{work}/out-{number}.csv"):
                sys.exit(f"{name} gives another result than Vekt")
        median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
        limit, ours = median["hard-coded Rust, 2 threads"][0], median["Vekt"][0]
        for name, (seconds, cores, memory) in median.items():
            customers = f"{int(size):,}".replace(",", " ")
            print(
                f"| {customers} | {name} | {seconds:.3f} | {seconds / limit:.2f} | {seconds / ours:.2f} "
                f"| {cores:.3f} | {int(size) / seconds / 1e6:.2f} M | {memory:.0f} |"
            )
        phase = {name: statistics.median(row[name] for row in said) for name in said[0]}
        alone = int(size) / max(phase["evaluate"], 0.001) / 1000
        told.append(f"{int(size):,}".replace(",", " ") + ": " + ", ".join(f"{name} {ms:.1f} ms" for name, ms in phase.items())
                    + f"; evaluation alone {alone:.1f} M rows/s")
    print("\nPhases of Vekt (medians):\n")
    for line in told:
        print(f"- {line}")


main()
