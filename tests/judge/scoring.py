"""Axes and segmentations of one customer: in comes a customer, out come scores, known shares and segments.

Scores are rounded once, when made; means are exact. It plans no service.
"""

from fractions import Fraction

from values import (
    DataError, MissingDecides, RuleError, Value, align, comparable, compare, order_key, round_at, step_index,
)


class Scoring:
    """The part of the evaluator that scores and segments."""

    # Axes.

    def axis_scores(self, axis, customer):
        """{"score": of the axis, "parts": {path: score}, "known": {path: exact share}}."""
        return self.once(("axis", axis.name, customer.index), lambda: self.compute_axis(axis, customer))

    def compute_axis(self, axis, customer):
        parts, known = {}, {}
        score = self.mean(axis, (), customer, parts, known)
        if score is None:
            raise DataError(f"customer `{customer.key}`: the axis `{axis.name}` is missing")
        return {"score": score, "parts": parts, "known": known}

    def member_score(self, axis, path, customer):
        """The score of a criterion or group alone: a test need not give what the others look at."""
        return self.once(("member", axis.name, path, customer.index), lambda: self.compute_member(axis, path, customer))

    def compute_member(self, axis, path, customer):
        member = axis
        for name in path:
            member = next((m for m in member.members if m.name == name), None)
            if member is None:
                return None
        if member.kind == "group":
            return self.mean(member, path, customer, {}, {})
        return self.criterion_score(member, customer)[0]

    def mean(self, holder, path, customer, parts, known):
        """The weighted mean of an axis or group, None where all are left out."""
        total = sum((m.weight for m in holder.members), Fraction(0))
        weighted, present, share = Fraction(0), Fraction(0), Fraction(0)
        for member in holder.members:
            inner = path + (member.name,)
            if member.kind == "group":
                score = self.mean(member, inner, customer, parts, known)
            else:
                score, has_value = self.criterion_score(member, customer)
                known[inner] = Fraction(1 if has_value else 0)
            parts[inner] = score
            share += member.weight / total * known[inner]
            if score is not None:
                weighted += member.weight * score.n
                present += member.weight
        known[path] = share
        if present == 0:
            return None
        return Value("score", round_at(weighted / present, self.decimals))

    def criterion_score(self, criterion, customer):
        """(score or None where skipped, whether there was a value)."""
        from evaluate import Scope

        scale = criterion.scale
        value = self.value(criterion.of, Scope(customer))
        if value is None:
            if criterion.missing == "fill":
                fill = self.constant(criterion.fill)
                return Value("score", round_at(fill.n, self.decimals)), False
            if criterion.missing == "skip":
                return None, False
            if criterion.missing == "reject":
                raise DataError(f"customer `{customer.key}`: `{criterion.name}` is missing")
            raise MissingDecides(f"criterion `{criterion.name}` meets a missing value and has no `if missing`")
        exact = getattr(self, "scale_" + scale.what)(scale, value, criterion, customer)
        return Value("score", round_at(exact, self.decimals)), True

    def point(self, node, value):
        """A constant of a scale on the same footing as the value: an exact number."""
        constant = self.constant(node)
        if value.dim == "steps":
            return Fraction(step_index(value.note, constant.n))
        _, constant = align(value, constant)
        comparable(value, constant)
        return Fraction(order_key(constant))

    def scale_ramp(self, scale, value, criterion, customer):
        low, high = self.model.range
        worst, best, x = self.point(scale.worst, value), self.point(scale.best, value), Fraction(order_key(value))
        if worst == best:
            raise RuleError("a ramp needs two different ends")
        part = min(Fraction(1), max(Fraction(0), (x - worst) / (best - worst)))
        return low + (high - low) * part

    def scale_curve(self, scale, value, criterion, customer):
        points = [(self.point(x, value), self.constant(s).n) for x, s in scale.points]
        if any(a[0] >= b[0] for a, b in zip(points, points[1:])):
            raise RuleError("the points of a curve go strictly up")
        x = Fraction(order_key(value))
        if x <= points[0][0]:
            return points[0][1]
        for (x0, s0), (x1, s1) in zip(points, points[1:]):
            if x <= x1:
                return s0 + (s1 - s0) * (x - x0) / (x1 - x0)
        return points[-1][1]

    def in_band(self, band, value):
        op, threshold = band
        return op is None or compare(op, value, self.constant(threshold))

    def scale_bands(self, scale, value, criterion, customer):
        for band, score in scale.rows:
            if self.in_band(band, value):
                return self.constant(score).n
        raise RuleError(f"no band of `{criterion.name}` holds")

    def scale_match(self, scale, value, criterion, customer):
        for keys, score in scale.rows:
            if any(self.same(value, key) for key in keys):
                return self.constant(score).n
        if scale.otherwise is None:
            raise RuleError(f"no row of `{criterion.name}` matches")
        return self.constant(scale.otherwise).n

    def scale_as_is(self, scale, value, criterion, customer):
        low, high = self.model.range
        if scale.capped:
            return min(high, max(low, value.n))
        if not low <= value.n <= high:
            raise DataError(f"customer `{customer.key}`: `{criterion.name}` is outside the range of scores")
        return value.n

    def scale_ranked(self, scale, value, criterion, customer):
        low, high = self.model.range
        place = self.exact_place(criterion.of, customer, scale.less)
        if scale.steps is None:
            return low + (high - low) * place
        if scale.steps < 2:
            raise RuleError("`ranked` needs at least two steps")
        step = min(scale.steps, 1 + (scale.steps * place).__floor__())
        return low + (high - low) * Fraction(step - 1, scale.steps - 1)

    # Segments.

    def override_of(self, customer):
        """The override in force for a customer, or None; one that has expired is ignored."""
        found = self.model.overrides.get(customer.key)
        if found is None or found.until is not None and self.today > found.until:
            return None
        return found

    def segment_of(self, name, customer):
        """(segment, decided by) in one segmentation; excluded customers have (None, reason)."""
        return self.once(("segments", name, customer.index), lambda: self.compute_segment(name, customer))

    def compute_segment(self, name, customer):
        from evaluate import Scope

        decl, scope = self.model.segmentations[name], Scope(customer)
        if name is None and self.override_of(customer):
            return self.override_of(customer).segment, "override"
        found = None
        for place, clause in enumerate(decl.clauses, 1):
            if clause.otherwise:
                if found is None:
                    return clause.name, f"clause {place}"
                continue
            held = None
            if self.truth(clause.when, scope):
                held = (clause.name, f"clause {place}")
            elif clause.stays is not None and self.previous(decl, customer) == clause.name:
                if self.truth(clause.stays, scope):
                    held = (clause.name, f"stays {place}")
            if held and not decl.exclusive:
                return held
            if held and found:
                raise RuleError(f"customer `{customer.key}` meets two clauses of exclusive segments")
            found = found or held
        if found:
            return found
        if decl.grid:
            return self.cell(decl.grid, scope)
        raise RuleError(f"customer `{customer.key}` meets no clause")

    def cell(self, grid, scope):
        down, across = self.value(grid.down, scope), self.value(grid.across, scope)
        row = next((i for i, (band, _) in enumerate(grid.rows) if self.in_band(band, down)), None)
        column = next((i for i, band in enumerate(grid.columns) if self.in_band(band, across)), None)
        if row is None or column is None:
            raise RuleError("a customer is in no cell of the table")
        return grid.rows[row][1][column], f"cell {row + 1}.{column + 1}"

    def previous(self, decl, customer):
        """The customer's previous segment of a segmentation, or None; one that no longer exists is none."""
        for table in self.model.tables.values():
            for field in table.fields:
                if field.type != "segment" or field.scale != decl.name:
                    continue
                if table.name == "customers":
                    value = self.of_row(customer.values, field)
                elif table.one:
                    row = customer.single.get(table.name)
                    value = row and self.of_row(row, field)
                else:
                    continue
                return value.n if value is not None and value.n in decl.labels else None
        return None

    def decided_by(self, customer):
        if customer.index in self.excluded:
            return f"excluded: {self.excluded[customer.index]}"
        names = list(self.model.segmentations)
        if not names:
            return None
        return self.segment_of(None if None in names else names[0], customer)[1]
