"""The key-account matrix as one SQL query: IN OUT, in whole numbers, so that nothing is rounded but what the model rounds."""

import sys

import duckdb

QUERY = """
copy (
with cells as (
  select "Kundenr" as key, "Navn" as name, "Region" as region, "Feltselger" as seller,
    cast(replace(replace("Omsetning 2025", ' ', ''), ',', '') as bigint) as revenue,
    coalesce(cast(cast(replace("Forventet vekst", ',', '.') as decimal(9,2)) * 100 as bigint), 0) as growth,
    cast(replace("Potensial", ' ', '') as bigint) as potential,
    cast(cast(replace(replace("Vår andel", ' %', ''), ',', '.') as decimal(9,1)) * 100 as bigint) as share,
    coalesce(cast(cast(replace("Strategisk match", ',', '.') as decimal(9,2)) * 100 as bigint), 300) as fit,
    cast("År som kunde" as bigint) as years, cast("Ordre siste år" as bigint) as orders,
    "Relasjon" as relation, cast("Betalingstid (dager)" as bigint) as payment, "Segment 2025" as earlier
  from read_csv(?, delim = ';', header = true, all_varchar = true, nullstr = '')
), values as (
  select *, cast(revenue as hugeint) * (10000 + growth) as expected,
    (least(potential, 5000000) * 1000 * 2 + 5000000) // (2 * 5000000) as s_potential,
    case when region in ('Øst', 'Vest') then 1000 when region = 'Sør' then 600 else 300 end as s_region,
    case when payment is null then 0 else ((60 - greatest(14, least(60, payment))) * 1000 * 2 + 46) // 92 end as s_payment,
    case when payment is null then 90 else 100 end as weight,
    (least(share, 6000) * 1000 * 2 + 6000) // 12000 as s_share,
    case when years >= 10 then 1000 when years >= 5 then 700 when years >= 2 then 400 else 100 end as s_years,
    case relation when 'innledende' then 0 when 'grunnleggende' then 250 when 'samarbeidende' then 500
      when 'gjensidig avhengig' then 750 else 1000 end as s_relation
  from cells
), scores as (
  select *, case when expected <= 0 then 0
      when expected < 1000000000000 then (expected * 500 * 2 + 1000000000000) // 2000000000000
      when expected < 10000000000000 then 500 + ((expected - 1000000000000) * 500 * 2 + 9000000000000) // 18000000000000
      else 1000 end as s_expected,
    ((45 * s_share + 30 * s_years + 25 * s_relation) * 2 + 100) // 200 as strong
  from values
), axes as (
  select *, cast(((35 * s_potential + 25 * s_expected + 20 * fit + 10 * s_region + 10 * s_payment) * 2 + weight)
    // (2 * weight) as bigint) as attractive
  from scores
), segments as (
  select *, case when key = 'K-1072' or attractive >= 700 and strong >= 600
      or earlier = 'Nøkkelkunde' and attractive >= 650 and strong >= 550 then 'key'
    when attractive >= 700 then 'development'
    when years >= 5 and orders >= 4 and (attractive >= 400 or earlier = 'Vedlikeholdskunde' and attractive >= 350)
      then 'maintenance'
    else 'now_and_then' end as segment
  from axes
)
select key as "Kundenr", name as "Navn", segment as "Segment",
  (attractive // 100) || '.' || lpad(cast(attractive % 100 as varchar), 2, '0') as "Attraktivitet",
  (strong // 100) || '.' || lpad(cast(strong % 100 as varchar), 2, '0') as "Relativ styrke",
  case segment when 'key' then 'farmers' when 'development' then 'hunters' else 'customer_service' end as "Ansvarlig team",
  seller as "Feltselger",
  case segment when 'key' then case when region = 'Nord' then '6' else '12' end
    when 'development' then case when share >= 5000 then '4' else '8.666667' end else '0' end as "Besøk per år",
  case segment when 'key' then case when region = 'Nord' then '21616' else '30536' end
    when 'development' then case when share >= 5000 then '8442.666667' else '16482.6673' end
    when 'maintenance' then '594.666667' else '16' end as "Kostnad per år",
  case segment when 'key' then 'Maksimal oppmerksomhet: én fast kontakt som kjenner rutene'
    when 'development' then 'Mye oppmerksomhet: vinn en større andel, rute for rute'
    when 'maintenance' then 'Jevn oppmerksomhet: takk for lojaliteten, alltid rask hjelp'
    else 'Minimal oppmerksomhet: bestiller selv på nettet' end as "Konsept"
from segments
) to '{out}' (header, delimiter ',')
"""

connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(QUERY.replace("{out}", sys.argv[2].replace("'", "''")), [sys.argv[1]])
