//! Tests in rule files: customers given by value, rows of tables, expectations.
//! It runs nothing.

use pest::iterators::Pair;

use super::{Builder, Children};
use crate::base::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::mistake;
use crate::syntax::tree::{Expr, Given, GivenTable, GivenValue, Name, Test};

impl Builder {
    pub(super) fn test(&mut self, pair: Pair<Rule>) -> Option<Test> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let name = children.one(Rule::text)?;
        let name = self.text(name)?;
        let today = self.once(&mut children, Rule::test_today, "today");
        let today = today.and_then(|today| self.only_expression(today));
        let givens = children.all(Rule::given).into_iter();
        let givens = givens.map(|given| self.given(given)).collect();
        let expects = children.all(Rule::expect).into_iter();
        let expects = expects
            .filter_map(|expect| self.only_expression(expect))
            .collect();
        Some(Test {
            name,
            today,
            givens,
            expects,
            span,
        })
    }

    fn given(&mut self, pair: Pair<Rule>) -> Given {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children);
        let values = children.all(Rule::given_value).into_iter();
        let values = values.filter_map(|value| self.given_value(value)).collect();
        let tables = children.all(Rule::given_table).into_iter();
        let tables = tables.filter_map(|table| self.given_table(table)).collect();
        Given {
            name,
            values,
            tables,
            span,
        }
    }

    fn given_value(&mut self, pair: Pair<Rule>) -> Option<GivenValue> {
        let mut children = Children::of(pair);
        let field = children.one(Rule::path)?;
        let field = self.path(field);
        let value = children.one(Rule::expression)?;
        let value = self.expression(value)?;
        Some(GivenValue { field, value })
    }

    fn given_table(&mut self, pair: Pair<Rule>) -> Option<GivenTable> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let table = self.one_name(&mut children)?;
        let head = children.one(Rule::table_head);
        let head_span = head.as_ref().map_or(span, |head| self.span(head));
        let fields: Vec<Name> = head
            .map(|head| Children::of(head).all(Rule::name))
            .unwrap_or_default()
            .into_iter()
            .map(|name| self.name(name))
            .collect();
        let rows = children.all(Rule::table_row).into_iter();
        let rows = rows
            .map(|row| self.table_row(row, fields.len(), head_span))
            .collect::<Option<_>>()?;
        Some(GivenTable {
            table,
            fields,
            rows,
            span,
        })
    }

    fn table_row(
        &mut self,
        pair: Pair<Rule>,
        columns: usize,
        head: Span,
    ) -> Option<Vec<Option<Expr>>> {
        let span = self.span(&pair);
        let cells = Children::of(pair).all(Rule::table_cell);
        if cells.len() != columns {
            return self.refuse(
                mistake::ragged_table(span, head, cells.len(), columns)
                    .help("write one cell for each column; an empty cell is missing"),
            );
        }
        cells
            .into_iter()
            .map(|cell| match Children::of(cell).one(Rule::constant) {
                Some(value) => self.expression(value).map(Some),
                None => Some(None),
            })
            .collect()
    }
}
