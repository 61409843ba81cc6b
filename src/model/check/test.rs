//! Tests: made-up customers, the rows of their tables and what is expected of them.
//! Values are the model's, within the constraints of their fields.

use super::checker::{Checker, Place, Scope};
use super::names::Symbol;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    Expect, Field, FieldId, Given, GivenRow, Layer, Literal, SegmentationId, TableId, Test,
};
use crate::model::types::Type;
use crate::syntax::tree;

const EXPECT: Place = Place {
    layer: Layer::Portfolio,
    scope: Scope::Test,
    what: "an `expect`",
};

impl<'a> Checker<'a> {
    /// Checks the tests.
    pub(super) fn check_tests(&mut self) -> Vec<Test> {
        let assembly = self.assembly;
        assembly.tests.iter().map(|test| self.test(test)).collect()
    }

    fn test(&mut self, tree: &'a tree::Test) -> Test {
        self.check_given_names(tree);
        let today = tree.today.as_ref().and_then(|today| self.date(today));
        let givens = tree
            .givens
            .iter()
            .map(|given| self.given_customer(given))
            .collect();
        self.givens = tree
            .givens
            .iter()
            .map(|given| given.name.as_ref().map(|name| name.value.clone()))
            .collect();
        let mut expects = Vec::new();
        for expect in &tree.expects {
            if let Some(condition) = self.condition(expect, EXPECT) {
                expects.push(Expect {
                    condition,
                    span: expect.span,
                });
            }
        }
        self.givens.clear();
        if tree.expects.is_empty() {
            self.report(
                Diagnostic::warning("test-without-expect", "this test expects nothing")
                    .at(tree.name.span, "cannot fail")
                    .help("add `expect segment is …`"),
            );
        }
        Test {
            name: tree.name.value.clone(),
            today,
            givens,
            expects,
            span: tree.span,
        }
    }

    fn check_given_names(&mut self, tree: &'a tree::Test) {
        if tree.givens.is_empty() {
            self.report(
                Diagnostic::error("test-without-given", "this test has no customer")
                    .at(tree.name.span, "no `given`")
                    .help("add `given { … }` with the values of a customer"),
            );
        }
        for (at, given) in tree.givens.iter().enumerate() {
            let Some(name) = &given.name else {
                if tree.givens.len() > 1 {
                    self.report(
                        Diagnostic::error(
                            "given-without-name",
                            "several customers in one test need names",
                        )
                        .at(given.span, "which one?")
                        .help("write `given big { … }` and `expect big.segment is …`"),
                    );
                }
                continue;
            };
            let first = tree
                .givens
                .iter()
                .take(at)
                .filter_map(|given| given.name.as_ref())
                .find(|other| other.value == name.value);
            if let Some(first) = first {
                self.report(
                    Diagnostic::error(
                        "name-taken",
                        format!("two customers of this test are called `{}`", name.value),
                    )
                    .at(name.span, "again")
                    .at(first.span, "first")
                    .help("rename one of the two"),
                );
            }
            let symbol = self.names.get(&name.value);
            if let Some(symbol @ (Symbol::Axis(_) | Symbol::Table(_) | Symbol::Activity(_))) =
                symbol
            {
                let mut message = Diagnostic::error(
                    "name-taken",
                    format!("`{}` is {} already", name.value, symbol.kind()),
                )
                .at(name.span, "a customer of this test");
                if let Some(span) = self.names.place(&name.value) {
                    message = message.at(span, "declared here");
                }
                self.report(message.help("give the customer another name"));
            }
        }
    }

