//! The layout of each declaration: a function for each node of the tree, of the same name, which marks where its
//! entries and their parts begin. What stands inside braces is in `layout_blocks`' functions; nothing is written here.

use super::marks::{Class, Hang, Marker, PART, Part};
use crate::syntax::tree::{
    Check, Dataset, Declaration, Exclude, Expr, Field, FieldOf, Item, Let, Lookup, LookupValues,
    Model, Output, Override, Param, Scenario, Test, Text, WeightOf,
};

/// Where a name and its label stand: the label gets a column.
const LABEL: Part = PART.column(1);
/// The reason at the end of an entry.
pub(super) const BECAUSE: Part = PART;
/// The reason of a declaration that reads like a sentence.
const SENTENCE_BECAUSE: Part = PART.gaps(1, 1);

impl Marker<'_, '_> {
    /// Marks a list of declarations: a file's or a scenario's.
    pub fn declarations(&mut self, declarations: &[Declaration]) {
        for declaration in declarations {
            self.declaration(declaration);
        }
    }

    fn declaration(&mut self, declaration: &Declaration) {
        let start = self.at(declaration.span);
        self.entry(start, Class::Plain);
        match &declaration.item {
            Item::Model(model) => self.model(model),
            Item::Use(_) | Item::Remove(_) => {}
            Item::Customers(dataset) | Item::Table(dataset) => self.dataset(dataset),
            Item::Field(field) => self.field_of(start, field),
            Item::Lookup(lookup) => self.lookup(lookup),
            Item::Rates(rates) => {
                for rate in rates {
                    self.entry(self.at(rate.currency.span), Class::Rate);
                    self.part(self.at(rate.rate.span), PART.column(1));
                }
            }
            Item::Exclude(exclude) => self.exclude(start, exclude),
            Item::Let(value) => self.let_value(start, value),
            Item::Param(param) => self.param(start, param),
            Item::Axis(axis) => self.members(&axis.members),
            Item::Member(member) => self.member_of(start, member),
            Item::Weight(weight) => self.weight_of(start, weight),
            Item::Segments(segments) => self.segments(segments),
            Item::Override(one) => self.override_one(one),
            Item::Teams(teams) => teams.iter().for_each(|team| self.team(team)),
            Item::Activities(activities) => {
                activities.iter().for_each(|it| self.activity(it));
            }
            Item::Service(service) => self.service(start, service),
            Item::Check(check) => self.check(start, check),
            Item::Output(output) => self.output(output),
            Item::Test(test) => self.test(test),
            Item::Scenario(scenario) => self.scenario(scenario),
        }
    }

    /// A label gets a column of its own.
    pub(super) fn label(&mut self, label: &Option<Text>) {
        if let Some(label) = label {
            self.part(self.at(label.span), LABEL);
        }
    }

    fn model(&mut self, model: &Model) {
        let mut setting = |value: Option<crate::base::Span>| {
            if let Some(span) = value {
                let value = self.at(span);
                self.entry(self.before(value, 1), Class::Setting);
                self.part(value, PART.column(1));
            }
        };
        setting(model.edition.as_ref().map(|it| it.span));
        setting(model.currency.as_ref().map(|it| it.span));
        setting(model.scores.as_ref().map(|it| it.lowest.span));
        setting(model.valid.as_ref().map(|(from, _)| from.span));
        setting(model.today.as_ref().map(|it| it.span));
        setting(model.missing.first().map(|it| it.span));
    }

    fn dataset(&mut self, dataset: &Dataset) {
        for field in &dataset.fields {
            self.entry(self.at(field.name.span), Class::Field);
            self.field(field);
        }
    }

    fn field_of(&mut self, start: usize, field: &FieldOf) {
        self.entry(start, Class::FieldOf);
        self.field(&field.field);
    }

    fn field(&mut self, field: &Field) {
        use crate::syntax::tree::Constraint;
        self.label(&field.label);
        let kind = Part {
            longest: 56,
            ..PART
        };
        let kind = kind.column(2).breaks(Hang::Entry);
        self.part(self.at(field.kind_span), kind);
        let columns = field.columns.first().map(|it| self.at(it.span) - 1);
        let constraint = field.constraints.first().map(|it| match it {
            Constraint::Compare(operator, _) => self.at(operator.span),
            Constraint::Between(_, _, span) | Constraint::Unique(span) => self.at(*span),
        });
        if let Some(index) = constraint {
            // A constraint after `from` has no column left.
            let in_order = columns.is_none_or(|columns| index < columns);
            self.part(index, if in_order { PART.column(3) } else { PART });
        }
        if let Some(index) = columns {
            let part = PART.column(4).if_long().breaks(Hang::Part);
            self.part(index, part);
        }
    }

