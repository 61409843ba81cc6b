//! The customers and the tables: keys, fields, their types and how their cells are read.
//! A field that is wrong stays declared, so that others may name it.

use super::checker::Checker;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Dataset, Field, FieldId, Reading, SegmentationId};
use crate::model::types::Type;
use crate::syntax::tree::{self, FieldKind, PercentForm, TimeUnit};
use std::sync::Arc;

impl<'a> Checker<'a> {
    /// Checks the customers and all tables.
    pub(super) fn datasets(&mut self) {
        let assembly = self.assembly;
        self.check_money_has_currency();
        if let Some(customers) = &assembly.customers {
            self.customers = self.dataset(customers, true);
        }
        for table in &assembly.tables {
            let table = self.dataset(table, false);
            self.tables.push(table);
        }
    }

    /// One message, at the first field, says that the model lacks a currency.
    fn check_money_has_currency(&mut self) {
        let assembly = self.assembly;
        let Some(model) = assembly.model.as_ref().filter(|_| self.currency.is_none()) else {
            return;
        };
        let money = assembly
            .customers
            .iter()
            .chain(&assembly.tables)
            .flat_map(|dataset| &dataset.fields)
            .find(|field| matches!(field.kind, FieldKind::Money { .. }));
        if let Some(field) = money {
            self.report(
                Diagnostic::error(
                    "money-without-currency",
                    format!(
                        "`{}` is money, but the model names no currency",
                        field.name.value
                    ),
                )
                .at(field.kind_span, "money")
                .at(model.span, "no `currency` here")
                .help("write `currency NOK` in the model block"),
            );
        }
    }

    fn dataset(&mut self, tree: &'a tree::Dataset, customers: bool) -> Dataset {
        let fields = tree
            .fields
            .iter()
            .map(|field| self.field(field, tree))
            .collect();
        Dataset {
            name: tree.name.value.clone(),
            key: self.key(tree, customers),
            one_per_customer: tree.one_per_customer,
            from: tree.from.clone(),
            fields,
            span: tree.name.span,
        }
    }

    fn key(&mut self, tree: &'a tree::Dataset, customers: bool) -> FieldId {
        let key = &tree.key;
        let position = tree
            .fields
            .iter()
            .position(|field| field.name.value == key.value);
        let Some(position) = position else {
            let names = tree.fields.iter().map(|field| field.name.value.as_str());
            let help = match nearest(&key.value, names) {
                Some(near) => format!("write `{near}`"),
                None => format!("add `{} text` to the fields", key.value),
            };
            self.report(
                Diagnostic::error(
                    "unknown-key",
                    format!("`{}` has no field `{}`", tree.name.value, key.value),
                )
                .at(key.span, "the key must be one of the fields")
                .help(help),
            );
            return FieldId(0);
        };
        if let Some(field) = tree.fields.get(position) {
            if !matches!(field.kind, FieldKind::Text | FieldKind::Number) {
                self.report(
                    Diagnostic::error(
                        "key-not-text",
                        format!("the key `{}` is not a text", key.value),
                    )
                    .at(field.kind_span, "expected `text`")
                    .at(key.span, "named as the key here")
                    .help(format!(
                        "write `{} text`; numbers of customers are read as they stand",
                        key.value
                    )),
                );
            } else if field.optional && customers {
                self.report(
                    Diagnostic::error(
                        "key-optional",
                        format!("the customers' key `{}` cannot be missing", key.value),
                    )
                    .at(field.kind_span, "expected `text`")
                    .help(format!("write `{} text`", key.value)),
                );
            }
        }
        FieldId(position)
    }

    fn field(&mut self, field: &'a tree::Field, dataset: &'a tree::Dataset) -> Field {
        // Keys are compared as they stand, also where they are numbers.
        let kind = match field.kind {
            FieldKind::Number if field.name.value == dataset.key.value => &FieldKind::Text,
            _ => &field.kind,
        };
        let read = self.field_type(kind, field.kind_span, Some(dataset));
        let wrong = read.is_none();
        let (ty, reading) = read.unwrap_or((Type::Text, Reading::Plain));
        if wrong && dataset.name.value == "customers" {
            self.names.mark_broken(&field.name.value);
        }
        let unique = field
            .constraints
            .iter()
            .any(|constraint| matches!(constraint, tree::Constraint::Unique(_)));
        let bounds = if wrong {
            Vec::new()
        } else {
            self.bounds(field, &ty)
        };
        self.check_headers(field, dataset);
        let headers = if field.columns.is_empty() {
            vec![field.name.value.clone()]
        } else {
            field
                .columns
                .iter()
                .map(|header| header.value.clone())
                .collect()
        };
        Field {
            name: field.name.value.clone(),
            ty,
            reading,
            optional: field.optional,
            unique,
            bounds,
            headers,
            span: field.name.span,
        }
    }

