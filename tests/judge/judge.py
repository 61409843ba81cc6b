"""The judge's command line: `run MODEL [DATA] …` and `test MODEL …`.

In come a rule file and data, out come the result CSV on stdout and a line for each check on stderr. Exit codes: 0,
1 where a check or test does not hold, 2 where the rules are wrong, 3 where the data is wrong. It never uses anything
of the interpreter it judges.
"""

import argparse
import datetime
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.setrecursionlimit(20000)

from data import read_customers, read_lookups
from evaluate import Evaluator
from loader import load, paths_used, root_of
from names import Names
from population import populate, set_params
from proving import run_test
from results import findings, result_csv
from values import DataError, RuleError


def pairs(texts):
    found = {}
    for text in texts:
        name, mark, path = text.partition("=")
        if not mark:
            raise RuleError(f"`--table {text}` is not NAME=FILE")
        found[name] = path
    return found


def day(text):
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise RuleError(f"`{text}` is no date")


def run(options):
    model = load(options.model, options.scenario)
    set_params(model, options.set)
    today = day(options.today) if options.today else model.today or datetime.date.today()
    files = pairs(options.table)
    bare = Evaluator(model, Names(model), [], today, {})
    populate(model, [], today, {})
    lookups = read_lookups(model, files)
    customers = read_customers(model, options.data, files, bare.constant)
    evaluator = populate(model, customers, today, lookups)
    text = result_csv(evaluator, options.labels)
    found = findings(evaluator)
    sys.stdout.write(text)
    for kind, label, holds in found:
        print(f'{kind} {"ok" if holds else "FAILED"} "{label}"', file=sys.stderr)
    return 1 if any(kind == "check" and not holds for kind, _, holds in found) else 0


def test(options):
    root, failed = root_of(options.model), False
    for path in paths_used(options.model, root):
        model = load(path, root=root)
        today = day(options.today) if options.today else model.today or datetime.date.today()
        for declared in model.tests:
            try:
                problem = run_test(declared, model, today)
            except DataError as error:
                problem = str(error)
            failed = failed or problem is not None
            print(f'{"ok" if problem is None else "FAILED"} "{declared.name}"' + (f": {problem}" if problem else ""))
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(prog="judge")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("run", "test"):
        command = commands.add_parser(name)
        command.add_argument("model")
        command.add_argument("--today")
        if name == "run":
            command.add_argument("data", nargs="?")
            command.add_argument("--table", action="append", default=[])
            command.add_argument("--set", action="append", default=[])
            command.add_argument("--scenario")
            command.add_argument("--labels", action="store_true")
    options = parser.parse_args()
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stderr.reconfigure(encoding="utf-8")
    try:
        return run(options) if options.command == "run" else test(options)
    except DataError as error:
        print(f"data: {error}", file=sys.stderr)
        return 3
    except RuleError as error:
        print(f"rules: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
