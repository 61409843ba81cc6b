"""The model of the portfolio as one SQL query: FOLDER OUT, in whole numbers, rounded where the model rounds."""

import sys

import duckdb

folder, out = sys.argv[1:]
connection = duckdb.connect()
connection.execute("set threads = 2")
connection.execute(f"""copy (
with customers as (
  select row_number() over () as number, *
  from read_csv('{folder}/portfolio.csv', header = true, columns = {{id: varchar, region: varchar, seller: varchar,
    revenue: bigint, profit: bigint, years: bigint}})
), placed as (
  select *, rank() over (order by revenue desc) as place,
    rank() over (partition by region order by revenue desc) as place_region,
    rank() over (order by revenue) - 1 as lower_revenue, rank() over (order by profit) - 1 as lower_profit,
    sum(revenue) over (order by revenue desc range unbounded preceding) - sum(revenue) over (partition by revenue) as above,
    sum(revenue) over () as total, count(*) over () as n,
    sum(revenue) over (partition by seller) as total_seller, max(revenue) over (partition by seller) as sellers_most,
    count(*) over (partition by seller) as sellers_count
  from customers
), scores as (
  select *, (lower_revenue * 2000 + (n - 1)) // (2 * (n - 1)) as first,
    250 * (least(5, 1 + 5 * lower_profit // (n - 1)) - 1) as second, 50 * least(years, 20) as third,
    (above * 2000000 + total) // (2 * total) as share_above, (total * 2000000 + n) // (2 * n) as average
  from placed
), axis as (
  select *, ((50 * first + 30 * second + 20 * third) * 2 + 100) // 200 as value from scores
)
select id, case when place <= (n + 9) // 10 and value >= 600 then 'key'
    when (lower_profit * 2000000 + (n - 1)) // (2 * (n - 1)) >= 750000 then 'large'
    when revenue * 1000000 >= average then 'steady' else 'rest' end as segment,
  (value // 100) || '.' || lpad(cast(value % 100 as varchar), 2, '0') as value, place, place_region,
  case when share_above < 800000 then 'A' when share_above < 950000 then 'B' else 'C' end as abc,
  total_seller, sellers_most, sellers_count
from axis order by number
) to '{out}' (header)""")
