"""The model of the portfolio in Polars: FOLDER OUT, in whole numbers, rounded where the model rounds."""

import os
import sys

os.environ.setdefault("POLARS_MAX_THREADS", "2")
import polars as pl

folder, out = sys.argv[1:]
col, when, lit = pl.col, pl.when, pl.lit
number = {name: pl.Int64 for name in ("revenue", "profit", "years")}
frame = pl.scan_csv(f"{folder}/portfolio.csv", schema={"id": pl.String, "region": pl.String, "seller": pl.String, **number})
revenue, profit, n = col("revenue"), col("profit"), pl.len().cast(pl.Int64)
place = revenue.rank("min", descending=True).cast(pl.Int64)
lower_revenue, lower_profit = (it.rank("min").cast(pl.Int64) - 1 for it in (revenue, profit))
# What customers with a larger value hold: all that stand before the first of the same value.
order = revenue.sort(descending=True)
above = (order.cum_sum() - order).gather(place - 1)
frame = frame.with_columns(
    place=place, place_region=revenue.rank("min", descending=True).over("region").cast(pl.Int64),
    lower_profit=lower_profit, n=n, above=above, total=revenue.sum(),
    total_seller=revenue.sum().over("seller"), sellers_most=revenue.max().over("seller"),
    sellers_count=pl.len().over("seller"), first=(lower_revenue * 2000 + (n - 1)) // (2 * (n - 1)),
)
n, total = col("n"), col("total")
second = 250 * (pl.min_horizontal(5, 1 + 5 * col("lower_profit") // (n - 1)) - 1)
third = 50 * col("years").clip(upper_bound=20)
share_above = (col("above").cast(pl.Int128) * 2_000_000 + total) // (2 * total)
frame = frame.with_columns(score=((50 * col("first") + 30 * second + 20 * third) * 2 + 100) // 200, share_above=share_above)
score, average = col("score"), (total.cast(pl.Int128) * 2_000_000 + n) // (2 * n)
frame.select(
    "id",
    when((col("place") <= (n + 9) // 10) & (score >= 600)).then(lit("key"))
    .when((col("lower_profit") * 2_000_000 + (n - 1)) // (2 * (n - 1)) >= 750_000).then(lit("large"))
    .when(revenue.cast(pl.Int128) * 1_000_000 >= average).then(lit("steady")).otherwise(lit("rest")).alias("segment"),
    ((score // 100).cast(pl.String) + "." + (score % 100).cast(pl.String).str.zfill(2)).alias("value"),
    "place", "place_region",
    when(col("share_above") < 800_000).then(lit("A")).when(col("share_above") < 950_000).then(lit("B")).otherwise(lit("C")).alias("abc"),
    "total_seller", "sellers_most", "sellers_count",
).collect().write_csv(out)
