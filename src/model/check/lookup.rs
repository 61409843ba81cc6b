//! Rates and lookups: currencies and keys with their values, each key once, all of one type.
//! Lookups from a file get their types here and their values when the file is read.

use super::checker::{Checker, Constant};
use super::param::names_something;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Literal, Lookup, LookupValues, Reading, SegmentationId};
use crate::model::types::Type;
use crate::syntax::tree;
use crate::value::Decimal;

impl<'a> Checker<'a> {
    /// Checks what one of each currency is worth. Params may be money and rates may name params, so
    /// rates that name something are looked at after the params (`named`), the others before.
    pub(super) fn check_rates(&mut self, named: bool) {
        let assembly = self.assembly;
        for rate in &assembly.rates {
            let code = &rate.currency;
            if names_something(&rate.rate) != named {
                continue;
            }
            let Some(units) = self.units(&rate.rate, &Type::Number) else {
                continue;
            };
            if units <= 0 {
                self.report(
                    Diagnostic::error(
                        "rate-not-positive",
                        format!("the rate of `{}` is not above 0", code.value),
                    )
                    .at(rate.rate.span, "")
                    .help("a rate is what one of it is worth in the model's currency"),
                );
            } else if self.currency.as_deref() == Some(code.value.as_str()) {
                if Decimal(units) != Decimal::ONE {
                    self.report(
                        Diagnostic::error(
                            "rate-of-own-currency",
                            format!(
                                "`{}` is the model's own currency: its rate is 1",
                                code.value
                            ),
                        )
                        .at(rate.rate.span, "expected 1")
                        .help("leave it out"),
                    );
                }
            } else {
                self.rates.push((code.value.clone(), Decimal(units)));
            }
        }
    }

    /// Checks the lookups.
    pub(super) fn check_lookups(&mut self) {
        let assembly = self.assembly;
        for lookup in &assembly.lookups {
            let checked = self.lookup(lookup);
            self.lookups.push(checked);
        }
    }

    fn lookup(&mut self, tree: &'a tree::Lookup) -> Lookup {
        let (key, value, values) = match &tree.values {
            tree::LookupValues::Inline { arms, otherwise } => {
                self.inline_lookup(tree, arms, otherwise.as_ref())
            }
            tree::LookupValues::File {
                from,
                key,
                value,
                kind,
                kind_span,
                optional,
            } => {
                let (ty, reading) = self
                    .field_type(kind, *kind_span, None)
                    .unwrap_or((Type::Number, Reading::Plain));
                if ty == Type::Money {
                    self.money_needs_currency(*kind_span);
                }
                let values = LookupValues::File {
                    from: from.clone(),
                    key: key.value.clone(),
                    value: value.value.clone(),
                    reading,
                    optional: *optional,
                };
                (Type::Text, ty, values)
            }
        };
        Lookup {
            name: tree.name.value.clone(),
            key,
            value,
            values,
            span: tree.name.span,
        }
    }

    /// Money outside the fields (they are looked at together) needs a currency too. One message
    /// says so for the whole model.
    pub(super) fn money_needs_currency(&mut self, span: Span) {
        let assembly = self.assembly;
        let is_known = |it: &Diagnostic| it.code == "money-without-currency";
        if self.currency.is_none()
            && !self.diagnostics.iter().any(is_known)
            && let Some(model) = &assembly.model
        {
            self.report(
                Diagnostic::error(
                    "money-without-currency",
                    "this is money, but the model names no currency",
                )
                .at(span, "money")
                .at(model.span, "no `currency` here")
                .help("write `currency NOK` in the model block"),
            );
        }
    }

