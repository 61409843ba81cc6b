#!/usr/bin/env python3
"""Formats against other programs: books of openpyxl and LibreOffice, Parquet of DuckDB, PostgreSQL.

Called with the path of vekt. Installs what it needs once: Python packages into target/engines, and, where
apt-get may be used, PostgreSQL and LibreOffice; what cannot be had is skipped aloud.
"""

import datetime
import decimal
import json
import os
import pathlib
import pwd
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
VEKT = str(pathlib.Path(sys.argv[1]).resolve())
ENGINES = ROOT / "target" / "engines"
D = decimal.Decimal
failures = []


def packages():
    """The Python of a folder with openpyxl and DuckDB; runs this file again in it."""
    python = ENGINES / "bin" / "python"
    if pathlib.Path(sys.prefix) == ENGINES:
        return
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(ENGINES)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", "openpyxl", "duckdb"], check=True)
    os.execv(str(python), [str(python), __file__, VEKT])


def check(name, holds, more=""):
    print(("ok      " if holds else "FAILED  ") + name, more if not holds else "")
    if not holds:
        failures.append(name)


def skip(name, why):
    print(f"skipped {name}: {why}")


FIELDS = """
  id text
  name text?
  revenue money?
  share percent?%s
  since date?
  active flag?
  visits number?
"""


def model(folder, source, reading=""):
    text = f"""model "M" {{
  edition 2026
  currency NOK
  today 2026-11-21
}}
customers key id from "{source}" {{{FIELDS % reading}}}
segments {{
  large when (revenue default 0) >= 1k
  small otherwise
}}
output {{ id, name, revenue, share, since, active, visits }}
"""
    (folder / "model.vekt").write_text(text)


def vekt(folder, *arguments, environment=None):
    return subprocess.run(
        [VEKT, "run", "model.vekt", *arguments],
        cwd=folder, capture_output=True, text=True, env={**os.environ, **(environment or {})},
    )


def rows(folder, *arguments, environment=None):
    ran = vekt(folder, "--quiet", "--format", "jsonl", *arguments, environment=environment)
    if ran.returncode != 0:
        return ran.stderr
    return [json.loads(line, parse_float=D, parse_int=D) for line in ran.stdout.splitlines()]


EXPECTED = [
    {"id": "00123", "name": "=1+1", "revenue": D("1234.5"), "share": D("0.125"),
     "since": "2026-11-21", "active": True, "visits": D("0.3")},
    {"id": "C-2", "name": "Fjord \"Ø\" <&>", "revenue": D("-0.05"), "share": D("0.07"),
     "since": "1999-12-31", "active": False, "visits": D("1000000")},
    {"id": "C-3", "name": None, "revenue": None, "share": None, "since": None, "active": None,
     "visits": None},
]
HEADER = list(EXPECTED[0])


def book(path, epoch=None):
    """A book with formats, a hidden sheet, a note and blank rows above the header."""
    import openpyxl

    made = openpyxl.Workbook()
    if epoch:
        made.epoch = epoch
    sheet = made.active
    sheet.title = "Kunder"
    sheet.append([])
    sheet.append(HEADER)
    sheet.append(["00123", None, 1234.5, 0.125, datetime.date(2026, 11, 21), True, 0.1 + 0.2])
    sheet["B3"].value, sheet["B3"].data_type = "=1+1", "s"
    sheet.append(["C-2", 'Fjord "Ø" <&>', -0.05, 0.07, datetime.datetime(1999, 12, 31), False, 1000000])
    sheet.append(["C-3"])
    for row in (3, 4):
        sheet.cell(row, 4).number_format = "0.0%"
        sheet.cell(row, 5).number_format = "dd/mm/yyyy"
    other = made.create_sheet("Notater")
    other.append(["id", "notat"])
    made.create_sheet("Skjult").sheet_state = "hidden"
    made.save(path)


