"""Service of one customer and the hours of teams: in comes a customer, out come owner, frequencies, texts, cost.

Hours are exact; cost is exact and rounded once. It decides no segment.
"""

from fractions import Fraction

from values import RuleError, Value, round_at


class Served:
    """How one customer is served."""

    def __init__(self):
        self.owner, self.plan, self.texts = None, {}, {}


class Serving:
    """The part of the evaluator that plans service."""

    def served(self, customer):
        name = self.segment_of(None, customer)[0]
        return self.served_as(name, customer)

    def served_as(self, segment, customer):
        return self.once(("served", segment, customer.index), lambda: self.compute_served(segment, customer))

    def compute_served(self, segment, customer):
        from evaluate import Scope

        result, service = Served(), self.model.services.get(segment)
        if service is None:
            return result
        self.put_body(service.body, result, Scope(customer))
        for condition, case in service.body.cases:
            if self.truth(condition, Scope(customer)):
                self.put_body(case, result, Scope(customer))
                break
        return result

    def put_body(self, body, result, scope):
        """An entry of the body replaces what it names; `none` and `only` clear the rest."""
        if body.none:
            result.owner, result.plan, result.texts = None, {}, {}
        if body.only:
            result.plan = {}
        if body.owner:
            result.owner = body.owner
        for name, often in body.plan.items():
            result.plan[name] = self.value(often, scope)
        for name, text in body.texts.items():
            result.texts[name] = text

    def service_value(self, found, customer):
        """Values of the service layer by the name they go under."""
        from evaluate import Scope

        what = found[0]
        if what in ("actual", "worth"):
            return self.value(getattr(found[1], what), Scope(customer))
        if what == "cost_to_serve":
            return self.cost(self.served(customer), customer)
        served = self.served(customer)
        if what == "activity":
            return served.plan.get(found[1].name) or Value("frequency", Fraction(0))
        if what == "owner":
            return Value("team", served.owner) if served.owner else None
        text = served.texts.get(found[1])
        return None if text is None else self.value(text, Scope(customer))

    # Cost and hours.

    def times(self, served, customer):
        """(team, hours of one, how often a year) for everything planned."""
        from evaluate import Scope

        for name, often in served.plan.items():
            if often.n == 0:
                continue
            for time, taker in self.model.activities[name].takers:
                team = served.owner if taker == "owner" and "owner" not in self.model.teams else taker
                if team is None:
                    raise RuleError(f"`{name}` is done by the owner, and there is none")
                hours = self.value(time, Scope(customer))
                if hours is None or hours.dim != "duration":
                    raise RuleError(f"the time of `{name}` is missing or no duration")
                yield team, hours.n, often.n

    def cost(self, served, customer):
        from evaluate import Scope

        total = Fraction(0)
        for team, hours, often in self.times(served, customer):
            rate = self.model.teams[team].rate
            if rate is None:
                raise RuleError(f"the team `{team}` has no rate an hour")
            rate = self.money(rate)
            total += often * hours * rate
        for name, often in served.plan.items():
            costs = self.model.activities[name].costs
            if costs is not None and often.n != 0:
                value = self.value(costs, Scope(customer))
                if value is None:
                    raise RuleError(f"the cost of `{name}` is missing")
                total += often.n * self.as_money(value)
        return Value("money", round_at(total, 6))

    def money(self, node):
        return self.as_money(self.constant(node))

    def as_money(self, value):
        """The amount of money, a bare number being one in the currency of its file."""
        return round_at(value.n * value.note, 6) if value.dim == "number" and value.note else value.n

    def cost_as(self, segment, customer):
        if customer.index in self.excluded:
            return None
        return self.cost(self.served_as(segment, customer), customer)

    def hours_of(self, team, customer):
        """Planned hours of a team for one customer, exact."""
        if None not in self.model.segmentations:
            return Fraction(0)
        total = Fraction(0)
        for who, hours, often in self.times(self.served(customer), customer):
            if who == team:
                total += hours * often
        return total

    def person_of(self, team, customer):
        from evaluate import Scope
        from expressions import Node

        field = self.model.teams[team].person
        if field is None:
            raise RuleError(f"the team `{team}` is not named by a field")
        value = self.found(self.names.resolve(field), Scope(customer))
        return None if value is None else value.n

    def persons(self, team):
        """The names of a team, in the order they first appear among its customers."""
        names = []
        for customer in self.included:
            mine = self.served(customer).owner == team or self.hours_of(team, customer) > 0
            name = self.person_of(team, customer)
            if mine and name is not None and name not in names:
                names.append(name)
        return names

    def team_by_person(self, node):
        """The team whose persons an aggregate goes over."""
        from expressions import parts_of

        stack = list(node.args)
        while stack:
            part = stack.pop()
            if part.kind == "call" and part.by is not None and part.by.parts == ["person"]:
                return part.args[0].parts[0]
            stack.extend(parts_of(part))
        raise RuleError("no team `by person`")

    def available(self, team, person):
        decl = self.model.teams[team]
        hours = self.constant(decl.hours)
        share = self.constant(decl.share).n
        people = Fraction(1) if person else self.constant(decl.people).n
        return people * hours.n * share

    def planned(self, team, scope_customer, person):
        if person is not None:
            mine = [c for c in self.included if self.person_of(team, c) == person]
            return sum((self.hours_of(team, c) for c in mine), Fraction(0))
        if scope_customer is not None:
            return self.hours_of(team, scope_customer)
        whole = lambda: sum((self.hours_of(team, c) for c in self.included), Fraction(0))
        return self.once(("planned", team), whole)

    def team_figure(self, node, scope):
        """`hours(TEAM)`, `available(TEAM)`, `booked(TEAM)`, each also `by person`."""
        parts = node.args[0].parts
        team, person, customer = parts[0], None, scope.customer
        if node.by is not None:
            if node.by.parts != ["person"] or scope.person is None:
                raise RuleError("`by person` stands inside an aggregate")
            person, customer = scope.person[1], None
        if node.name == "available":
            return Value("duration", self.available(team, person))
        if node.name == "hours":
            if customer is not None and customer.index in self.excluded:
                return None
            return Value("duration", self.planned(team, customer, person))
        available = self.available(team, person)
        if available == 0:
            return None
        return Value("percent", round_at(self.planned(team, None, person) / available, 6))