    fn given_customer(&mut self, tree: &'a tree::Given) -> Given {
        let mut values: Vec<(FieldId, Option<Literal>)> = Vec::new();
        let mut places: Vec<(String, Span)> = Vec::new();
        let mut tables: Vec<(TableId, Vec<GivenRow>)> = Vec::new();
        for value in &tree.values {
            let text = value.field.text();
            if let Some((_, first)) = places.iter().find(|(there, _)| *there == text) {
                self.report_given_twice(&text, value.field.span, *first);
                continue;
            }
            places.push((text, value.field.span));
            let Some((table, field)) = self.given_field(&value.field) else {
                continue;
            };
            let fields = match table {
                None => Some(&self.customers.fields),
                Some(table) => self.tables.get(table.0).map(|table| &table.fields),
            };
            let Some(declared) = fields.and_then(|fields| fields.get(field.0)).cloned() else {
                continue;
            };
            let Some(literal) = self.given_value(&value.value, &declared) else {
                continue;
            };
            match table {
                None => values.push((field, literal)),
                Some(table) => match tables.iter_mut().find(|(there, _)| *there == table) {
                    Some((_, rows)) => {
                        if let Some(row) = rows.first_mut() {
                            row.push((field, literal));
                        }
                    }
                    None => tables.push((table, vec![vec![(field, literal)]])),
                },
            }
        }
        for given in &tree.tables {
            if let Some((table, rows)) = self.given_table(given) {
                if tables.iter().any(|(there, _)| *there == table) {
                    self.report(
                        Diagnostic::error(
                            "given-twice",
                            format!("`{}` is given twice", given.table.value),
                        )
                        .at(given.table.span, "again")
                        .help("write all rows in one table"),
                    );
                }
                tables.push((table, rows));
            }
        }
        Given {
            name: tree.name.as_ref().map(|name| name.value.clone()),
            values,
            tables,
        }
    }

    fn report_given_twice(&mut self, name: &str, again: Span, first: Span) {
        self.report(
            Diagnostic::error("given-twice", format!("`{name}` is given twice"))
                .at(again, "again")
                .at(first, "first")
                .help("leave one of them out"),
        );
    }

    /// A field of the customers (`revenue`, `customers.revenue`) or of a table of one row per
    /// customer (`ratings.fit`).
    fn given_field(&mut self, path: &'a tree::Path) -> Option<(Option<TableId>, FieldId)> {
        let (dataset, name) = match path.names.as_slice() {
            [name] => (None, name),
            [dataset, name] if dataset.value == "customers" => (None, name),
            [dataset, name] => (Some(dataset), name),
            _ => {
                self.report(
                    Diagnostic::error("unknown-name", format!("there is no `{}`", path.text()))
                        .at(path.span, "expected a field"),
                );
                return None;
            }
        };
        let table = match dataset {
            None => None,
            Some(dataset) => {
                let Some(Symbol::Table(table)) = self.names.get(&dataset.value) else {
                    self.report_unknown_table(dataset);
                    return None;
                };
                let single = self
                    .tables
                    .get(table.0)
                    .is_some_and(|table| table.one_per_customer);
                if !single {
                    self.report(
                        Diagnostic::error(
                            "given-needs-rows",
                            format!("`{}` has any number of rows a customer", dataset.value),
                        )
                        .at(path.span, "of which row?")
                        .help(format!(
                            "write its rows as a table: `{} {{ | {} | … }}`",
                            dataset.value, name.value
                        )),
                    );
                    return None;
                }
                Some(table)
            }
        };
        self.field_in(table, name).map(|field| (table, field))
    }

    fn report_unknown_table(&mut self, name: &tree::Name) {
        let tables = self.tables.iter().map(|table| table.name.as_str());
        let help = match nearest(&name.value, tables.clone()) {
            Some(near) => format!("write `{near}`"),
            None => {
                let names: Vec<String> = tables.map(|name| format!("`{name}`")).collect();
                if names.is_empty() {
                    "the model has no tables".to_owned()
                } else {
                    format!("the tables are {}", names.join(", "))
                }
            }
        };
        self.report(
            Diagnostic::error(
                "unknown-name",
                format!("there is no table `{}`", name.value),
            )
            .at(name.span, "")
            .help(help),
        );
    }

    fn field_in(&mut self, table: Option<TableId>, name: &tree::Name) -> Option<FieldId> {
        let dataset = match table {
            None => &self.customers,
            Some(table) => self.tables.get(table.0)?,
        };
        let position = dataset
            .fields
            .iter()
            .position(|field| field.name == name.value);
        if position.is_none() {
            let names = dataset.fields.iter().map(|field| field.name.as_str());
            let derived = match self.names.get(&name.value).filter(|_| table.is_none()) {
                Some(symbol @ (Symbol::Let(_) | Symbol::Param(_) | Symbol::Axis(_))) => {
                    Some(format!(
                        "`{}` is {}: give the fields that it is made from",
                        name.value,
                        symbol.kind()
                    ))
                }
                _ => None,
            };
            let near = || nearest(&name.value, names).map(|near| format!("write `{near}`"));
            let message = Diagnostic::error(
                "unknown-name",
                format!("`{}` has no field `{}`", dataset.name, name.value),
            )
            .at(name.span, "expected a field")
            .help_maybe(derived.or_else(near));
            self.report(message);
        }
        position.map(FieldId)
    }

