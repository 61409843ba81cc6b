"""The model of orders in Polars: FOLDER OUT, in whole numbers, so that nothing is rounded but what the model rounds."""

import os
import sys
from datetime import date

os.environ.setdefault("POLARS_MAX_THREADS", "2")
import polars as pl

folder, out = sys.argv[1:]
col, when, lit = pl.col, pl.when, pl.lit


def money(name):
    whole, rest = (col(name) // 100).cast(pl.String), (col(name) % 100).cast(pl.String).str.zfill(2)
    return when(col(name) % 100 == 0).then(whole).otherwise(whole + "." + rest.str.strip_chars_end("0")).alias(name)


orders = pl.scan_csv(f"{folder}/orders.csv", schema={"customer": pl.String, "date": pl.Date, "amount": pl.String, "status": pl.String})
orders = orders.with_columns(ore=col("amount").str.replace(".", "", literal=True).cast(pl.Int64))
sums = orders.group_by("customer").agg(
    revenue=col("ore").filter(col("status") == "paid").sum(), recent=(col("date") >= date(2025, 11, 21)).sum(),
    open=(col("status") == "open").sum(), largest=col("ore").max(),
)
frame = pl.scan_csv(f"{folder}/customers.csv", schema={"id": pl.String, "region": pl.String})
frame = frame.join(sums, left_on="id", right_on="customer", how="left", maintain_order="left").with_columns(
    pl.col("revenue", "recent", "open", "largest").fill_null(0).cast(pl.Int64)
)
recent = col("recent")
first = (col("revenue").clip(0, 5_000_000) * 2_000 + 5_000_000) // 10_000_000
second = when(recent >= 6).then(1000).when(recent >= 3).then(600).when(recent >= 1).then(300).otherwise(0)
frame = frame.with_columns(score=((60 * first + 40 * second) * 2 + 100) // 200)
score = col("score")
frame.select(
    "id", "region", when(score >= 700).then(lit("key")).when(score >= 400).then(lit("steady")).otherwise(lit("rest")).alias("segment"),
    ((score // 100).cast(pl.String) + "." + (score % 100).cast(pl.String).str.zfill(2)).alias("value"),
    money("revenue"), "recent", "open", money("largest"),
).collect().write_csv(out)