    fn inline_lookup(
        &mut self,
        tree: &'a tree::Lookup,
        arms: &'a [tree::LookupArm],
        otherwise: Option<&'a tree::Expr>,
    ) -> (Type, Type, LookupValues) {
        let key_trees: Vec<&'a tree::Expr> = arms.iter().flat_map(|arm| &arm.keys).collect();
        let value_trees: Vec<&'a tree::Expr> =
            arms.iter().map(|arm| &arm.value).chain(otherwise).collect();
        if arms.is_empty() {
            self.report(
                Diagnostic::error(
                    "empty-lookup",
                    format!("the lookup `{}` has no values", tree.name.value),
                )
                .at(tree.name.span, "")
                .help(format!(
                    "write `lookup {} {{ \"a\" -> 1, \"b\" -> 2 }}`",
                    tree.name.value
                )),
            );
        }
        let (key_type, keys) = self.keys(&key_trees);
        let (value_type, values) = self.of_one_type(&value_trees);
        let mut entries: Vec<(Literal, Literal)> = Vec::new();
        let mut places: Vec<Span> = Vec::new();
        let mut keys = keys.into_iter().zip(&key_trees);
        for (arm, value) in arms.iter().zip(&values) {
            for (key, key_tree) in keys.by_ref().take(arm.keys.len()) {
                let (Some(key), Some(value)) = (key, value) else {
                    continue;
                };
                let first = entries
                    .iter()
                    .zip(&places)
                    .find(|((there, _), _)| *there == key)
                    .map(|(_, place)| *place);
                if let Some(first) = first {
                    self.report(
                        Diagnostic::error("key-twice", "this key stands twice in the lookup")
                            .at(key_tree.span, "again")
                            .at(first, "first")
                            .help("leave one of them out"),
                    );
                } else {
                    entries.push((key, value.value.clone()));
                    places.push(key_tree.span);
                }
            }
        }
        let otherwise = otherwise.and_then(|_| values.last()?.as_ref());
        let otherwise = otherwise.map(|constant| constant.value.clone());
        (
            key_type,
            value_type,
            LookupValues::Inline { entries, otherwise },
        )
    }

    /// The keys and their type: segments by bare name, or constants of one type.
    fn keys(&mut self, trees: &[&'a tree::Expr]) -> (Type, Vec<Option<Literal>>) {
        if let Some(segmentation) = trees.first().and_then(|tree| self.segment_key(tree)) {
            let ty = Type::Segment(segmentation);
            let keys = trees.iter().map(|tree| self.literal(tree, &ty)).collect();
            return (ty, keys);
        }
        let (ty, keys) = self.of_one_type(trees);
        let keys = keys.into_iter().map(|key| Some(key?.value)).collect();
        (ty, keys)
    }

    /// The one segmentation that has a segment of that bare name.
    fn segment_key(&self, tree: &tree::Expr) -> Option<SegmentationId> {
        let tree::ExprKind::Name(path) = &*tree.kind else {
            return None;
        };
        let [name] = path.names.as_slice() else {
            return None;
        };
        if self.names.get(&name.value).is_some() {
            return None;
        }
        self.segmentations
            .iter()
            .position(|segmentation| {
                segmentation
                    .segments
                    .iter()
                    .any(|(segment, _)| *segment == name.value)
            })
            .map(SegmentationId)
    }

    /// Constants of one type: that of the first that is more than a bare number.
    fn of_one_type(&mut self, trees: &[&'a tree::Expr]) -> (Type, Vec<Option<Constant>>) {
        let constants: Vec<Option<Constant>> =
            trees.iter().map(|tree| self.constant(tree, None)).collect();
        let ty = constants
            .iter()
            .flatten()
            .map(|constant| &constant.ty)
            .find(|ty| **ty != Type::Number)
            .or_else(|| {
                constants
                    .iter()
                    .flatten()
                    .map(|constant| &constant.ty)
                    .next()
            })
            .cloned()
            .unwrap_or(Type::Number);
        let constants = constants
            .into_iter()
            .zip(trees)
            .map(|(constant, tree)| match constant {
                Some(constant) if constant.ty != ty => self.constant(tree, Some(&ty)),
                constant => constant,
            })
            .collect();
        (ty, constants)
    }
}