    fn lookup(&mut self, lookup: &Lookup) {
        if let LookupValues::Inline { arms, otherwise } = &lookup.values {
            for arm in arms {
                self.arm(arm.keys.first(), &arm.value);
            }
            self.otherwise_arm(otherwise);
        }
    }

    /// An arm of a lookup or scale: what stands before its arrow, and its value.
    pub(super) fn arm(&mut self, first: Option<&Expr>, value: &Expr) {
        if let Some(first) = first {
            self.arm_from(self.at(first.span), value);
        }
    }

    /// An arm from its first token.
    pub(super) fn arm_from(&mut self, first: usize, value: &Expr) {
        self.entry(first, Class::Arm);
        let arrow = self.before(self.at(value.span), 1);
        self.part(arrow, PART.column(1).gaps(1, 1));
    }

    /// `otherwise -> …`
    pub(super) fn otherwise_arm(&mut self, value: &Option<Expr>) {
        if let Some(value) = value {
            self.arm_from(self.before(self.at(value.span), 2), value);
        }
    }

    fn exclude(&mut self, start: usize, exclude: &Exclude) {
        self.entry(start, Class::Exclude);
        let when = self.before(self.at(exclude.condition.span), 1);
        let part = PART.column(1).gaps(1, 2).if_long().breaks(Hang::Entry);
        self.part(when, part);
    }

    fn let_value(&mut self, start: usize, value: &Let) {
        self.entry(start, Class::Let);
        let equals = self.before(self.at(value.value.span), 1);
        let part = PART.column(1).gaps(1, 1).breaks(Hang::Entry);
        self.part(equals, part);
    }

    fn param(&mut self, start: usize, param: &Param) {
        self.entry(start, Class::Param);
        let equals = self.before(self.at(param.value.span), 1);
        self.part(equals, PART.column(1).gaps(1, 1));
        if let Some((low, _)) = &param.bounds {
            let between = self.before(self.at(low.span), 1);
            self.part(between, PART.column(2).gaps(1, 2).if_long());
        }
        self.because(&param.because, BECAUSE);
    }

    fn weight_of(&mut self, start: usize, weight: &WeightOf) {
        self.entry(start, Class::Weight);
        self.part(self.at(weight.weight.span), PART.column(1).gaps(1, 1));
    }

    fn override_one(&mut self, one: &Override) {
        if let Some(until) = &one.until {
            let word = self.before(self.at(until.span), 1);
            self.part(word, PART.gaps(1, 1).if_long());
        }
        self.because(&one.because, SENTENCE_BECAUSE);
        if let Some(by) = &one.by {
            let word = self.before(self.at(by.span), 1);
            self.part(word, PART.gaps(1, 1).if_long());
        }
    }

    fn check(&mut self, start: usize, check: &Check) {
        // `warn` takes as many columns as `check`, so that labels stand below each other in the whole file.
        let word = Part {
            counts_as: Some("check".len()),
            ..PART
        };
        self.entry_with(start, Class::Check, word);
        let label = self.at(check.label.span);
        let label_part = Part {
            longest: 64,
            ..PART
        };
        if self.before(label, 1) == start {
            self.part(label, label_part.column(1).gaps(1, 1));
        }
        let condition = Part {
            inline_gap: 2,
            ..PART
        };
        let condition = condition.column(2).yields().breaks(Hang::Entry);
        self.part(self.at(check.condition.span), condition);
        self.because(&check.because, BECAUSE);
    }

    fn output(&mut self, output: &Output) {
        for column in &output.columns {
            let start = self.at(column.value.span);
            self.entry(start, Class::Column);
            // Without a header the text itself heads the column, so not a letter of it may change.
            if column.header.is_none() {
                self.kept.push(start..self.end(column.value.span));
            }
            if let Some(header) = &column.header {
                let word = self.before(self.at(header.span), 1);
                self.part(word, PART.column(1));
            }
        }
    }

    fn test(&mut self, test: &Test) {
        if let Some(today) = &test.today {
            self.entry(self.before(self.at(today.span), 1), Class::Plain);
        }
        for given in &test.givens {
            let start = self.at(given.span);
            self.entry(start, Class::Given);
            let brace = self.next(start, "{");
            self.part(brace, PART.column(1).gaps(1, 2).yields());
            for value in &given.values {
                let part = PART.breaks(Hang::Entry);
                self.entry_with(self.at(value.field.span), Class::Value, part);
            }
            for table in &given.tables {
                let name = self.at(table.span);
                self.entry(name, Class::Plain);
                self.rows(name + 2, self.end(table.span).saturating_sub(1));
            }
        }
        for expect in &test.expects {
            let word = self.before(self.at(expect.span), 1);
            self.entry_with(word, Class::Plain, PART.breaks(Hang::Entry));
        }
    }

    fn scenario(&mut self, scenario: &Scenario) {
        self.declarations(&scenario.declarations);
    }
}
