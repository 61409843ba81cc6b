"""A rule file of some 2 000 lines as a large client's would be: six axes of criteria, segments on a board and by
clauses, services, tests, scenarios. The same bytes every time; `shapes` gives it laid out as it is written here,
typed carelessly, with findings, and with mistakes."""

AXES = ["attractiveness", "strength", "loyalty", "digital", "risk", "effort"]
REGIONS = ["Øst", "Vest", "Sør", "Nord", "Midt"]
TRADES = ["fisk", "bygg", "handel", "industri", "offentlig", "energi"]
SEGMENTS = ["partner", "key", "development", "maintenance", "digital_first", "cautious", "watched", "now_and_then"]


def fields():
    yield "  customer_id text from \"Kundenr\""
    yield "  name text from \"Navn\""
    yield "  region one of " + ", ".join(f'"{it}"' for it in REGIONS) + " from \"Region\""
    yield "  trade one of " + ", ".join(f'"{it}"' for it in TRADES) + " from \"Bransje\""
    yield "  seller text from \"Selger\""
    yield "  revenue money >= 0 from \"Omsetning\""
    yield "  years number >= 0 from \"År som kunde\""
    yield "  orders number >= 0 from \"Ordrer\""
    yield "  by_tender flag from \"Anbud\""
    yield "  earlier segment? from \"Segment i fjor\""
    for axis in AXES:
        yield f"  # What is known for {axis}."
        yield f"  {axis}_value money >= 0 from \"Verdi {axis}\""
        yield f"  {axis}_share percent between 0% and 100% from \"Andel {axis}\""
        yield f"  {axis}_count number >= 0 from \"Antall {axis}\""
        yield f"  {axis}_judged score? from \"Vurdert {axis}\""
        yield f"  {axis}_growth percent? from \"Vekst {axis}\""
        yield f"  {axis}_delay duration? in days from \"Dager {axis}\""


def axis(name, number):
    line = "# " + "-" * 110
    yield from [line, f"# The question of {name}", line, ""]
    yield f"param {name}_line = {4 + number * 0.5} between 0 and 10"
    yield f"param {name}_full = {3 + number}M between 1M and 40M"
    yield ""
    yield f"# Where nobody has given a forecast for {name} we expect next year to be like this one."
    yield f"let {name}_expected = {name}_value * (1 + {name}_growth default 0%)"
    yield f"let {name}_each = {name}_value / max({name}_count, 1)"
    yield f"let {name}_large = if {name}_value >= {name}_full then {name}_value - {name}_full else 0 NOK"
    yield f"let {name}_busy = {name}_count >= {12 + number} and (region is \"Øst\" or region is one of \"Vest\", \"Sør\")"
    yield ""
    yield f"axis {name} \"Spørsmål {number + 1}\" {{"
    yield f"  criterion {name}_value \"Verdi\" weight 20% ramp 0 to {name}_full"
    yield f"  criterion {name}_expected \"Ventet\" weight 15% curve {{ 0 -> 0, 1M -> 5, 10M -> 10 }}"
    yield "    because \"The first million matters more than the tenth\""
    yield f"  criterion {name}_share \"Andel\" weight 15% ramp 0% to 60%"
    yield f"  criterion {name}_judged \"Vurdert\" weight 10% as is if missing 3"
    yield "  # Where the lorries already drive full both ways."
    yield f"  criterion place_{number} of region weight 5% match {{"
    yield "    \"Øst\", \"Vest\" -> 10"
    yield "    \"Sør\" -> 6"
    yield "    otherwise -> 3"
    yield "  }"
    yield "  group habits weight 20% {"
    yield f"    criterion {name}_count \"Antall\" weight 50% bands {{"
    for step, score in ((24, 10), (12, 8), (6, 5), (2, 2)):
        yield f"      >= {step + number} -> {score}"
    yield "      otherwise -> 0"
    yield "    }"
    yield f"    criterion long_{number} of years weight 30% ramp 0 to {8 + number}"
    yield f"    criterion asked_{number} of by_tender weight 20% match {{ yes -> 2, no -> 10 }}"
    yield "  }"
    yield f"  criterion {name}_each \"Hver\" weight 10% ramp 0 to 100k"
    yield f"  criterion {name}_delay \"Ventetid\" weight 5% ramp 60 days to 14 days if missing skip"
    yield "}"
    yield ""
    yield f"segments grade_{name} {{"
    for at, (word, score) in enumerate([("top", 8), ("good", 6), ("fair", 4), ("weak", 2)]):
        more = f" and {name}_count >= {at}" if at % 2 else ""
        yield f"  {word}_{number} when {name} >= {score}{more}"
    yield f"  low_{number} otherwise"
    yield "}"
    yield f"let bonus_{name} = if grade_{name} is one of (top_{number}, good_{number}) then 2% else 0%"
    yield f"let price_{name} = {name}_each * (1 - bonus_{name}) - rate[region] * {name}_count * 1 NOK - {name}_large * 1%"
    yield ""