    fn check_headers(&mut self, field: &'a tree::Field, dataset: &'a tree::Dataset) {
        let same = |left: &str, right: &str| {
            let (left, right) = (left.trim(), right.trim());
            if left.is_ascii() && right.is_ascii() {
                left.eq_ignore_ascii_case(right)
            } else {
                left.to_lowercase() == right.to_lowercase()
            }
        };
        for header in &field.columns {
            let other = dataset
                .fields
                .iter()
                .take_while(|other| other.span != field.span)
                .find(|other| {
                    other
                        .columns
                        .iter()
                        .any(|column| same(&column.value, &header.value))
                });
            if let Some(other) = other {
                self.report(
                    Diagnostic::warning(
                        "column-twice",
                        format!(
                            "`{}` and `{}` read the same column \"{}\"",
                            other.name.value, field.name.value, header.value
                        ),
                    )
                    .at(header.span, "read again")
                    .at(other.span, "read first")
                    .help("if one of them means another column, name that after `from`"),
                );
            }
        }
    }

    /// The type of a field, or of the values of a lookup's file (without a dataset), and how its
    /// cells are read.
    pub(super) fn field_type(
        &mut self,
        kind: &'a FieldKind,
        span: Span,
        dataset: Option<&'a tree::Dataset>,
    ) -> Option<(Type, Reading)> {
        let plain = |ty| Some((ty, Reading::Plain));
        match kind {
            FieldKind::Text => plain(Type::Text),
            FieldKind::Number => plain(Type::Number),
            FieldKind::Date => plain(Type::Date),
            FieldKind::Flag => plain(Type::Flag),
            FieldKind::Score => plain(Type::Score),
            FieldKind::Money { exponent, currency } => {
                let scale = 10_i64.checked_pow(u32::from(*exponent))?;
                match currency {
                    Some(name) => {
                        let field = self.currency_field(name, dataset)?;
                        Some((Type::Money, Reading::InCurrency(field)))
                    }
                    None if scale > 1 => Some((Type::Money, Reading::Scaled(scale))),
                    None => plain(Type::Money),
                }
            }
            FieldKind::Percent(form) => Some((
                Type::Percent,
                match form {
                    PercentForm::Unsaid => Reading::Plain,
                    PercentForm::Fraction => Reading::Fraction,
                    PercentForm::Points => Reading::Points,
                },
            )),
            FieldKind::OneOf(texts) => {
                let texts = self.list(texts, span, "one of", 1)?;
                plain(Type::OneOf(texts))
            }
            FieldKind::Steps(texts) => {
                let texts = self.list(texts, span, "steps", 2)?;
                plain(Type::Steps(texts))
            }
            FieldKind::Duration(unit) => {
                let seconds = match unit {
                    TimeUnit::Minute => 60,
                    TimeUnit::Hour => 3_600,
                    TimeUnit::Day => 86_400,
                    TimeUnit::Week => 604_800,
                    TimeUnit::Month | TimeUnit::Quarter | TimeUnit::Year => {
                        self.report(
                            Diagnostic::error(
                                "duration-unit",
                                "months and years have no fixed length",
                            )
                            .at(span, "expected minutes, hours or days")
                            .help("write `duration in days`, or read the column as a `number`"),
                        );
                        return None;
                    }
                };
                Some((Type::Duration, Reading::Seconds(seconds)))
            }
            FieldKind::Segment(name) => {
                let segmentation = self.segmentation_named(name.as_ref(), span)?;
                Some((Type::Segment(segmentation), Reading::Segment))
            }
        }
    }

    fn list(
        &mut self,
        texts: &'a [tree::Text],
        span: Span,
        word: &str,
        least: usize,
    ) -> Option<Arc<[String]>> {
        let mut distinct: Vec<String> = Vec::new();
        for (at, text) in texts.iter().enumerate() {
            let first = texts
                .iter()
                .take(at)
                .find(|other| other.value == text.value);
            match first {
                Some(first) => self.report(
                    Diagnostic::error(
                        "value-twice",
                        format!("\"{}\" stands twice in the list", text.value),
                    )
                    .at(text.span, "again")
                    .at(first.span, "first")
                    .help("leave one of them out"),
                ),
                None => distinct.push(text.value.clone()),
            }
        }
        if distinct.len() < least {
            self.report(
                Diagnostic::error("list-too-short", format!("`{word}` lists too few values"))
                    .at(span, format!("expected at least {least}"))
                    .help(format!("write `{word} \"low\", \"high\"`")),
            );
            return None;
        }
        Some(distinct.into())
    }