    /// A value of a field; `Some(None)` is missing.
    fn given_value(&mut self, tree: &'a tree::Expr, field: &Field) -> Option<Option<Literal>> {
        if matches!(&*tree.kind, tree::ExprKind::Missing) {
            return self.given_missing(field, tree.span).then_some(None);
        }
        if let (tree::ExprKind::Text(text), Type::Segment(id)) = (&*tree.kind, &field.ty) {
            // As in a column of earlier results: a name or a label; others count as none.
            return Some(self.earlier_segment(*id, text));
        }
        if let (tree::ExprKind::Name(path), Type::Segment(id)) = (&*tree.kind, &field.ty)
            && let [name] = path.names.as_slice()
        {
            let position = u32::try_from(self.segment(name, *id)?.0).ok()?;
            return Some(Some(Literal::Choice(position)));
        }
        let literal = self.constant(tree, Some(&field.ty))?.value;
        let units = match &literal {
            Literal::Number(number) => Some(*number),
            Literal::Choice(position) => Some(i64::from(*position)),
            Literal::Flag(_) | Literal::Text(_) => None,
        };
        if let Some(units) = units {
            self.check_within(field, units, tree.span);
        }
        Some(Some(literal))
    }

    fn earlier_segment(&self, id: SegmentationId, text: &str) -> Option<Literal> {
        let segments = &self.segmentations.get(id.0)?.segments;
        let by_name = segments.iter().position(|(name, _)| name == text);
        let by_label = || {
            segments
                .iter()
                .position(|(_, label)| label.as_deref() == Some(text))
        };
        let position = u32::try_from(by_name.or_else(by_label)?).ok()?;
        Some(Literal::Choice(position))
    }

    fn given_missing(&mut self, field: &Field, span: Span) -> bool {
        if !field.optional {
            self.report(
                Diagnostic::error(
                    "given-missing",
                    format!("`{}` is never missing", field.name),
                )
                .at(span, "missing here")
                .at(field.span, "declared without `?`")
                .help("give it a value, or write `?` after the field's type"),
            );
        }
        field.optional
    }

    fn given_table(&mut self, tree: &'a tree::GivenTable) -> Option<(TableId, Vec<GivenRow>)> {
        let Some(Symbol::Table(table)) = self.names.get(&tree.table.value) else {
            self.report_unknown_table(&tree.table);
            return None;
        };
        let mut columns: Vec<Option<(FieldId, Field)>> = Vec::new();
        for (at, name) in tree.fields.iter().enumerate() {
            let first = tree
                .fields
                .iter()
                .take(at)
                .find(|it| it.value == name.value);
            if let Some(first) = first {
                self.report_given_twice(&name.value, name.span, first.span);
            }
            let column = self.field_in(Some(table), name).and_then(|id| {
                let field = self.tables.get(table.0)?.fields.get(id.0)?;
                Some((id, field.clone()))
            });
            columns.push(column);
        }
        let single = self
            .tables
            .get(table.0)
            .is_some_and(|table| table.one_per_customer);
        if single && tree.rows.len() > 1 {
            self.report(
                Diagnostic::error(
                    "given-too-many-rows",
                    format!("`{}` has one row per customer", tree.table.value),
                )
                .at(tree.span, format!("found {}", tree.rows.len()))
                .help("keep one of them"),
            );
        }
        let mut rows = Vec::new();
        for row in &tree.rows {
            let span = row
                .iter()
                .flatten()
                .map(|cell| cell.span)
                .reduce(|left, right| left.join(right))
                .unwrap_or(tree.span);
            if row.len() != columns.len() {
                self.report(
                    Diagnostic::error(
                        "table-row-length",
                        format!(
                            "this row has {} cells, the table {} columns",
                            row.len(),
                            columns.len()
                        ),
                    )
                    .at(span, "one cell for each column"),
                );
                continue;
            }
            let mut values = Vec::new();
            for (cell, column) in row.iter().zip(&columns) {
                let Some((id, field)) = column else {
                    continue;
                };
                let value = match cell {
                    Some(cell) => self.given_value(cell, field),
                    None => self.given_missing(field, span).then_some(None),
                };
                values.extend(value.map(|value| (*id, value)));
            }
            rows.push(values);
        }
        Some((table, rows))
    }
}
