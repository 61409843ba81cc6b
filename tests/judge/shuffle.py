"""Compares vekt with the judge on shuffled data: the cells of the cases' columns change places, so that customers lie
where nobody put them on purpose.

In comes the path of the vekt program, a seed and a number of runs; out comes what differs and `N passed, N failed`.
The same seed gives the same data. It writes only into a temporary folder.
"""

import csv
import io
import pathlib
import random
import shlex
import shutil
import sys
import tempfile

import compare


def cases():
    """Folders with a model, its data and several runs."""
    own = [folder for folder in (compare.HERE / "cases").iterdir() if (folder / "runs.txt").exists()]
    examples = [model.parent for model in (compare.ROOT / "examples").glob("*/model.vekt")]
    small = [folder for folder in examples if (folder / "customers.csv").stat().st_size < 200_000]
    return sorted(own) + sorted(small)


def shuffle(path, chance):
    """Puts cells of a column where others of the same column stood, in some rows of some columns."""
    text = path.read_bytes().decode("utf-8")
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    header = text.split("\n")[0]
    separator = max(";,\t", key=header.count)
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator))
    body = [row for row in rows[1:] if len(row) == len(rows[0])]
    for column in range(1, len(rows[0])):
        if chance.random() < 0.6:
            cells = [row[column] for row in body]
            for row in body:
                if chance.random() < 0.5:
                    row[column] = chance.choice(cells)
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows([rows[0], *body])
    path.write_bytes((mark + out.getvalue()).encode("utf-8"))


def one(program, case, chance, folder):
    """One run on shuffled data; gives its name and what differs."""
    work = pathlib.Path(folder) / "case"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(case, work)
    for path in sorted(work.rglob("*.csv")):
        if path.name != "expected.csv":
            shuffle(path, chance)
    lines = [""]
    if (case / "runs.txt").exists():
        lines = (case / "runs.txt").read_text(encoding="utf-8").splitlines()
    model = next(iter(sorted(work.glob("model.vekt")) or sorted(work.glob("*.vekt"))))
    words = ["run", model.name, *shlex.split(chance.choice(lines))]
    vekt = compare.execute([program, *words], work)
    judge = compare.execute([sys.executable, str(compare.HERE / "judge.py"), *words], work)
    return f"{case.name}: {shlex.join(words)}", compare.difference(vekt, judge)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    seed, runs = int(sys.argv[2]), int(sys.argv[3])
    chance = random.Random(seed)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            name, found = one(program, chance.choice(cases()), chance, folder)
            if found:
                failed += 1
                print(f"DIFFERS {name} (seed {seed})")
                print("\n".join(f"    {line}" for line in found))
            else:
                passed += 1
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