def books(folder):
    import openpyxl
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    model(folder, "in.xlsx")
    book(folder / "in.xlsx")
    check("a book of openpyxl reads right", rows(folder) == EXPECTED, rows(folder))
    check("its sheet by name", rows(folder, "--sheet", "Kunder") == EXPECTED)
    wrong = rows(folder, "--sheet", "Notater")
    check("another sheet lacks columns", "missing-column" in wrong, wrong)
    wrong = rows(folder, "--sheet", "Fins ikke")
    check("an unknown sheet", "unknown-sheet" in wrong and "`Kunder`" in wrong, wrong)
    book(folder / "in.xlsx", CALENDAR_MAC_1904)
    check("a book that counts from 1904", rows(folder) == EXPECTED, rows(folder))

    ran = vekt(folder, "-o", "out.xlsx")
    check("a book is written", ran.returncode == 0, ran.stderr)
    made = openpyxl.load_workbook(folder / "out.xlsx")
    sheet = made["Result"]
    found = [list(row) for row in sheet.iter_rows(values_only=True)]
    expected = [HEADER] + [
        [datetime.datetime.fromisoformat(v) if k == "since" and v else
         float(v) if isinstance(v, D) else v for k, v in row.items()]
        for row in EXPECTED
    ]
    check("openpyxl reads it equal", found == expected, found)
    check("no cell is a formula", all(c.data_type != "f" for row in sheet.iter_rows() for c in row))
    check("the header is frozen", sheet.freeze_panes == "A2", sheet.freeze_panes)
    check("it has filters", sheet.auto_filter.ref == "A1:G4", sheet.auto_filter.ref)
    formats = [sheet.cell(2, at).number_format for at in (3, 4, 5)]
    check("cells have formats", formats == ["#,##0.00", "0.00%", "yyyy-mm-dd"], formats)
    facts = [list(row) for row in made["Summary"].iter_rows(values_only=True)]
    check("the summary counts", ["large", 1, 0.333333] in facts and ["Model", "M", None] in facts, facts)
    office(folder)


def office(folder):
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program and os.environ.get("ENGINES_OFFICE") and install("libreoffice-calc-nogui"):
        program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        skip("LibreOffice", "it is not installed (90 MB); ENGINES_OFFICE=1 installs it")
        return
    home = folder / "home"

    def convert(file, ending, filter_name):
        subprocess.run(
            [program, f"-env:UserInstallation=file://{home}", "--headless", "--convert-to",
             f"{ending}:{filter_name}", "--outdir", str(folder / "converted"), str(folder / file)],
            check=True, capture_output=True, timeout=180,
        )

    convert("in.xlsx", "xlsx", "Calc MS Excel 2007 XML")
    shutil.copy(folder / "converted" / "in.xlsx", folder / "office.xlsx")
    found = rows(folder, "office.xlsx")
    check("a book of LibreOffice reads right", found == EXPECTED, found)
    convert("out.xlsx", "csv", "Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false")
    text = (folder / "converted" / "out.csv").read_text()
    lines = text.splitlines()
    good = lines[:2] == [",".join(HEADER), "00123,=1+1,1234.5,12.5%,2026-11-21,TRUE,0.3"]
    check("LibreOffice opens the book", good, text)


