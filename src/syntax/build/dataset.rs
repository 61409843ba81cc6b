//! Customers, tables, their fields and lookups.
//! Types stay as they are written; whether they fit their constraints is not judged here.

use pest::iterators::Pair;

use super::{Builder, Children};
use crate::base::{Diagnostic, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{
    Constraint, Dataset, Expr, Field, FieldKind, FieldOf, Lookup, LookupArm, LookupValues, Name,
    PercentForm, Text,
};

impl Builder {
    pub(super) fn customers(&mut self, pair: Pair<Rule>) -> Option<Dataset> {
        let mut children = Children::of(pair);
        let word = children.one(Rule::k_customers)?;
        let name = Spanned::new(word.as_str().to_owned(), self.span(&word));
        self.dataset(name, children)
    }

    pub(super) fn table(&mut self, pair: Pair<Rule>) -> Option<Dataset> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        self.dataset(name, children)
    }

    fn dataset(&mut self, name: Name, mut children: Children) -> Option<Dataset> {
        let Some(key) = self.once(&mut children, Rule::dataset_key, "key") else {
            let message = format!("`{}` does not say which field is its key", name.value);
            let example = match name.value.as_str() {
                "customers" => "customers key customer_id {".to_owned(),
                table => format!("table {table} key customer_id {{"),
            };
            return self.refuse(
                Diagnostic::error("dataset-without-key", message)
                    .at(name.span, "")
                    .help(format!("write `{example}`")),
            );
        };
        let key = self.one_name(&mut Children::of(key))?;
        let one_per_customer = self
            .once(&mut children, Rule::one_per_customer, "one per customer")
            .is_some();
        let from = match self.once(&mut children, Rule::from_file, "from") {
            Some(from) => Some(self.only_text(from)?),
            None => None,
        };
        let fields = Children::of(children.one(Rule::fields)?).all(Rule::field);
        let fields = fields
            .into_iter()
            .filter_map(|field| self.field(field))
            .collect();
        Some(Dataset {
            name,
            key,
            one_per_customer,
            from,
            fields,
        })
    }

    fn field(&mut self, pair: Pair<Rule>) -> Option<Field> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        self.field_rest(name, span, children)
    }

    pub(super) fn field_of(&mut self, pair: Pair<Rule>) -> Option<FieldOf> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let path = children.one(Rule::path)?;
        let path = self.path(path);
        let [dataset, name] = path.names.as_slice() else {
            let message = format!("`{}` does not say whose field it is", path.text());
            return self.refuse(
                Diagnostic::error("field-without-table", message)
                    .at(path.span, "")
                    .help("write `customers.` or the table's name and the field's: `field customers.region …`"),
            );
        };
        let field = self.field_rest(name.clone(), span, children)?;
        Some(FieldOf {
            dataset: dataset.clone(),
            field,
        })
    }

    fn field_rest(
        &mut self,
        name: Name,
        span: crate::base::Span,
        mut children: Children,
    ) -> Option<Field> {
        let label = self.maybe_text(&mut children)?;
        let field_type = children.one(Rule::field_type)?;
        let kind_span = self.span(&field_type);
        let (kind, optional) = self.field_type(field_type)?;
        let columns = match self.once(&mut children, Rule::columns, "from") {
            Some(columns) => self.texts(columns)?,
            None => Vec::new(),
        };
        let constraints = children.all_of(&[
            Rule::unique,
            Rule::compare_constraint,
            Rule::between_constraint,
        ]);
        let constraints = constraints
            .into_iter()
            .map(|constraint| self.constraint(constraint))
            .collect::<Option<_>>()?;
        Some(Field {
            name,
            label,
            kind,
            optional,
            kind_span,
            constraints,
            columns,
            span,
        })
    }

    /// A type, and whether `?` stands in it.
    fn field_type(&mut self, pair: Pair<Rule>) -> Option<(FieldKind, bool)> {
        let mut children = Children::of(pair);
        let after = children.one(Rule::optional).is_some();
        let inner = children.first()?;
        let rule = inner.as_rule();
        let mut children = Children::of(inner);
        let optional = children.one(Rule::optional).is_some() || after;
        let kind = match rule {
            Rule::text_type => FieldKind::Text,
            Rule::number_type => FieldKind::Number,
            Rule::date_type => FieldKind::Date,
            Rule::flag_type => FieldKind::Flag,
            Rule::score_type => FieldKind::Score,
            Rule::money_type => {
                let exponent = if children.has(Rule::k_thousands) {
                    3
                } else if children.has(Rule::k_millions) {
                    6
                } else {
                    0
                };
                let currency = self.one_name(&mut children);
                FieldKind::Money { exponent, currency }
            }
            Rule::percent_type => FieldKind::Percent(if children.has(Rule::k_fraction) {
                PercentForm::Fraction
            } else if children.has(Rule::k_points) {
                PercentForm::Points
            } else {
                PercentForm::Unsaid
            }),
            Rule::one_of_type => {
                let texts = children.one(Rule::texts)?;
                FieldKind::OneOf(self.texts(texts)?)
            }
            Rule::steps_type => {
                let texts = children.one(Rule::texts)?;
                FieldKind::Steps(self.texts(texts)?)
            }
            Rule::duration_type => {
                let word = children.one(Rule::time_word)?;
                FieldKind::Duration(self.time_unit(word)?)
            }
            _ => FieldKind::Segment(self.one_name(&mut children)),
        };
        Some((kind, optional))
    }

    fn constraint(&mut self, pair: Pair<Rule>) -> Option<Constraint> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut children = Children::of(pair);
        match rule {
            Rule::unique => Some(Constraint::Unique(span)),
            Rule::between_constraint => {
                let low = self.one_constant(&mut children)?;
                let high = self.one_constant(&mut children)?;
                Some(Constraint::Between(low, high, span))
            }
            _ => {
                let operator = children.one(Rule::op_compare)?;
                let operator = self.op_compare(operator)?;
                let bound = self.one_constant(&mut children)?;
                Some(Constraint::Compare(operator, bound))
            }
        }
    }

    pub(super) fn lookup(&mut self, pair: Pair<Rule>) -> Option<Lookup> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let values = if let Some(block) = children.one(Rule::lookup_block) {
            self.lookup_block(block)
        } else {
            let file = children.one(Rule::lookup_file)?;
            self.lookup_file(file)?
        };
        Some(Lookup { name, values })
    }

    fn lookup_block(&mut self, pair: Pair<Rule>) -> LookupValues {
        let mut children = Children::of(pair);
        let otherwise = self.otherwise_arm(&mut children);
        let arms = children
            .all(Rule::lookup_arm)
            .into_iter()
            .filter_map(|arm| self.arm(arm))
            .map(|(keys, value)| LookupArm { keys, value })
            .collect();
        LookupValues::Inline { arms, otherwise }
    }

    /// The value of the one `otherwise -> …`.
    pub(super) fn otherwise_arm(&mut self, children: &mut Children) -> Option<Expr> {
        let arm = self.once(children, Rule::otherwise_arm, "otherwise")?;
        self.only_expression(arm)
    }

    /// `"a", "b" -> x`: the constants before the arrow and the one after it.
    pub(super) fn arm(&mut self, pair: Pair<Rule>) -> Option<(Vec<Expr>, Expr)> {
        let mut values: Vec<Expr> = Children::of(pair)
            .all(Rule::constant)
            .into_iter()
            .map(|constant| self.expression(constant))
            .collect::<Option<_>>()?;
        let last = values.pop()?;
        Some((values, last))
    }

    fn lookup_file(&mut self, pair: Pair<Rule>) -> Option<LookupValues> {
        let mut children = Children::of(pair);
        let from = children.one(Rule::text)?;
        let from = self.text(from)?;
        let key = children.one(Rule::column_name)?;
        let key = self.column_name(key)?;
        let value = children.one(Rule::column_name)?;
        let value = self.column_name(value)?;
        let field_type = children.one(Rule::field_type)?;
        let kind_span = self.span(&field_type);
        let (kind, optional) = self.field_type(field_type)?;
        Some(LookupValues::File {
            from,
            key,
            value,
            kind,
            kind_span,
            optional,
        })
    }

    fn column_name(&mut self, pair: Pair<Rule>) -> Option<Text> {
        let inner = Children::of(pair).first()?;
        match inner.as_rule() {
            Rule::text => self.text(inner),
            _ => Some(self.name(inner)),
        }
    }
}
