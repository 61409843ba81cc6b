//! Expressions of the tree become checked ones: names are found, types, units and missing values
//! agree. It declares nothing; messages go to the checker, and what is wrong becomes `None`.

mod aggregate;
mod agree;
mod arithmetic;
mod bounds;
mod call;
mod clash;
mod compare;
mod constant;
mod cycles;
mod lets;
mod literal;
mod lookup;
mod missing;
mod name;
mod portfolio;
mod service;
mod sight;
mod unknown;
mod walk;

pub(super) use cycles::circles;
pub(super) use lets::LetFacts;
pub(crate) use walk::children;
pub(super) use walk::names_in;

use super::checker::{Checker, Place, Scope};
use crate::base::{Diagnostic, Span};
use crate::model::program::{Expr, ExprKind, Literal};
use crate::model::types::Type;
use crate::syntax::tree;

impl<'a> Checker<'a> {
    /// Any value.
    pub(super) fn value(&mut self, tree: &tree::Expr, place: Place) -> Option<Expr> {
        let expr = Inference::new(self, place).infer(tree)?;
        self.not_bare_missing(expr)
    }

    /// A value brought to a type; may be missing.
    pub(super) fn value_of(&mut self, tree: &tree::Expr, ty: &Type, place: Place) -> Option<Expr> {
        let expr = Inference::new(self, place).infer_as(tree, ty)?;
        self.not_bare_missing(expr)
    }

    /// A value that is never missing, brought to a type where one is given.
    pub(super) fn definite(
        &mut self,
        tree: &tree::Expr,
        ty: Option<&Type>,
        place: Place,
    ) -> Option<Expr> {
        let expr = match ty {
            Some(ty) => self.value_of(tree, ty, place)?,
            None => self.value(tree, place)?,
        };
        if expr.optional {
            self.refuse_missing(&expr, &format!("{} needs a value here", place.what));
            return None;
        }
        Some(expr)
    }

    /// A flag that is never missing. In checks and tests it may be: they then fail and say so.
    pub(super) fn condition(&mut self, tree: &tree::Expr, place: Place) -> Option<Expr> {
        let mut inference = Inference::new(self, place);
        inference.flag(tree, "a condition")
    }

    /// One value of exactly that type: texts of a list by position, segments and teams by name.
    pub(super) fn literal(&mut self, tree: &tree::Expr, ty: &Type) -> Option<Literal> {
        self.constant(tree, Some(ty)).map(|constant| constant.value)
    }

    fn not_bare_missing(&mut self, expr: Expr) -> Option<Expr> {
        if matches!(expr.kind, ExprKind::Missing) {
            self.report(
                Diagnostic::error("missing-place", "`missing` alone is no value")
                    .at(expr.span, "")
                    .help("`missing` may be a branch: `if tested then level else missing`"),
            );
            return None;
        }
        Some(expr)
    }
}

/// One expression on its way: where it stands and what is known to be there.
pub(super) struct Inference<'c, 'a> {
    checker: &'c mut Checker<'a>,
    /// Where the part that is looked at stands; its scope changes inside aggregates.
    place: Place,
    /// Expressions that are not missing here, because a condition says so.
    facts: Vec<Expr>,
    /// The customer of a test whose name may stand before values.
    given: Option<usize>,
    /// What stands after the `/` that is looked at.
    divisor: Option<Span>,
    /// The type of what stands beside the name that is looked at.
    beside: Option<Type>,
}

impl<'c, 'a> Inference<'c, 'a> {
    fn new(checker: &'c mut Checker<'a>, place: Place) -> Self {
        Inference {
            checker,
            place,
            facts: Vec::new(),
            given: None,
            divisor: None,
            beside: None,
        }
    }

    /// Any value, also `missing` alone.
    fn infer(&mut self, tree: &tree::Expr) -> Option<Expr> {
        let mut expr = self.infer_kind(tree)?;
        if expr.optional && self.facts.iter().any(|fact| walk::same(fact, &expr)) {
            expr.optional = false;
        }
        Some(expr)
    }

