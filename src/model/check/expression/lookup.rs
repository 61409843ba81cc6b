//! Values of lookups: the key brought to the lookup's keys, and whether each key has a value.

use super::Inference;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{Expr, ExprKind, Literal, Lookup, LookupId, LookupValues};
use crate::model::types::Type;
use crate::syntax::tree::{self, Name};

impl Inference<'_, '_> {
    /// A value of a lookup.
    pub(super) fn lookup(&mut self, name: &Name, key: &tree::Expr, span: Span) -> Option<Expr> {
        let found = self
            .checker
            .lookups
            .iter()
            .position(|lookup| lookup.name == name.value);
        let Some(at) = found else {
            let names: Vec<String> = self
                .checker
                .lookups
                .iter()
                .map(|it| it.name.clone())
                .collect();
            let near = nearest(&name.value, names.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("write `{near}[…]`"),
                None => "a lookup is declared so: `lookup rate { \"NOK\" -> 1, \"SEK\" -> 0.98 }`"
                    .to_owned(),
            };
            let message = format!("there is no lookup `{}`", name.value);
            self.infer(key);
            return self.error(
                Diagnostic::error("unknown-name", message)
                    .at(name.span, "not declared")
                    .help(help),
            );
        };
        let lookup = self.checker.lookups.get(at)?.clone();
        let what = std::mem::replace(&mut self.place.what, "the lookup");
        let inferred = match self.named_choice(key, &lookup.key) {
            Some(expr) => Some(expr),
            None => self.infer(key),
        };
        let covered = inferred.as_ref().is_some_and(|key| covers(&lookup, key));
        let key = inferred.and_then(|key| self.bring_to(key, &lookup.key));
        self.place.what = what;
        let key = key?;
        Some(Expr {
            optional: key.optional || !covered,
            kind: ExprKind::Lookup(LookupId(at), Box::new(key)),
            ty: lookup.value,
            span,
        })
    }
}

/// Whether a lookup has a value for every key that an expression can have.
fn covers(lookup: &Lookup, key: &Expr) -> bool {
    let LookupValues::Inline { entries, otherwise } = &lookup.values else {
        return false;
    };
    if otherwise.is_some() {
        return true;
    }
    let has = |wanted: &Literal| entries.iter().any(|(key, _)| key == wanted);
    match &key.ty {
        Type::OneOf(list) | Type::Steps(list) => {
            list.iter().enumerate().all(|(at, text)| match &lookup.key {
                Type::Text => has(&Literal::Text(text.as_str().into())),
                _ => u32::try_from(at).is_ok_and(|at| has(&Literal::Choice(at))),
            })
        }
        Type::Flag => has(&Literal::Flag(true)) && has(&Literal::Flag(false)),
        _ => match &key.kind {
            ExprKind::Literal(literal) => has(literal),
            _ => false,
        },
    }
}