def tests():
    for at in range(112):
        name = AXES[at % len(AXES)]
        yield f"test \"{name}: customer {at} of the workshop\" {{"
        yield "  given {"
        yield f"    {name}_value = {at % 9 + 1}M, {name}_growth = {at % 20}%, {name}_share = {at % 50}%, revenue = 4M"
        yield f"    {name}_count = {at % 30}, region = \"{REGIONS[at % 5]}\", years = {at % 12}, by_tender = no"
        yield f"    {name}_judged = {at % 10}.5 # agreed with the seller"
        yield "  }"
        yield f"  expect {name} between 0 and 10"
        yield f"  expect {name}_each = {at % 9 + 1}M NOK / max({name}_count, 1)"
        yield f"  expect grade_{name} is one of (top_{at % 6}, good_{at % 6}, fair_{at % 6}, weak_{at % 6}, low_{at % 6})"
        yield "}"
        yield ""


def lines():
    yield from ["# A large client's model: what came out of twelve workshops.", ""]
    yield from ["model \"Twelve workshops\" {", "  edition 2026", "  currency NOK", "  scores 0 to 10 with 2 decimals"]
    yield from ["  today 2026-11-21", "}", "", "customers key customer_id from \"customers.csv\" {", *fields(), "}", ""]
    yield "table visits key customer_id from \"visits.csv\" {"
    yield from ["  customer_id text", "  date date", "  minutes duration in minutes", "  rep text", "}", ""]
    yield "lookup rate {"
    yield from [f"  \"{it}\" -> {at + 1}" for at, it in enumerate(REGIONS)]
    yield from ["}", "", "let recent = count(visits where date >= today - 12 months)"]
    yield "let by_phone = distinct(visits.rep where minutes < 15 min)"
    yield ""
    for number, name in enumerate(AXES):
        yield from axis(name, number)
    yield from (f"let margin_{at} = price_{AXES[at % 6]} * {at + 1}% - revenue / {at + 20}" for at in range(60))
    yield ""
    yield "segments {"
    yield "  partner \"Partner\" when attractiveness >= 8 and strength >= 8 and risk >= 5 and not by_tender"
    yield "    because \"Both sides gain from planning together\""
    yield "  key \"Nøkkelkunde\" when attractiveness >= attractiveness_line and strength >= 6 stays when attractiveness >= 3.5 and strength >= 5.5"
    yield "  development \"Utvikling\" when attractiveness >= attractiveness_line and recent >= 2"
    yield "  maintenance \"Vedlikehold\" when loyalty >= loyalty_line and years >= 5 and orders >= 4"
    yield "  digital_first \"Digital\" when digital >= digital_line and effort < effort_line"
    yield "  cautious \"Varsom\" when risk < risk_line and trade is one of \"bygg\", \"energi\""
    yield "  watched \"Følges\" when strength >= strength_line or by_phone >= 3"
    yield "  now_and_then \"Nå og da\" otherwise"
    yield from ["}", "", "segments place by attractiveness and strength {", "  star, strong, lucky, small"]
    yield from ["  | attractiveness \\ strength | < 4 | < 7 | otherwise |", "  | >= 7 | lucky | star | star |"]
    yield from ["  | >= 4 | small | strong | strong |", "  | otherwise | small | small | strong |", "}", ""]
    yield "teams {"
    yield "  farmers \"Kundeansvarlige\" 7 people named by seller 1_650 h per year 17% with customers 620 NOK per h"
    yield "  hunters \"Nysalg\" 3 people 1_650 h per year 17% with customers 620 NOK per h"
    yield "  service_desk \"Kundeservice\" 4 people 1_600 h per year 60% with customers 410 NOK per h"
    yield from ["}", "", "activities {"]
    for at in range(12):
        yield f"  step_{at} \"Aktivitet {at}\" {at + 1}.5 h by owner costs {at * 50 + 4} NOK"
    yield from ["}", ""]
    for at, name in enumerate(SEGMENTS):
        team = ["farmers", "hunters", "service_desk"][at % 3]
        yield from [f"service {name} {{", f"  owner {team}", f"  step_{at} {12 - at} per year", "  step_9 monthly"]
        yield from [f"  step_10 every {at + 4} weeks", f"  text concept = \"Løfte {at}: én fast kontakt som kjenner rutene\""]
        yield "  # Two days' drive for one meeting: half of the visits become calls."
        yield from ["  when region is \"Nord\" {", f"    step_{at} {6 - at % 4} per year", "    step_11 quarterly", "  }"]
        yield f"  when revenue >= {at + 1}M and recent < 3 {{ step_8 weekly, step_9 yearly }}"
        yield from ["}", ""]
    for at in range(60):
        yield f"warn \"Margin {at} is not given away\" every(margin_{at} >= -5M) and sum(bonus_{AXES[at % 6]} * revenue) <= sum(revenue) * 5%"
    yield "check \"No customer above 15% of revenue\" max(share(revenue)) <= 15%"
    for team in ("farmers", "hunters", "service_desk"):
        yield f"warn \"The calendar of {team} holds\" booked({team}) <= 100%"
    for name in AXES:
        yield f"warn \"{name}: enough of them are busy\" count(where {name}_busy) >= 10 and count(where {name} >= {name}_line) > 5"
    yield ""
    yield from tests()
    for at, name in enumerate(AXES):
        yield from [f"scenario harder_{at} \"Harder on {name}\" {{", f"  param {name}_line = {8 - at * 0.5}"]
        yield from [f"  weight {name}.{name}_value 30%", "}", ""]
    yield "output {"
    for column in ["customer_id", "name", "segment", "place", *AXES, "owner", "cost_to_serve", "concept", *(f"grade_{it}" for it in AXES)]:
        yield f"  {column} as \"{column.replace('_', ' ').capitalize()}\""
    yield "}"


def text():
    return "\n".join(lines()) + "\n"


def careless(rules):
    """The same, typed without care: no columns, blanks everywhere or nowhere."""
    return rules.replace("  ", " ").replace(" = ", "=").replace(" >= ", ">=").replace("\n\n", "\n\n\n")


def with_findings(rules):
    """Thirty values that nothing uses, a gap, clauses that nobody reaches."""
    idle = "".join(f"let idle_{at} = revenue * {at} + years * 1 NOK\n" for at in range(30))
    rules = rules.replace("  now_and_then \"Nå og da\" otherwise\n", "  now_and_then \"Nå og da\" when strength >= 1\n")
    for number, name in enumerate(AXES):
        rules = rules.replace(f"  weak_{number} when", f"  weak_{number} when {name} >= 6 and")
    return rules + idle


def with_mistakes(rules):
    """Every tenth test expects with a comma for a point, a few names are misspelt."""
    rules = rules.replace("0.5 # agreed", "0,5 # agreed")
    return rules.replace("margin_7 >=", "margn_7 >=").replace("expect risk between", "expect rsik between")
