"""Compares the migrations of `vekt diff --scenario` with those that two runs of the judge differ by.

In comes the path of the vekt program; out comes a line for each scenario that differs, and `N passed, N failed`.
The runs are those of compare.py that apply a scenario; the real data beside the repository is used where it is there
and skipped aloud where it is not. The judge counts customers and money of each way from segment to segment itself.
"""

import argparse
import datetime
import json
import os
import pathlib
import shlex
import sys
from collections import Counter, defaultdict
from fractions import Fraction

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.setrecursionlimit(20000)

from compare import execute, runs
from data import read_customers, read_lookups
from evaluate import Evaluator
from judge import day, pairs
from loader import load
from names import Names
from population import populate, set_params
from results import columns_of
from values import cell_text


def parser():
    made = argparse.ArgumentParser()
    made.add_argument("command")
    made.add_argument("model")
    made.add_argument("data", nargs="?")
    made.add_argument("--table", action="append", default=[])
    made.add_argument("--set", action="append", default=[])
    made.add_argument("--scenario")
    made.add_argument("--today")
    return made


def whole(options, scenario, params, segmentation, money):
    """{key: (segment or `excluded`, money or nothing)} of a whole run of the judge."""
    model = load(options.model, scenario)
    set_params(model, params)
    today = day(options.today) if options.today else model.today or datetime.date.today()
    files = pairs(options.table)
    bare = Evaluator(model, Names(model), [], today, {})
    populate(model, [], today, {})
    lookups = read_lookups(model, files)
    customers = read_customers(model, options.data, files, bare.constant)
    evaluator = populate(model, customers, today, lookups)
    name = next(it for it in model.segmentations if (it or "segment") == segmentation)
    field = money in {it.name for it in model.customers.fields}
    column = None if field else dict(columns_of(evaluator)).get(money)
    found = {}
    for customer in evaluator.customers:
        text = lambda value: cell_text(value, evaluator.decimals, None) if value is not None else ""
        key = text(customer.values.get(model.customers.key))
        worth = text(customer.values.get(money)) if field else text(column(customer)) if column else ""
        out = customer.index in evaluator.excluded
        place = "excluded" if out else evaluator.segment_of(name, customer)[0]
        found[key] = (place, Fraction(worth) if worth else Fraction(0))
    return found


def difference(told, before, after):
    """What the two say differently, in words."""
    customers, money = Counter(), defaultdict(Fraction)
    for key in {**before, **after}:
        way = (before[key][0] if key in before else "not there", after[key][0] if key in after else "not there")
        customers[way] += 1
        money[way] += (after.get(key) or before[key])[1]
    effect = told["effect"]
    ours, worth = Counter(), defaultdict(Fraction)
    for cell in effect["cells"]:
        way = (cell["from"], cell["to"])
        ours[way] = cell["customers"]
        left = cell["to"] == "not there"
        worth[way] = Fraction(cell["amount_before" if left else "amount_after"] or 0)
    said = []
    for way in sorted(set(customers) | set(ours)):
        if customers[way] != ours[way]:
            said.append(f"{way}: {ours[way]} customers and {customers[way]}")
        if effect["amount"] and money[way] != worth[way]:
            said.append(f"{way}: {worth[way]} and {money[way]}")
    names = {(mover["customer"], mover["from"], mover["to"]) for mover in effect["movers"]}
    keys = set(before) | set(after)
    place = lambda side, key: side[key][0] if key in side else "not there"
    moved = {(key, place(before, key), place(after, key)) for key in keys if place(before, key) != place(after, key)}
    said += [f"only one of them moves {name}" for name in sorted(names ^ moved)]
    return said[:10]


def compare(program, folder, words):
    """What differs for one scenario, or an empty list; `None` where the model has no segments."""
    words = [word for word in words if word != "--labels"]
    options = parser().parse_args(words)
    # Both sides have the params that the run sets, so that only the scenario differs.
    done = execute([program, "diff", *words[1:], "--format", "json"], folder)
    if done[0] != 0:
        return None if "the model has no segments" in done[2] else [f"vekt ends with {done[0]}", done[2][-1500:]]
    told = json.loads(done[1])
    segmentation, money = told["effect"]["segmentation"], told["effect"]["amount"]
    os.chdir(folder)
    before = whole(options, None, [], segmentation, money)
    after = whole(options, options.scenario, options.set, segmentation, money)
    return difference(told, before, after)


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    passed = failed = 0
    for folder, words in runs():
        if "--scenario" not in words:
            continue
        found = compare(program, folder, words)
        if found is None:
            continue
        failed += bool(found)
        passed += not found
        if found:
            print(f"DIFFERS {folder.name}: {shlex.join(words)}")
            print("\n".join(f"    {line}" for line in found))
    print(f"\n{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
