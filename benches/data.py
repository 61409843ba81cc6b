"""Makes the data of the models under benches/models with DuckDB: FOLDER CUSTOMERS. The same bytes every time."""

import sys

import duckdb

folder, customers = sys.argv[1], int(sys.argv[2])
connection = duckdb.connect()
connection.execute("set threads = 2; set preserve_insertion_order = true")
# A number of its own for each row and purpose, by multiplication in a prime field.
connection.execute("create macro chance(i, purpose) as ((i + 1) * (7919 + purpose * 104729) % 2147483647 * 48271 % 2147483647)")
REGIONS = "['Nord', 'Sør', 'Vest', 'Øst']"
connection.execute(f"""copy (
  select 'C-' || i as id, {REGIONS}[1 + chance(i, 1) % 4] as region from range({customers}) t(i) order by i
) to '{folder}/customers.csv' (header)""")
connection.execute(f"""copy (
  select 'C-' || (chance(i, 2) % {customers}) as customer,
    date '2023-01-01' + cast(chance(i, 3) % 1420 as integer) as date,
    (chance(i, 4) % 2000000) // 100 || '.' || lpad(cast(chance(i, 4) % 100 as varchar), 2, '0') as amount,
    ['paid', 'paid', 'paid', 'open', 'returned'][1 + chance(i, 5) % 5] as status
  from range({min(customers * 10, 10_000_000)}) t(i) order by i
) to '{folder}/orders.csv' (header)""")
connection.execute(f"""copy (
  select 'C-' || i as id, {REGIONS}[1 + chance(i, 1) % 4] as region, 'Selger ' || (chance(i, 6) % 200) as seller,
    chance(i, 7) % 50000 * (chance(i, 8) % 97) as revenue,
    cast(chance(i, 9) % 900000 as bigint) - 100000 as profit, chance(i, 10) % 30 as years
  from range({customers}) t(i) order by i
) to '{folder}/portfolio.csv' (header)""")
