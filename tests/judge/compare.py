"""Compares whole runs of vekt with the judge, cell by cell.

In comes the path of the vekt program; out comes a line for each run that differs, and `N passed, N failed`.
Each model is run as it stands and with each of its scenarios. The real data beside the repository is used where it
is there and skipped aloud where it is not. Never reads a result that either side did not just compute.
"""

import csv
import io
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SHARED = ROOT.parent / "shared" / "data"

REAL = [
    ("uci_wholesale.vekt", [SHARED / "uci_wholesale" / "wholesale_customers.csv"], {}),
    (
        "maven_crm.vekt",
        [SHARED / "maven_crm" / "accounts.csv"],
        {
            "deals": SHARED / "maven_crm" / "sales_pipeline.csv",
            "price": SHARED / "maven_crm" / "products.csv",
        },
    ),
    ("telco.vekt", [SHARED / "telco_churn" / "telco_churn.csv"], {}),
]


def scenarios(model):
    """The options that apply each scenario a model declares, after none for the model as it stands."""
    text = model.read_text(encoding="utf-8")
    names = re.findall(r"^scenario\s+(\w+)", text, flags=re.MULTILINE)
    return [[]] + [["--scenario", name] for name in names]


def runs():
    """Every comparison: its folder and the arguments."""
    for folder in sorted((HERE / "cases").iterdir()):
        yield from runs_of_case(folder)
    for model in sorted((ROOT / "examples").glob("*/model.vekt")):
        for options in scenarios(model):
            yield model.parent, ["run", model.name, *options]
    for name, data, tables in REAL:
        model = HERE / "real" / name
        files = [find(path) for path in data]
        if None in files:
            print(f"SKIPPED {name}: the real data is not beside the repository")
            continue
        words = ["run", str(model), *map(str, files)]
        for table, path in tables.items():
            words += ["--table", f"{table}={path}"]
        for options in scenarios(model):
            yield model.parent, words + options


def runs_of_case(folder):
    """A case says its one run in `args`, or the options of several in `runs.txt`; else it is run with its scenarios."""
    if (folder / "args").exists():
        words = shlex.split((folder / "args").read_text(encoding="utf-8"))
        return [(folder, words)] if words[0] == "run" else []
    if (folder / "runs.txt").exists():
        lines = (folder / "runs.txt").read_text(encoding="utf-8").splitlines()
        model = next(iter(sorted(folder.glob("model.vekt")) or sorted(folder.glob("*.vekt"))))
        return [(folder, ["run", model.name, *shlex.split(line)]) for line in lines]
    data = [name for name in ["customers.csv"] if (folder / name).exists()]
    return [(folder, ["run", "model.vekt", *data, *options]) for options in scenarios(folder / "model.vekt")]


def find(path):
    """The file itself, or the only CSV file of its folder."""
    if path.exists():
        return path
    others = sorted(path.parent.glob("*.csv")) if path.parent.exists() else []
    return others[0] if len(others) == 1 else None


def tests():
    """Every model of the acceptance models and the examples that has tests, with its folder."""
    models = sorted((HERE / "cases").glob("*/*.vekt")) + sorted((ROOT / "examples").glob("*/model.vekt"))
    for model in models:
        if re.search(r"^test\s", model.read_text(encoding="utf-8"), flags=re.MULTILINE):
            yield model.parent, model.name


def verdicts(text):
    """Each test and whether it holds, from one line a test; the order is the program's own."""
    lines = re.findall(r'^(ok|FAILED) (?:"(.*?)"(?::.*)?|.*?:\d+: (.*))$', text, flags=re.MULTILINE)
    return sorted((quoted or named, word) for word, quoted, named in lines)


def test_difference(vekt, judge):
    """What the two say differently of a model's tests, or an empty list."""
    if vekt[0] != judge[0]:
        return [f"vekt ends with {vekt[0]}, the judge with {judge[0]}", vekt[2][-1500:], judge[1][-1500:] + judge[2]]
    ours, theirs = verdicts(vekt[1]), verdicts(judge[1])
    if vekt[0] in (0, 1) and not ours:
        return ["vekt ran no test"]
    return [] if ours == theirs else [f"vekt says {ours}", f"the judge says {theirs}"]


def execute(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout, done.stderr


def rows(text):
    return list(csv.reader(io.StringIO(text)))


def difference(vekt, judge):
    """The first differences of two runs in words, or an empty list."""
    if vekt[0] != judge[0]:
        return [f"vekt ends with {vekt[0]}, the judge with {judge[0]}", vekt[2][-1500:], judge[2][-1500:]]
    ours, theirs = rows(vekt[1]), rows(judge[1])
    if not ours and vekt[0] in (0, 1):
        return ["vekt wrote nothing"]
    if ours[:1] != theirs[:1]:
        return [f"columns: {ours[:1]} and {theirs[:1]}"]
    if len(ours) != len(theirs):
        return [f"{len(ours)} rows and {len(theirs)}"]
    found = []
    for left, right in zip(ours, theirs):
        for column, (one, other) in enumerate(zip(left, right)):
            if one != other:
                found.append(f"{left[0]}, {ours[0][column]}: {one!r} and {other!r}")
    return found[:10] + ([f"… {len(found)} cells in all"] if len(found) > 10 else [])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    passed = failed = 0
    for folder, words in runs():
        name = f"{folder.name}: {shlex.join(words)}"
        vekt = execute([program, *words], folder)
        judge = execute([sys.executable, str(HERE / "judge.py"), *words], folder)
        found = difference(vekt, judge)
        if found:
            failed += 1
            print(f"DIFFERS {name}")
            print("\n".join(f"    {line}" for line in found))
        else:
            passed += 1
    for folder, model in tests():
        vekt = execute([program, "test", "--format", "short", model], folder)
        judge = execute([sys.executable, str(HERE / "judge.py"), "test", model], folder)
        found = test_difference(vekt, judge)
        failed += bool(found)
        passed += not found
        if found:
            print(f"DIFFERS {folder.name}: test {model}")
            print("\n".join(f"    {line}" for line in found))
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