def parquet(folder):
    import duckdb

    base = duckdb.connect()
    base.execute("SET TimeZone = 'UTC'")
    base.execute("""CREATE TABLE t (id VARCHAR, name VARCHAR, revenue DECIMAL(18,2), share DOUBLE,
        since DATE, active BOOLEAN, visits DECIMAL(38,10))""")
    base.execute("""INSERT INTO t VALUES
        ('00123', '=1+1', 1234.50, 0.125, '2026-11-21', true, 0.3),
        ('C-2', 'Fjord "Ø" <&>', -0.05, 0.07, '1999-12-31', false, 1000000),
        ('C-3', NULL, NULL, NULL, NULL, NULL, NULL)""")
    model(folder, "in.parquet", " as fraction")
    for codec in ["snappy", "zstd", "gzip", "lz4_raw", "uncompressed"]:
        for version in ["V1", "V2"]:
            file = folder / "in.parquet"
            file.unlink(missing_ok=True)
            base.execute(f"COPY t TO '{file}' (FORMAT parquet, COMPRESSION {codec}, PARQUET_VERSION {version})")
            check(f"Parquet of DuckDB, {codec} {version}", rows(folder) == EXPECTED, rows(folder))
    base.execute(f"""COPY (SELECT i::VARCHAR AS id, 'n' || (i % 7) AS name, (i / 100)::DECIMAL(9,2) AS revenue,
        (i % 100) / 100 AS share, DATE '2020-01-01' + (i % 1000)::INTEGER AS since, i % 2 = 0 AS active,
        i::HUGEINT::DECIMAL(38,0) AS visits FROM range(200000) r(i)) TO '{file}' (FORMAT parquet)""")
    ran = vekt(folder, "-o", "out.parquet")
    check("a Parquet file is written", ran.returncode == 0, ran.stderr)
    kinds = dict(base.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM '{folder}/out.parquet')").fetchall())
    expected = dict(zip(HEADER, ["VARCHAR", "VARCHAR", "DECIMAL(19,6)", "DECIMAL(19,6)", "DATE", "BOOLEAN", "DECIMAL(19,6)"]))
    check("DuckDB sees its types", kinds == expected, kinds)
    differ = base.execute(f"""SELECT count(*) FROM (FROM '{file}' ORDER BY id) a POSITIONAL JOIN
        (FROM '{folder}/out.parquet' ORDER BY id) b WHERE a.id IS DISTINCT FROM b.id OR a.name IS DISTINCT FROM b.name
        OR a.revenue <> b.revenue OR round(a.share, 6) <> b.share OR a.since <> b.since
        OR a.active <> b.active OR a.visits <> b.visits""").fetchone()[0]
    count = base.execute(f"SELECT count(*) FROM '{folder}/out.parquet'").fetchone()[0]
    check("DuckDB reads 200 000 rows equal", (differ, count) == (0, 200000), (differ, count))
    base.execute(f"COPY (SELECT ['a'] AS id, 1 AS revenue) TO '{file}' (FORMAT parquet)")
    wrong = rows(folder)
    check("lists are refused", isinstance(wrong, str), wrong)


