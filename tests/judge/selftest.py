"""Runs the judge's own cases: in come the folders of cases/, out comes ok or what differs for each.

A case is a folder with model.vekt, its data, `args` (command line after the model, optional), expected.csv and
optionally expected.err and exit (0 unless said). Cases with `runs.txt` have no expected results: they are for the
comparison with vekt. It changes no file.
"""

import os
import shlex
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def text_of(folder, name, other=""):
    path = os.path.join(folder, name)
    if not os.path.exists(path):
        return other
    with open(path, encoding="utf-8", newline="") as stream:
        return stream.read()


def run_case(folder):
    args = shlex.split(text_of(folder, "args", "run model.vekt customers.csv"))
    done = subprocess.run(
        [sys.executable, os.path.join(HERE, "judge.py"), *args], cwd=folder, capture_output=True, encoding="utf-8"
    )
    problems = []
    code = int(text_of(folder, "exit", "0"))
    if done.returncode != code:
        problems.append(f"exit {done.returncode}, expected {code}: {done.stderr.strip()[-300:]}")
    if code in (0, 1) and done.stdout != text_of(folder, "expected.csv"):
        problems.append("stdout differs:\n" + done.stdout)
    if os.path.exists(os.path.join(folder, "expected.err")) and done.stderr != text_of(folder, "expected.err"):
        problems.append("stderr differs:\n" + done.stderr)
    return problems


def main():
    failed = 0
    for name in sorted(os.listdir(os.path.join(HERE, "cases"))):
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        if os.path.exists(os.path.join(HERE, "cases", name, "runs.txt")):
            continue
        problems = run_case(os.path.join(HERE, "cases", name))
        failed += bool(problems)
        print(f"{'FAILED' if problems else 'ok    '} {name}")
        for problem in problems:
            print("   ", problem)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
