"""The model of orders as one SQL query: FOLDER OUT, in whole numbers, so that nothing is rounded but what the model rounds."""

import sys

import duckdb

folder, out = sys.argv[1:]
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute("""create macro money(ore) as case when ore % 100 = 0 then cast(ore // 100 as varchar)
  when ore % 10 = 0 then (ore // 100) || '.' || (ore // 10 % 10)
  else (ore // 100) || '.' || lpad(cast(ore % 100 as varchar), 2, '0') end""")
connection.execute(f"""copy (
with rows as (
  select customer, date, status, cast(cast(amount as decimal(12,2)) * 100 as bigint) as ore
  from read_csv('{folder}/orders.csv', header = true,
    columns = {{customer: varchar, date: date, amount: varchar, status: varchar}})
), sums as (
  select customer, coalesce(sum(ore) filter (status = 'paid'), 0) as revenue,
    count(*) filter (date >= date '2025-11-21') as recent, count(*) filter (status = 'open') as open, max(ore) as largest
  from rows group by customer
), customers as (
  select row_number() over () as place, id, region
  from read_csv('{folder}/customers.csv', header = true, columns = {{id: varchar, region: varchar}})
), scores as (
  select place, id, region, coalesce(revenue, 0) as revenue, coalesce(recent, 0) as recent, coalesce(open, 0) as open,
    coalesce(largest, 0) as largest, (least(coalesce(revenue, 0), 5000000) * 2000 + 5000000) // 10000000 as first,
    case when recent >= 6 then 1000 when recent >= 3 then 600 when recent >= 1 then 300 else 0 end as second
  from customers left join sums on customers.id = sums.customer
), axis as (
  select *, ((60 * first + 40 * second) * 2 + 100) // 200 as value from scores
)
select id, region, case when value >= 700 then 'key' when value >= 400 then 'steady' else 'rest' end as segment,
  (value // 100) || '.' || lpad(cast(value % 100 as varchar), 2, '0') as value, money(cast(revenue as bigint)) as revenue,
  recent, open, money(largest) as largest
from axis order by place
) to '{out}' (header)""")