    /// The segmentation of that name; the unnamed one without a name.
    pub(super) fn segmentation_named(
        &mut self,
        name: Option<&tree::Name>,
        span: Span,
    ) -> Option<SegmentationId> {
        let assembly = self.assembly;
        let wanted = name.map(|name| name.value.as_str());
        let position = assembly
            .segmentations
            .iter()
            .position(|segments| segments.name.as_ref().map(|name| name.value.as_str()) == wanted);
        if position.is_none() {
            let names = assembly
                .segmentations
                .iter()
                .filter_map(|segments| segments.name.as_ref())
                .map(|name| name.value.as_str());
            let (message, help) = match name {
                Some(name) => (
                    format!("there is no `segments {}`", name.value),
                    nearest(&name.value, names.clone())
                        .map(|near| format!("write `{near}`"))
                        .or_else(|| names.clone().next().map(|it| format!("write `segment {it}`")))
                        .or_else(|| Some("write `segment` for the `segments` without a name, or `text` for a column that is only read".to_owned())),
                ),
                None => (
                    "the model has no `segments` without a name".to_owned(),
                    names
                        .clone()
                        .next()
                        .map(|name| format!("write `segment {name}`"))
                        .or_else(|| {
                            Some("add `segments { … }`, or read the column as `text`".to_owned())
                        }),
                ),
            };
            self.report(
                Diagnostic::error("unknown-segmentation", message)
                    .at(
                        name.map_or(span, |name| name.span),
                        "an earlier result of what?",
                    )
                    .help_maybe(help),
            );
        }
        position.map(SegmentationId)
    }

    fn currency_field(
        &mut self,
        name: &'a tree::Name,
        dataset: Option<&'a tree::Dataset>,
    ) -> Option<FieldId> {
        let Some(dataset) = dataset else {
            self.report(
                Diagnostic::error("unknown-name", "a lookup has no field of currencies")
                    .at(name.span, "expected `in thousands` or `in millions`"),
            );
            return None;
        };
        let fields = &dataset.fields;
        let Some(position) = fields
            .iter()
            .position(|field| field.name.value == name.value)
        else {
            let names = fields.iter().map(|field| field.name.value.as_str());
            let help = match nearest(&name.value, names) {
                Some(near) => format!("write `{near}`"),
                None => format!(
                    "declare `{} text` beside it, or write `in thousands` or `in millions`",
                    name.value
                ),
            };
            self.report(
                Diagnostic::error(
                    "unknown-name",
                    format!("`{}` has no field `{}`", dataset.name.value, name.value),
                )
                .at(
                    name.span,
                    "expected the field with the currency of each row",
                )
                .help(help),
            );
            return None;
        };
        let field = fields.get(position)?;
        let codes: &[tree::Text] = match &field.kind {
            FieldKind::Text => &[],
            FieldKind::OneOf(codes) => codes,
            _ => {
                self.report(
                    Diagnostic::error(
                        "currency-field",
                        format!("`{}` does not hold codes of currencies", name.value),
                    )
                    .at(name.span, "used as a currency")
                    .at(field.kind_span, "expected `text` or `one of`")
                    .help("name the field that holds each row's code, such as NOK"),
                );
                return None;
            }
        };
        let assembly = self.assembly;
        if assembly.rates.is_empty() {
            self.report(
                Diagnostic::error(
                    "money-without-rates",
                    format!("money in `{}` needs `rates`", name.value),
                )
                .at(name.span, "converted into the model's currency")
                .help(
                    "declare what one of each currency is worth: `rates { SEK 0.98, EUR 11.60 }`",
                ),
            );
            return Some(FieldId(position));
        }
        for code in codes {
            let known = self.currency.as_deref() == Some(code.value.as_str())
                || assembly
                    .rates
                    .iter()
                    .any(|rate| rate.currency.value == code.value);
            if !known {
                self.report(
                    Diagnostic::error(
                        "currency-without-rate",
                        format!("\"{}\" has no rate", code.value),
                    )
                    .at(code.span, "one of the currencies")
                    .help(format!("add it to `rates`: `{} 1.00`", code.value)),
                );
            }
        }
        Some(FieldId(position))
    }
}
