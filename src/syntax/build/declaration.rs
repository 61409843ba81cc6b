//! Declarations that are short: the model block, `use`, lets, params, checks, output, scenarios and what they remove.
//! It also sends every other declaration to its own file.

use pest::iterators::Pair;

use super::{Builder, Children};
use crate::base::{Diagnostic, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::mistake;
use crate::syntax::tree::{
    Check, Declaration, Exclude, Expr, Item, Let, Model, Name, Output, OutputColumn, Override,
    Param, Rate, Remove, RemoveWhat, Scenario, Scores, Text,
};

impl Builder {
    pub fn declaration(&mut self, pair: Pair<Rule>) -> Option<Declaration> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let replace = children.one(Rule::k_replace).map(|word| self.span(&word));
        let item = children.first()?;
        let item = self.item(item)?;
        Some(Declaration {
            replace,
            item,
            span,
        })
    }

    fn item(&mut self, pair: Pair<Rule>) -> Option<Item> {
        Some(match pair.as_rule() {
            Rule::model => Item::Model(self.model(pair)?),
            Rule::use_file => Item::Use(self.only_text(pair)?),
            Rule::customers => Item::Customers(self.customers(pair)?),
            Rule::table => Item::Table(self.table(pair)?),
            Rule::field_of => Item::Field(self.field_of(pair)?),
            Rule::lookup => Item::Lookup(self.lookup(pair)?),
            Rule::rates => Item::Rates(self.rates(pair)),
            Rule::exclude => Item::Exclude(self.exclude(pair)?),
            Rule::let_value => Item::Let(self.let_value(pair)?),
            Rule::param => Item::Param(self.param(pair)?),
            Rule::axis => Item::Axis(self.axis(pair)?),
            Rule::criterion | Rule::group => Item::Member(self.member_of(pair)?),
            Rule::weight_of => Item::Weight(self.weight_of(pair)?),
            Rule::segments => Item::Segments(self.segments(pair)?),
            Rule::override_one => Item::Override(self.override_one(pair)?),
            Rule::teams => Item::Teams(self.teams(pair)),
            Rule::activities => Item::Activities(self.activities(pair)),
            Rule::service => Item::Service(self.service(pair)?),
            Rule::check => Item::Check(self.check(pair)?),
            Rule::output => Item::Output(self.output(pair)),
            Rule::test => Item::Test(self.test(pair)?),
            Rule::scenario => Item::Scenario(self.scenario(pair)?),
            _ => Item::Remove(self.remove(pair)?),
        })
    }

    /// The text of a pair that has one.
    pub(super) fn only_text(&mut self, pair: Pair<Rule>) -> Option<Text> {
        let text = Children::of(pair).one(Rule::text)?;
        self.text(text)
    }

    /// A text that may be left out: outside `None` stands for a text that was refused.
    pub(super) fn maybe_text(&mut self, children: &mut Children) -> Option<Option<Text>> {
        match children.one(Rule::text) {
            Some(text) => self.text(text).map(Some),
            None => Some(None),
        }
    }

    pub(super) fn one_name(&mut self, children: &mut Children) -> Option<Name> {
        let name = children.one(Rule::name)?;
        Some(self.name(name))
    }

    pub(super) fn one_constant(&mut self, children: &mut Children) -> Option<Expr> {
        let constant = children.one(Rule::constant)?;
        self.expression(constant)
    }

    fn model(&mut self, pair: Pair<Rule>) -> Option<Model> {
        let whole = self.span(&pair);
        let mut children = Children::of(pair);
        let name = children.one(Rule::text)?;
        let name = self.text(name)?;
        let edition = self.once(&mut children, Rule::edition, "edition");
        let edition = edition.and_then(|edition| self.edition(edition));
        let currency = self.once(&mut children, Rule::currency, "currency");
        let currency = currency.and_then(|currency| self.currency(currency));
        let scores = self.once(&mut children, Rule::scores, "scores");
        let scores = scores.and_then(|scores| self.scores(scores));
        let valid = self.once(&mut children, Rule::valid, "valid");
        let valid = valid.and_then(|valid| {
            let mut children = Children::of(valid);
            Some((
                self.one_constant(&mut children)?,
                self.one_constant(&mut children)?,
            ))
        });
        let today = self.once(&mut children, Rule::model_today, "today");
        let today = today.and_then(|today| self.only_expression(today));
        let missing = self.once(&mut children, Rule::missing_texts, "missing");
        let missing = missing.map_or_else(Vec::new, |missing| {
            Children::of(missing)
                .all(Rule::text)
                .into_iter()
                .filter_map(|text| self.text(text))
                .collect()
        });
        let mut span = name.span;
        span.start = whole.start;
        Some(Model {
            name,
            edition,
            currency,
            scores,
            valid,
            today,
            missing,
            span,
        })
    }

    fn edition(&mut self, pair: Pair<Rule>) -> Option<Spanned<String>> {
        let value = Children::of(pair).first()?;
        let span = self.span(&value);
        let written = value.as_str();
        if !written.bytes().all(|byte| byte.is_ascii_digit()) {
            let diagnostic = Diagnostic::error(
                "edition-form",
                format!("an edition is a year, found `{written}`"),
            )
            .at(span, "")
            .help("write `edition 2026`");
            return self.refuse(diagnostic);
        }
        Some(Spanned::new(written.to_owned(), span))
    }

    fn currency(&mut self, pair: Pair<Rule>) -> Option<Name> {
        let value = Children::of(pair).first()?;
        let span = self.span(&value);
        let written = value.as_str();
        self.currency_code(written, span)
    }

    fn currency_code(&mut self, written: &str, span: crate::base::Span) -> Option<Name> {
        match mistake::currency_form(span, written) {
            Some(diagnostic) => self.refuse(diagnostic),
            None => Some(Spanned::new(written.to_owned(), span)),
        }
    }

    fn scores(&mut self, pair: Pair<Rule>) -> Option<Scores> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let lowest = self.one_constant(&mut children)?;
        let highest = self.one_constant(&mut children)?;
        let decimals = match children.one(Rule::constant) {
            Some(decimals) => Some(self.expression(decimals)?),
            None => None,
        };
        Some(Scores {
            lowest,
            highest,
            decimals,
            span,
        })
    }

    fn rates(&mut self, pair: Pair<Rule>) -> Vec<Rate> {
        let rates = Children::of(pair).all(Rule::rate);
        rates
            .into_iter()
            .filter_map(|rate| self.rate(rate))
            .collect()
    }

    fn rate(&mut self, pair: Pair<Rule>) -> Option<Rate> {
        let mut children = Children::of(pair);
        let currency = self.one_name(&mut children)?;
        let currency = self.currency_code(&currency.value, currency.span)?;
        let rate = self.one_constant(&mut children)?;
        Some(Rate { currency, rate })
    }

    fn exclude(&mut self, pair: Pair<Rule>) -> Option<Exclude> {
        let mut children = Children::of(pair);
        let reason = children.one(Rule::text).map(|text| self.text(text))?;
        let condition = children
            .one(Rule::expression)
            .map(|part| self.expression(part))?;
        Some(Exclude {
            reason: reason?,
            condition: condition?,
        })
    }

    fn let_value(&mut self, pair: Pair<Rule>) -> Option<Let> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let value = children.one(Rule::expression)?;
        let value = self.expression(value)?;
        Some(Let { name, label, value })
    }

    fn param(&mut self, pair: Pair<Rule>) -> Option<Param> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let value = self.one_constant(&mut children)?;
        let bounds = match children.one(Rule::param_bounds) {
            Some(bounds) => {
                let mut children = Children::of(bounds);
                Some((
                    self.one_constant(&mut children)?,
                    self.one_constant(&mut children)?,
                ))
            }
            None => None,
        };
        let because = self.because(&mut children);
        Some(Param {
            name,
            label,
            value,
            bounds,
            because,
        })
    }

    fn check(&mut self, pair: Pair<Rule>) -> Option<Check> {
        let mut children = Children::of(pair);
        let only_warns = children.has(Rule::k_warn);
        let label = children.one(Rule::text).map(|text| self.text(text))?;
        let condition = children
            .one(Rule::expression)
            .map(|part| self.expression(part))?;
        let because = self.because(&mut children);
        Some(Check {
            only_warns,
            label: label?,
            condition: condition?,
            because,
        })
    }

    fn output(&mut self, pair: Pair<Rule>) -> Output {
        let span = self.span(&pair);
        let columns = Children::of(pair).all(Rule::column);
        let columns = columns
            .into_iter()
            .filter_map(|column| self.column(column))
            .collect();
        Output { columns, span }
    }

    fn column(&mut self, pair: Pair<Rule>) -> Option<OutputColumn> {
        let mut children = Children::of(pair);
        let value = children.one(Rule::expression)?;
        let text = on_one_line(value.as_str());
        let value = self.expression(value)?;
        let header = self.maybe_text(&mut children)?;
        Some(OutputColumn {
            value,
            text,
            header,
        })
    }

    fn scenario(&mut self, pair: Pair<Rule>) -> Option<Scenario> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let declarations = children.all(Rule::declaration);
        let declarations = declarations
            .into_iter()
            .filter_map(|declaration| self.declaration(declaration))
            .collect();
        Some(Scenario {
            name,
            label,
            declarations,
        })
    }

    fn remove(&mut self, pair: Pair<Rule>) -> Option<Remove> {
        let mut children = Children::of(pair);
        let kind = self.one_name(&mut children)?;
        let what = if let Some(path) = children.one(Rule::path) {
            RemoveWhat::Path(self.path(path))
        } else if let Some(text) = children.one(Rule::text) {
            RemoveWhat::Text(self.text(text)?)
        } else {
            RemoveWhat::Nothing(kind.span.after())
        };
        Some(Remove { kind, what })
    }

    fn override_one(&mut self, pair: Pair<Rule>) -> Option<Override> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let customer = children.one(Rule::text)?;
        let customer = self.text(customer)?;
        let segment = self.one_name(&mut children)?;
        let until = match self.once(&mut children, Rule::until, "until") {
            Some(until) => Some(self.only_expression(until)?),
            None => None,
        };
        let explained = children.has(Rule::because);
        let because = self.because(&mut children);
        if !explained {
            let message = format!("the override of `{}` gives no reason", customer.value);
            return self.refuse(
                Diagnostic::error("override-without-reason", message)
                    .at(span, "")
                    .help("add `because \"…\"`"),
            );
        }
        let by = match self.once(&mut children, Rule::decided_by, "by") {
            Some(by) => Some(self.only_text(by)?),
            None => None,
        };
        Some(Override {
            customer,
            segment,
            until,
            because,
            by,
        })
    }
}

/// A text with one blank wherever it has blanks or line breaks, but inside quotes as it is.
fn on_one_line(written: &str) -> String {
    let mut line = String::with_capacity(written.len());
    let mut in_quotes = false;
    let mut letters = written.trim().chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if in_quotes => {
                line.push(letter);
                line.extend(letters.next());
                continue;
            }
            '"' => in_quotes = !in_quotes,
            _ if in_quotes || !letter.is_whitespace() => {}
            _ => {
                if !line.ends_with(' ') {
                    line.push(' ');
                }
                continue;
            }
        }
        line.push(letter);
    }
    line
}