def hostile(folder):
    """Bombs are refused in 2 s and 256 MB; every damaged file ends in a message."""
    import duckdb

    def limited():
        # All memory that may be written to: 256 MB.
        resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))

    def refused(name, file):
        started = time.monotonic()
        child = subprocess.Popen([VEKT, "run", "model.vekt", file, "--quiet"], cwd=folder,
                                 stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, preexec_fn=limited)
        _, errors = child.communicate()
        took = time.monotonic() - started
        good = child.returncode == 3 and took < 2 and b"panicked" not in errors
        check(f"{name}: refused in {took:.2f} s and 256 MB", good, (child.returncode, errors[-300:]))

    model(folder, "in.xlsx")
    book(folder / "in.xlsx")
    source = zipfile.ZipFile(folder / "in.xlsx")
    parts = {name: source.read(name) for name in source.namelist()}

    def bomb(file, part, data):
        with zipfile.ZipFile(folder / file, "w", zipfile.ZIP_DEFLATED) as made:
            for name, kept in parts.items():
                if name != part:
                    made.writestr(name, kept)
            with made.open(part, "w", force_zip64=True) as out:
                for piece in data:
                    out.write(piece)

    sheet = parts["xl/worksheets/sheet1.xml"]
    cut = sheet.index(b"</sheetData>")
    bomb("spaces.xlsx", "xl/worksheets/sheet1.xml", [sheet[:cut]] + [b" " * (1 << 20)] * 2000 + [sheet[cut:]])
    refused("a book of 2 GB of spaces", "spaces.xlsx")
    row = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (at, at) for at in (7,))
    bomb("cells.xlsx", "xl/worksheets/sheet1.xml", [sheet[:cut]] + [row * 20000] * 1500 + [sheet[cut:]])
    refused("a book of 30 000 000 rows", "cells.xlsx")
    strings = b"<sst xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" uniqueCount=\"1\"><si><t>"
    noise = bytes((at * 7919 >> 3) % 26 + 97 for at in range(1 << 20))
    bomb("text.xlsx", "xl/sharedStrings.xml", [strings, noise * 40, b"</t></si></sst>"])
    refused("a text of 40 MB", "text.xlsx")
    raw = bytearray((folder / "spaces.xlsx").read_bytes())
    # The same bomb that says it unpacks to 1000 bytes.
    for mark, place in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)]:
        at = raw.find(b"xl/worksheets/sheet1.xml")
        start = raw.rfind(mark, 0, raw.rfind(b"xl/worksheets/sheet1.xml") if mark == b"PK\x01\x02" else at + 1)
        struct.pack_into("<I", raw, start + place, 1000)
    (folder / "lying.xlsx").write_bytes(raw)
    refused("a bomb that lies", "lying.xlsx")

    model(folder, "in.parquet", " as fraction")
    base = duckdb.connect()
    file = folder / "many.parquet"
    base.execute(f"COPY (SELECT 'x' AS id, 1 AS revenue FROM range(30000000)) TO '{file}' (FORMAT parquet, ROW_GROUP_SIZE 30000000)")
    refused("Parquet of 30 000 000 rows in few bytes", "many.parquet")
    base.execute(f"COPY (SELECT repeat('x', 300000000) AS id, NULL::VARCHAR AS name, 1 AS revenue, 0.1 AS share, "
                 f"DATE '2020-01-01' AS since, true AS active, 1 AS visits) TO '{folder}/long.parquet' (FORMAT parquet, COMPRESSION zstd)")
    refused("Parquet with a text of 300 MB", "long.parquet")

    good = folder / "good.parquet"
    base.execute(f"COPY (SELECT i::VARCHAR AS id, 'n' AS name, i AS revenue, 0.1 AS share, DATE '2020-01-01' AS since, "
                 f"true AS active, 1 AS visits FROM range(50) r(i)) TO '{good}' (FORMAT parquet)")
    bad = 0
    for kind, whole in [("xlsx", (folder / "in.xlsx").read_bytes()), ("parquet", good.read_bytes())]:
        for at in range(150):
            bytes_ = bytearray(whole)
            place = (at * 7919 + 13) % len(bytes_)
            if at % 3 == 0:
                bytes_ = bytes_[:place]
            else:
                bytes_[place] ^= 1 << at % 8
            name = f"damaged.{kind}"
            (folder / name).write_bytes(bytes_)
            try:
                ran = subprocess.run([VEKT, "run", "model.vekt", name, "--quiet"], cwd=folder,
                                     capture_output=True, timeout=5, preexec_fn=limited)
                if ran.returncode not in (0, 3) or b"panicked" in ran.stderr:
                    bad += 1
                    print("       ", kind, at, ran.returncode, ran.stderr[-200:])
            except subprocess.TimeoutExpired:
                bad += 1
    check("300 damaged files end in a message", bad == 0, bad)


def install(*names):
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-qq"], env=environment, **quiet)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *names]
    return subprocess.run(command, env=environment, **quiet).returncode == 0


