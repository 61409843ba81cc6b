"""Small wrong models and data: in comes nothing, out comes ok or FAILED for each by its exit code.

Each entry is (what is wrong, exit code, rules after the heading, data or None). It keeps nothing on disk.
"""

import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
HEAD = 'model "Wrong" { currency NOK }\ncustomers key id { id text, n number, m money?, p percent?, s segment? }\n'
DATA = "id,n,m,p,s\n1,1,10,5,\n2,2,,10,\n"
CASES = [
    ("nothing", 0, "", DATA),
    ("an unknown name", 2, "let x = nn + 1", DATA),
    ("an unknown function", 2, "let x = foo(n)", DATA),
    ("a circle of lets", 2, "let x = y\nlet y = x", DATA),
    ("weights of 90%", 2, "axis a { criterion n weight 90% ramp 0 to 1 }", DATA),
    ("weights of both kinds", 2, "axis a { criterion n weight 50% ramp 0 to 1\n criterion o of n weight 1 as is }", DATA),
    ("money and a number", 2, "let x = m + n * m / m + 2 days", DATA),
    ("an unknown segment", 2, "segments { a when n > 1, b otherwise }\noverride \"1\" to c because \"x\"", DATA),
    ("an unknown team", 2, "activities { v 1 h by crew }", DATA),
    ("a field twice", 2, "let n = 2", DATA),
    ("a missing value that decides", 2, "segments { a when m > 1, b otherwise }", DATA),
    ("replace of nothing", 2, "replace param x = 1", DATA),
    ("restated without replace", 2, "param x = 1\nparam x = 2", DATA),
    ("a param out of bounds", 2, "param x = 1 between 2 and 3", DATA),
    ("something beside only", 2,
     "segments { a otherwise }\nteams { t 1 people 1 h per year 1% with customers }\n"
     "activities { v 1 h by owner, w costs 1 NOK }\nservice a { owner t, only v 1 per year, w 2 per year }", DATA),
    ("no rate of the team", 2,
     "segments { a otherwise }\nteams { t 1 people 1 h per year 1% with customers }\n"
     "activities { v 1 h by owner }\nservice a { owner t, v 1 per year }\ncheck \"c\" sum(cost_to_serve) > 0", DATA),
    ("no customer in sight", 2, "check \"c\" n > 1", DATA),
    ("exclusive and both", 2, "segments exclusive { a when n > 0, b when n > 1 }", DATA),
    ("nobody decides", 2, "segments { a when n > 1 }", DATA),
    ("a circle of segments", 2, "segments a { x when b is y, z otherwise }\nsegments b { y when a is x, w otherwise }", DATA),
    ("seven decimals", 2, "let x = 0.1234567", DATA),
    ("an open text", 2, "let x = \"abc", DATA),
    ("==", 2, "let x = n == 1", DATA),
    ("a key twice", 3, "", "id,n,m,p,s\n1,1,1,5,\n1,2,2,6,\n"),
    ("an empty key", 3, "", "id,n,m,p,s\n,1,1,5,\n"),
    ("an empty number", 3, "", "id,n,m,p,s\n1,,1,5,\n"),
    ("no number", 3, "", "id,n,m,p,s\n1,abc,1,5,\n"),
    ("a ragged row", 3, "", "id,n,m,p,s\n1,1,1\n"),
    ("no column", 3, "", "id,n,m,p\n1,1,1,5\n"),
    ("two readings", 3, "", "id;n;m;p;s\n1;1,234;1;5;\n"),
    ("fractions or points", 3, "", "id,n,m,p,s\n1,1,1,0.5,\n2,1,1,1,\n"),
    ("an unknown customer of an override", 3, "segments { a otherwise }\noverride \"9\" to a because \"x\"", DATA),
    ("a judgement outside", 3, "axis a { criterion n weight 1 as is }", "id,n,m,p,s\n1,11,1,5,\n"),
    ("rejected", 3, "axis a { criterion m weight 1 ramp 0 to 1 if missing reject }", DATA),
    ("an axis that is missing", 3, "axis a { criterion m weight 1 ramp 0 to 1 if missing skip }", DATA),
    ("out of range", 3, "let x = n * 9_000_000_000_000\naxis a { criterion x weight 1 ramp 0 to 1 }", DATA),
    ("a check of a missing value", 1, "check \"c\" average(n where n > 5) > 1", DATA),
]


def main():
    failed = 0
    for what, code, rules, data in CASES:
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("model.vekt", HEAD + rules + "\n"), ("data.csv", data)):
                with open(os.path.join(folder, name), "w", encoding="utf-8") as stream:
                    stream.write(text)
            done = subprocess.run(
                [sys.executable, os.path.join(HERE, "judge.py"), "run", "model.vekt", "data.csv"],
                cwd=folder, capture_output=True, encoding="utf-8",
            )
        if done.returncode != code:
            failed += 1
            print(f"FAILED {what}: exit {done.returncode}, expected {code}: {done.stderr[-400:]}")
    print(f"{len(CASES) - failed} of {len(CASES)} as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