    fn infer_kind(&mut self, tree: &tree::Expr) -> Option<Expr> {
        use tree::ExprKind as Tree;
        let span = tree.span;
        match &*tree.kind {
            Tree::Number(number) => self.checker.number(number, span),
            Tree::Text(text) => Some(definite(
                ExprKind::Literal(Literal::Text(text.as_str().into())),
                Type::Text,
                span,
            )),
            Tree::Date(text) => self.checker.date_literal(text, span),
            Tree::Flag(flag) => Some(definite(
                ExprKind::Literal(Literal::Flag(*flag)),
                Type::Flag,
                span,
            )),
            Tree::Missing => Some(Expr {
                kind: ExprKind::Missing,
                ty: Type::Number,
                optional: true,
                span,
            }),
            Tree::Today => {
                self.checker.uses_today = true;
                Some(definite(ExprKind::Today, Type::Date, span))
            }
            Tree::Name(path) => self.name(path),
            Tree::Negate(inner) => self.negate(inner, span),
            Tree::Not(inner) => self.not(inner, span),
            Tree::Arithmetic {
                operator,
                left,
                right,
            } => self.arithmetic(operator, left, right, span),
            Tree::Compare {
                operator,
                left,
                right,
            } => self.compare(operator, left, right, span),
            Tree::Between {
                value,
                low,
                high,
                negated,
            } => self.between(value, low, high, *negated, span),
            Tree::IsOneOf {
                value,
                list,
                negated,
            } => self.is_one_of(value, list, *negated, span),
            Tree::IsMissing { value, negated } => self.is_missing(value, *negated, span),
            Tree::InRank {
                value,
                end,
                count,
                by,
            } => self.in_rank(value, *end, count, by.as_ref(), span),
            Tree::And(parts) => self.all_or_any(parts, true, span),
            Tree::Or(parts) => self.all_or_any(parts, false, span),
            Tree::Default { value, otherwise } => self.default(value, otherwise, span),
            Tree::If {
                condition,
                then,
                otherwise,
            } => self.if_(condition, then, otherwise, span),
            Tree::Call(call) => self.call(call, span),
            Tree::Lookup { lookup, key } => self.lookup(lookup, key, span),
        }
    }

    /// A value brought to a type; segments and teams may be named.
    fn infer_as(&mut self, tree: &tree::Expr, ty: &Type) -> Option<Expr> {
        if let Some(expr) = self.named_choice(tree, ty) {
            return Some(expr);
        }
        let expr = self.infer(tree)?;
        self.bring_to(expr, ty)
    }

    /// A flag; never missing, except in checks and tests.
    fn flag(&mut self, tree: &tree::Expr, what: &str) -> Option<Expr> {
        let expr = self.infer(tree)?;
        if expr.ty != Type::Flag || matches!(expr.kind, ExprKind::Missing) {
            let found = self.checker.kind_of(&expr);
            let mut message = Diagnostic::error(
                "condition-wanted",
                format!("{what} is yes or no, not {found}"),
            )
            .at(expr.span, found);
            if expr.ty.is_numeric() {
                message = message.help("compare it with something: `revenue >= 5M`");
            } else if !matches!(expr.kind, ExprKind::Missing) {
                message = message.help("compare it with something: `region is \"Nord\"`");
            }
            return self.error(message);
        }
        // The words are wanted only where something is wrong.
        if expr.optional {
            self.decide(&expr, &format!("{what} needs a value"))?;
        }
        Some(expr)
    }

    /// Whether a value that is missing is handed on, as checks and tests do.
    fn tolerant(&self) -> bool {
        matches!(
            self.place.scope,
            Scope::Portfolio | Scope::Test | Scope::Persons
        )
    }

    /// Refuses a value that may be missing, where it would decide something.
    fn decide(&mut self, expr: &Expr, need: &str) -> Option<()> {
        if expr.optional && !self.tolerant() {
            self.checker.refuse_missing(expr, need);
            return None;
        }
        Some(())
    }

    /// Looks at a part with another scope; what was known of other values does not hold there.
    fn inside<T>(
        &mut self,
        scope: Scope,
        keep_facts: bool,
        look: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = std::mem::replace(&mut self.place.scope, scope);
        let facts = if keep_facts {
            self.facts.clone()
        } else {
            Vec::new()
        };
        let facts = std::mem::replace(&mut self.facts, facts);
        let result = look(self);
        self.place.scope = outer;
        self.facts = facts;
        result
    }

    fn error<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.checker.report(diagnostic);
        None
    }
}

/// A node that is never missing.
fn definite(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr {
        kind,
        ty,
        optional: false,
        span,
    }
}
