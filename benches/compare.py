"""Runs the programs of benches/run one after the other, several times, compares their results and prints the tables:
WORK RESULTS VEKT HARD_CODED PYTHON ROUNDS SIZE…"""

import csv
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path


def run(command):
    """Seconds, seconds of all cores, megabytes and messages of one run."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    took = time.perf_counter() - begun
    # 1 is a check of the model that does not hold; the result is written all the same.
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        sys.exit(f"{command} failed: {errors}")
    return took, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, errors


def same(left, right):
    """Whether two results hold the same cells in the same order, however they are quoted."""
    if subprocess.run(["cmp", "-s", left, right]).returncode == 0:
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


def programs(model, size, work, vekt, hard_coded, python):
    """The command of each program, given the file of the result."""
    folder = f"{work}/{size}"
    if model == "matrix":
        data = f"{folder}/matrix.csv"
        return {
            "Vekt": lambda out: [vekt, "run", "--timings", "examples/key-account-matrix/model.vekt", data, "-o", out],
            "hard-coded Rust, 2 threads": lambda out: [hard_coded, data, out, "2"],
            "hard-coded Rust, 1 thread": lambda out: [hard_coded, data, out, "1"],
            "DuckDB, 2 threads": lambda out: [python, "benches/rivals/matrix_duckdb.py", data, out],
            "Polars, 2 threads": lambda out: [python, "benches/rivals/matrix_polars.py", data, out],
        }
    data = {"orders": f"{folder}/customers.csv", "portfolio": f"{folder}/portfolio.csv"}[model]
    table = ["--table", f"orders={folder}/orders.csv"] if model == "orders" else []
    return {
        "Vekt": lambda out: [vekt, "run", "--timings", f"benches/models/{model}.vekt", data, *table, "-o", out],
        "DuckDB, 2 threads": lambda out: [python, f"benches/rivals/{model}_duckdb.py", folder, out],
        "Polars, 2 threads": lambda out: [python, f"benches/rivals/{model}_polars.py", folder, out],
    }


def main():
    work, results, vekt, hard_coded, python, rounds, *sizes = sys.argv[1:]
    models = os.environ.get("MODELS", "matrix orders portfolio").split()
    told = []
    for model in models:
        print(f"\n### {model}\n")
        print("| customers | program | seconds | to hard-coded | to Vekt | core seconds | rows/s | peak MB |")
        print("|--:|---|--:|--:|--:|--:|--:|--:|")
        for size in sizes:
            commands = programs(model, size, work, vekt, hard_coded, python)
            runs, said = {name: [] for name in commands}, []
            # Round by round, so that a busy minute of the machine meets all of them.
            for number in range(int(rounds) if int(size) <= 1_000_000 else 1):
                for name, command in commands.items():
                    out = f"{results}/out-{'vekt' if name == 'Vekt' else 'rival'}.csv"
                    Path(out).unlink(missing_ok=True)
                    took = run(command(out))
                    runs[name].append(took[:3])
                    if name == "Vekt":
                        said.append(phases(took[3]))
                    elif number == 0 and not same(f"{results}/out-vekt.csv", out):
                        sys.exit(f"{name} gives another result than Vekt")
            median = {name: [statistics.median(column) for column in zip(*rows)] for name, rows in runs.items()}
            ours = median["Vekt"][0]
            limit = median.get("hard-coded Rust, 2 threads", [None])[0]
            customers = f"{int(size):,}".replace(",", " ")
            for name, (seconds, cores, memory) in median.items():
                to_limit = f"{seconds / limit:.2f}" if limit else ""
                print(
                    f"| {customers} | {name} | {seconds:.3f} | {to_limit} | {seconds / ours:.2f} "
                    f"| {cores:.3f} | {int(size) / seconds / 1e6:.2f} M | {memory:.0f} |",
                    flush=True,
                )
            phase = {name: statistics.median(row[name] for row in said) for name in said[0]}
            alone = int(size) / max(phase["evaluate"], 0.001) / 1000
            costs = ", ".join(f"{name} {ms:.1f} ms" for name, ms in phase.items())
            told.append(f"{model}, {customers}: {costs}; evaluation alone {alone:.1f} M rows/s")
    print("\nPhases of Vekt (medians):\n")
    for line in told:
        print(f"- {line}")
    for name in ("vekt", "rival"):
        Path(f"{results}/out-{name}.csv").unlink(missing_ok=True)


main()