def server_programs():
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found and install("postgresql"):
        found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def postgres(folder):
    programs = server_programs()
    if not programs:
        skip("PostgreSQL", "it is not installed")
        return
    # The server does not run as root.
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    home = pathlib.Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))
    os.chown(home, user.pw_uid, user.pw_gid)
    as_user = {"user": user.pw_uid, "group": user.pw_gid} if os.geteuid() == 0 else {}

    def server(*arguments, text=None):
        return subprocess.run([str(programs / arguments[0]), *arguments[1:]], cwd=home, input=text, text=True,
                              capture_output=True, env={**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}, **as_user)

    try:
        made = server("initdb", "-D", str(home / "data"), "-U", "boss", "-A", "trust", "-E", "UTF8")
        options = f"-k {home} -c listen_addresses='' -c fsync=off"
        log = str(home / "log")
        ran = server("pg_ctl", "-D", str(home / "data"), "-o", options, "-l", log, "-w", "start")
        if ran.returncode != 0:
            check("the server starts", False, made.stderr + ran.stderr + ran.stdout)
            return
        script = """
            CREATE TABLE customers (id text, name varchar(40), revenue numeric(20,6), share float8, since date,
              active boolean, visits numeric, extra jsonb, seen timestamptz);
            INSERT INTO customers VALUES
              ('00123', '=1+1', 1234.5, 0.125, '2026-11-21', true, 0.3, '{}', '2026-11-21 23:30:00+02'),
              ('C-2', 'Fjord "Ø" <&>', -0.05, 0.07, '1999-12-31', false, 1000000, null, null),
              ('C-3', null, null, null, null, null, null, null, null);
            CREATE TABLE many AS SELECT i::text AS id, 'n'::text AS name, i / 7.0 AS revenue, 0.5::float4 AS share,
              date '2020-01-01' AS since, true AS active, i AS visits FROM generate_series(1, 200000) i;
            CREATE ROLE secret LOGIN PASSWORD 'sesam';
            GRANT SELECT ON customers TO secret;
        """
        loaded = server("psql", "-h", str(home), "-U", "boss", "-q", "-v", "ON_ERROR_STOP=1", "postgres", text=script)
        check("the server is filled", loaded.returncode == 0, loaded.stderr)
        url = f"postgres://boss@/postgres?host={home}&query="
        model(folder, url + "customers", " as fraction")
        check("PostgreSQL reads right", rows(folder) == EXPECTED, rows(folder))
        query = "SELECT id, name, revenue, share, seen AS since, active, visits FROM customers WHERE name LIKE '%1%' -- one"
        found = rows(folder, url + query)
        check("a query with marks and times in UTC", found == EXPECTED[:1], found)
        found = rows(folder, url + "many")
        exact = D(200000) / 7
        good = len(found) == 200000 and found[-1]["revenue"] == exact.quantize(D("0.000001"), decimal.ROUND_HALF_UP)
        check("200 000 rows are exact", good, found[-1:])
        environment = {"PGHOST": str(home), "PGUSER": "secret", "PGPASSWORD": "sesam", "PGDATABASE": "postgres"}
        found = rows(folder, "postgres:?query=SELECT * FROM customers", environment=environment)
        check("what is left open comes from the environment", found == EXPECTED, found)
        for wrong in ["DELETE FROM many", "SELECT 1) AS a (c0); DELETE FROM many; SELECT 1 FROM (SELECT 1",
                      "WITH d AS (DELETE FROM many RETURNING id) SELECT * FROM d", "COMMIT", "nothing_there",
                      "SELECT 1; SELECT 2"]:
            ran = vekt(folder, url + wrong)
            check(f"refused: {wrong[:40]}", ran.returncode == 4 and "cannot-query" in ran.stderr, ran.stderr)
        check("nothing was changed", len(rows(folder, url + "many")) == 200000)
        ran = vekt(folder, f"postgres://secret:sesam@/postgres?host={home}&query=many")
        check("no right, no password shown", ran.returncode == 4 and "sesam" not in ran.stdout + ran.stderr, ran.stderr)
    finally:
        server("pg_ctl", "-D", str(home / "data"), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def main():
    packages()
    for part in [books, parquet, hostile, postgres]:
        print(f"-- {part.__name__}")
        with tempfile.TemporaryDirectory() as folder:
            part(pathlib.Path(folder))
    if failures:
        sys.exit(f"{len(failures)} failed")
    print("all well")


main()
