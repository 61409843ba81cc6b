"""The key-account matrix in Polars: IN OUT, in whole numbers, so that nothing is rounded but what the model rounds."""

import os
import sys

os.environ.setdefault("POLARS_MAX_THREADS", "2")
import polars as pl

col, lit, when = pl.col, pl.lit, pl.when


def scaled(name, places):
    """A cell with a decimal comma as a whole number of its last place; empty cells stay missing."""
    text = col(name).str.replace_all("[ %]", "")
    whole = text.str.split_exact(",", 1).struct.field("field_0")
    rest = text.str.split_exact(",", 1).struct.field("field_1").fill_null("")
    return (whole + rest.str.pad_end(places, "0")).cast(pl.Int64)


def rounded(numerator, divisor):
    return (numerator * 2 + divisor) // (2 * divisor)


def score(value):
    return (value // 100).cast(pl.String) + "." + (value % 100).cast(pl.String).str.zfill(2)


def chosen(segment, key, development, maintenance, otherwise):
    return (
        when(segment == "key").then(key).when(segment == "development").then(development)
        .when(segment == "maintenance").then(lit(maintenance)).otherwise(lit(otherwise))
    )


# Growth may lie between −1 and 0 per cent, where the whole part alone has no sign.
growth = col("Forventet vekst")
growth = when(growth.str.starts_with("-")).then(-1).otherwise(1) * scaled("Forventet vekst", 2).abs()
frame = pl.scan_csv(sys.argv[1], separator=";", infer_schema=False).with_columns(
    revenue=scaled("Omsetning 2025", 2), growth=growth.fill_null(0), potential=scaled("Potensial", 0),
    share=scaled("Vår andel", 2), fit=scaled("Strategisk match", 2).fill_null(300), years=scaled("År som kunde", 0),
    orders=scaled("Ordre siste år", 0), payment=scaled("Betalingstid (dager)", 0),
)
expected = col("revenue") * (10_000 + col("growth"))
curve = (
    when(expected <= 0).then(0).when(expected < 10**12).then(rounded(expected, 2 * 10**9))
    .when(expected < 10**13).then(500 + rounded(expected - 10**12, 18 * 10**9)).otherwise(1000)
)
region, years = col("Region"), col("years")
s_region = when(region.is_in(["Øst", "Vest"])).then(1000).when(region == "Sør").then(600).otherwise(300)
s_years = when(years >= 10).then(1000).when(years >= 5).then(700).when(years >= 2).then(400).otherwise(100)
steps = {"innledende": 0, "grunnleggende": 250, "samarbeidende": 500, "gjensidig avhengig": 750, "integrert": 1000}
s_relation = col("Relasjon").replace_strict(steps, return_dtype=pl.Int64)
s_payment = rounded((60 - col("payment").clip(14, 60)) * 1000, 46).fill_null(0)
total = (
    35 * rounded(col("potential").clip(0, 5_000_000), 5_000) + 25 * curve + 20 * col("fit") + 10 * s_region + 10 * s_payment
)
weight = when(col("payment").is_null()).then(90).otherwise(100)
frame = frame.with_columns(
    attractive=rounded(total, weight),
    strong=rounded(45 * rounded(col("share").clip(0, 6000), 6) + 30 * s_years + 25 * s_relation, 100),
)
attractive, strong, earlier = col("attractive"), col("strong"), col("Segment 2025").fill_null("")
regular = (years >= 5) & (col("orders") >= 4)
is_key = (
    (col("Kundenr") == "K-1072") | ((attractive >= 700) & (strong >= 600))
    | ((earlier == "Nøkkelkunde") & (attractive >= 650) & (strong >= 550))
)
kept = (attractive >= 400) | ((earlier == "Vedlikeholdskunde") & (attractive >= 350))
frame = frame.with_columns(
    Segment=when(is_key).then(lit("key")).when(attractive >= 700).then(lit("development"))
    .when(regular & kept).then(lit("maintenance")).otherwise(lit("now_and_then"))
)
segment, north, ours = col("Segment"), region == "Nord", col("share") >= 5000
frame.select(
    "Kundenr", "Navn", "Segment", score(attractive).alias("Attraktivitet"), score(strong).alias("Relativ styrke"),
    chosen(segment, lit("farmers"), lit("hunters"), "customer_service", "customer_service").alias("Ansvarlig team"),
    "Feltselger",
    chosen(segment, when(north).then(lit("6")).otherwise(lit("12")),
           when(ours).then(lit("4")).otherwise(lit("8.666667")), "0", "0").alias("Besøk per år"),
    chosen(segment, when(north).then(lit("21616")).otherwise(lit("30536")),
           when(ours).then(lit("8442.666667")).otherwise(lit("16482.6673")), "594.666667", "16").alias("Kostnad per år"),
    chosen(segment, lit("Maksimal oppmerksomhet: én fast kontakt som kjenner rutene"),
           lit("Mye oppmerksomhet: vinn en større andel, rute for rute"),
           "Jevn oppmerksomhet: takk for lojaliteten, alltid rask hjelp",
           "Minimal oppmerksomhet: bestiller selv på nettet").alias("Konsept"),
).collect().write_csv(sys.argv[2])
