//! The answer to a question: its expressions are checked and computed beside the model, by the
//! evaluator of the model itself.

use super::answer::Answer;
use super::bench::{Bench, Computed, Held, refused};
use super::layout::{Layout, clean, counted};
use super::question::{Question, unclear};
use super::value::{shown, with_unit};
use super::version::Version;
use crate::base::{Diagnostic, Source, SourceId, SourceMap};
use crate::eval::{Outcome, key};
use crate::model::assembly::{Asked, AskedSight};
use crate::model::check::Settings;
use crate::model::check::check;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::plan::{Only, Plan, Wanted, plan_for};
use crate::syntax::parse_expression;
use crate::syntax::tree::Expr;
use crate::value::{Column, Decimal, Values};
use std::cmp::Ordering;
use std::ops::Range;

/// How many rows a list has where nothing else is said.
const ROWS: usize = 10;

/// What was asked, computed.
pub(super) struct Reply {
    pub(super) program: Program,
    pub(super) plan: Plan,
    pub(super) outcome: Outcome,
}

impl Bench<'_> {
    /// Answers a question.
    pub(super) fn question(&mut self, input: &str) -> Computed<Answer> {
        let version = self.version()?;
        let held = self.held()?;
        let question = Question::of(input).map_err(|it| self.typed_wrong(input, &[*it]))?;
        let text = if let Some(key) = &question.key {
            self.for_customer(&version, &held, input, &question, key)?
        } else if question.by.is_some() {
            self.by_groups(&version, &held, input, &question)?
        } else if question.is_list() {
            match self.of_those(&version, &held, input, &question)? {
                Some(text) => text,
                None => self.list(&version, &held, input, &question)?,
            }
        } else {
            self.single(&version, &held, input, &question)
                .map_err(|mut answer| {
                    let key = input.trim();
                    if let Some(program) = version.program()
                        && self.row_of(program, &held, key).is_ok()
                    {
                        let help = format!("  `{0}` is a customer: `:explain {0}`\n", clean(key));
                        answer.messages.push_str(&help);
                    }
                    answer
                })?
        };
        Ok(Answer::text(text))
    }

    /// Messages about what was typed.
    pub(super) fn typed_wrong(&self, input: &str, messages: &[Diagnostic]) -> Answer {
        let mut sources = SourceMap::default();
        sources.add(Source::new("typed", input));
        refused(self.world.messages(messages, &sources))
    }

    /// One part of a question as an expression.
    pub(super) fn expression(&self, input: &str, part: &Range<usize>) -> Computed<Expr> {
        // What stands around it becomes blank, so that places stay what they are.
        let mut blank = String::with_capacity(input.len());
        for (at, letter) in input.char_indices() {
            if part.contains(&at) {
                blank.push(letter);
            } else {
                (0..letter.len_utf8()).for_each(|_| blank.push(' '));
            }
        }
        let (expr, messages) = parse_expression(SourceId(0), &blank);
        match expr {
            Some(expr) if messages.is_empty() => Ok(expr),
            _ if messages.is_empty() => Err(self.typed_wrong(
                input,
                &[unclear(part, "nothing stands here").help("write an expression")],
            )),
            _ => Err(self.typed_wrong(input, &messages)),
        }
    }

    /// Checks and computes expressions beside the model.
    pub(super) fn ask(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        asked: Vec<Asked>,
    ) -> Computed<Reply> {
        let program = self.asked(version, input, asked)?;
        let wanted = Wanted {
            only: Only::Asked,
            ..Wanted::default()
        };
        let plan = plan_for(&program, wanted);
        let outcome = self.run(version, &plan, held)?;
        Ok(Reply {
            program,
            plan,
            outcome,
        })
    }

    /// Checks expressions beside the model.
    pub(super) fn asked(
        &self,
        version: &Version,
        input: &str,
        asked: Vec<Asked>,
    ) -> Computed<Program> {
        let loaded = &version.loaded;
        let Some(program) = &loaded.program else {
            return Err(refused(String::new()));
        };
        let mut sources = loaded.sources.clone();
        let own = sources.add(Source::new("typed", input));
        let mut assembly = loaded.assembly.clone();
        assembly.tests.clear();
        assembly.asked = asked;
        for asked in &mut assembly.asked {
            super::by::move_to(&mut asked.value, own);
        }
        let settings = Settings {
            today: program.today,
            params: loaded.params.clone(),
        };
        let checked = check(&assembly, &settings);
        let about = |it: &&Diagnostic| {
            it.is_error() || it.labels.first().is_some_and(|it| it.span.source == own)
        };
        let messages: Vec<Diagnostic> = checked.diagnostics.iter().filter(about).cloned().collect();
        checked
            .program
            .ok_or_else(|| refused(self.world.messages(&messages, &sources)))
    }

    fn parts(&self, input: &str, question: &Question, sight: AskedSight) -> Computed<Vec<Asked>> {
        let values = question.values.iter();
        values
            .map(|part| {
                let value = self.expression(input, part)?;
                Ok(Asked { value, sight })
            })
            .collect()
    }

    fn for_customer(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        question: &Question,
        wanted: &str,
    ) -> Computed<String> {
        let asked = self.parts(input, question, AskedSight::Customer)?;
        let reply = self.ask(version, held, input, asked)?;
        let row = self.row_of(&reply.program, held, wanted)?;
        let mut text = String::new();
        for (at, part) in question.values.iter().enumerate() {
            let value = reply.exact(held, at, row);
            let value = if value.is_empty() {
                "missing".into()
            } else {
                value
            };
            if question.values.len() > 1 {
                text.push_str(&format!(
                    "{} = ",
                    input.get(part.clone()).unwrap_or("").trim()
                ));
            }
            text.push_str(&format!("{}\n", clean(&value)));
        }
        if reply.outcome.is_excluded(row) {
            text.push_str("(this customer is kept out)\n");
        }
        Ok(text)
    }

    /// The row of a customer.
    pub(super) fn row_of(&self, program: &Program, held: &Held, wanted: &str) -> Computed<usize> {
        let column = held.data.inputs.customers.column(program.customers.key.0);
        let found = column.and_then(|column| row_of_key(column, wanted));
        found.ok_or_else(|| {
            let keys = column.map(keys_near(wanted)).unwrap_or_default();
            let near = crate::base::suggest::nearest(wanted, keys.iter().map(String::as_str));
            let message = format!("no customer has the key `{}`", clean(wanted));
            let diagnostic = Diagnostic::error("unknown-customer", message)
                .help_maybe(near.map(|near| format!("the nearest is `{near}`")));
            self.wrong(diagnostic)
        })
    }

    fn list(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        question: &Question,
    ) -> Computed<String> {
        let mut asked = self.parts(input, question, AskedSight::Customer)?;
        let shown_columns = asked.len();
        if let Some(filter) = &question.filter {
            asked.push(Asked {
                value: self.expression(input, filter)?,
                sight: AskedSight::Condition,
            });
        }
        if let Some(by) = question.most.as_ref().and_then(|most| most.by.as_ref()) {
            asked.push(Asked {
                value: self.expression(input, by)?,
                sight: AskedSight::Customer,
            });
        }
        let reply = self.ask(version, held, input, asked)?;
        let filter = question
            .filter
            .as_ref()
            .and_then(|_| reply.column(held, shown_columns));
        let holds = |row: &usize| match filter
            .as_deref()
            .map(|it| (&it.values, it.is_missing(*row)))
        {
            Some((Values::Flag(flags), false)) => flags.get(*row).copied().unwrap_or(false),
            Some(_) => false,
            None => true,
        };
        let rows = 0..reply.outcome.rows;
        let mut rows: Vec<usize> = rows
            .filter(|row| !reply.outcome.is_excluded(*row) && holds(row))
            .collect();
        let found = rows.len();
        let mut count = ROWS;
        if let Some(most) = &question.most {
            count = most.count;
            let by = match &most.by {
                Some(_) => Some(shown_columns + usize::from(question.filter.is_some())),
                None => (0..shown_columns).find(|at| {
                    let ty = reply.program.asked.get(*at).map(|it| &it.value.ty);
                    ty.is_some_and(Type::is_numeric)
                }),
            };
            let column = by.and_then(|at| reply.column(held, at));
            let Some(column) = column else {
                let part = question.values.first().cloned().unwrap_or(0..0);
                return Err(self.typed_wrong(
                    input,
                    &[unclear(&part, "nothing here can be put in order")
                        .help("say by what: `top 10 by revenue`")],
                ));
            };
            sort(&mut rows, &column, most.top, count);
        }
        let mut headers: Vec<String> = Vec::new();
        let key_shown = !self.shows_key(&reply.program, shown_columns);
        let key_field = reply
            .program
            .customers
            .fields
            .get(reply.program.customers.key.0);
        if key_shown {
            headers.push(key_field.map_or(String::new(), |field| field.name.clone()));
        }
        for (at, part) in question.values.iter().enumerate() {
            let name = input.get(part.clone()).unwrap_or("").trim();
            let ty = reply.program.asked.get(at).map(|it| &it.value.ty);
            let right = if ty.is_some_and(Type::is_numeric) {
                ">"
            } else {
                ""
            };
            headers.push(format!("{}{right}", clean(name)));
        }
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let mut table = Layout::new(&headers);
        for row in rows.iter().take(count) {
            let mut cells = Vec::new();
            if key_shown {
                let name = key(&reply.plan, &held.data.inputs, *row as u32);
                cells.push(name.unwrap_or_default());
            }
            cells.extend((0..shown_columns).map(|at| reply.cell(held, at, *row)));
            table.row(cells);
        }
        if found == 0 {
            return Ok("no customer\n".into());
        }
        let mut text = table.lines(self.world.width());
        if found > count {
            text.push_str(&format!(
                "  {} in all\n",
                counted(found, "customer", "customers")
            ));
        }
        Ok(text)
    }

    fn shows_key(&self, program: &Program, columns: usize) -> bool {
        let key = program.customers.key;
        program.asked.iter().take(columns).any(|it| {
            matches!(it.value.kind, crate::model::program::ExprKind::Field(field) if field == key)
        })
    }

    fn single(
        &self,
        version: &Version,
        held: &Held,
        input: &str,
        question: &Question,
    ) -> Computed<String> {
        let asked = self.parts(input, question, AskedSight::Any)?;
        let reply = self.ask(version, held, input, asked)?;
        let Some(first) = reply.program.asked.first() else {
            return Ok(String::new());
        };
        if first.of_portfolio {
            return Ok(reply.single(0) + "\n");
        }
        let ty = first.value.ty.clone();
        let spread = match reply.column(held, 0) {
            Some(column) => spread(&reply, &ty, &column),
            None => String::new(),
        };
        Ok(spread + &self.list(version, held, input, question)?)
    }
}

impl Reply {
    /// A value of the portfolio, with its unit.
    pub(super) fn single(&self, at: usize) -> String {
        let portfolio = self.program.asked.iter().filter(|it| it.of_portfolio);
        let ty = portfolio.map(|it| &it.value.ty).nth(at);
        let value = self.outcome.asked.get(at).and_then(|it| it.value.as_ref());
        match (ty, value) {
            (Some(ty), Some(value)) => clean(&with_unit(&self.program, ty, value)),
            _ => "missing".into(),
        }
    }

    /// The column of a value of the customers.
    pub(super) fn column<'r>(
        &'r self,
        held: &'r Held,
        at: usize,
    ) -> Option<std::borrow::Cow<'r, Column>> {
        self.outcome.column(at, &held.data.inputs)
    }

    /// The value of one customer with every decimal, and with its unit.
    fn exact(&self, held: &Held, at: usize, row: usize) -> String {
        let ty = self.program.asked.get(at).map(|it| &it.value.ty);
        match (ty, self.column(held, at)) {
            (Some(Type::Money), Some(column)) if !column.is_missing(row) => {
                let Values::Number(numbers) = &column.values else {
                    return String::new();
                };
                let number = numbers.get(row).copied().unwrap_or_default();
                with_unit(&self.program, &Type::Money, &Decimal(number).to_string())
            }
            _ => self.cell(held, at, row),
        }
    }

    fn cell(&self, held: &Held, at: usize, row: usize) -> String {
        let ty = self.program.asked.get(at).map(|it| &it.value.ty);
        match (ty, self.column(held, at)) {
            (Some(ty), Some(column)) => shown(&self.program, ty, &column, row),
            _ => String::new(),
        }
    }
}

/// The row of a key.
pub(super) fn row_of_key(column: &Column, wanted: &str) -> Option<usize> {
    match &column.values {
        Values::Text(texts) => {
            let number = texts.dictionary.number(wanted)?;
            texts.numbers.iter().position(|it| *it == number)
        }
        Values::Number(numbers) => numbers
            .iter()
            .position(|number| crate::value::decimal::wide_text(i128::from(*number)) == wanted),
        _ => None,
    }
}

/// Keys that begin as the wanted one does, to name the nearest.
fn keys_near(wanted: &str) -> impl Fn(&Column) -> Vec<String> + '_ {
    const LOOKED_AT: usize = 20_000;
    move |column| match &column.values {
        Values::Text(texts) => {
            let first = wanted.chars().next();
            let like = |text: &&str| text.chars().next() == first;
            let texts = texts.dictionary.iter().filter(like).take(LOOKED_AT);
            texts.map(str::to_owned).collect()
        }
        _ => Vec::new(),
    }
}

/// Puts rows in the order of a column; only the first `count` need to be right.
fn sort(rows: &mut Vec<usize>, column: &Column, top: bool, count: usize) {
    rows.retain(|row| !column.is_missing(*row));
    let order = |left: &usize, right: &usize| {
        let by_value = match &column.values {
            Values::Number(values) => values.get(*left).cmp(&values.get(*right)),
            Values::Flag(values) => values.get(*left).cmp(&values.get(*right)),
            Values::Choice(values) => values.get(*left).cmp(&values.get(*right)),
            Values::Text(texts) => {
                let text = |row: &usize| {
                    let number = texts.numbers.get(*row).copied().unwrap_or(u32::MAX);
                    texts.dictionary.text(number)
                };
                text(left).cmp(text(right))
            }
        };
        let by_value = if top { by_value.reverse() } else { by_value };
        match by_value {
            Ordering::Equal => left.cmp(right),
            other => other,
        }
    };
    if count > 0 && count < rows.len() {
        rows.select_nth_unstable_by(count - 1, order);
        rows.truncate(count);
    }
    rows.sort_unstable_by(order);
}

/// The lowest, average and highest of a column of numbers.
fn spread(reply: &Reply, ty: &Type, column: &Column) -> String {
    let Values::Number(numbers) = &column.values else {
        return String::new();
    };
    let there = |row: &usize| !column.is_missing(*row) && !reply.outcome.is_excluded(*row);
    let values: Vec<i64> = (0..numbers.len())
        .filter(there)
        .filter_map(|row| numbers.get(row).copied())
        .collect();
    let (Some(lowest), Some(highest)) = (values.iter().min(), values.iter().max()) else {
        return "missing for every customer\n".into();
    };
    let text = |number: i64| super::value::number_text(&reply.program, ty, number);
    let mut line = format!("from {} to {}", text(*lowest), text(*highest));
    if !matches!(ty, Type::Date | Type::Months) {
        let sum: i128 = values.iter().map(|it| i128::from(*it)).sum();
        let average = crate::value::decimal::divide_rounded(sum, values.len() as i128);
        if let Ok(average) = i64::try_from(average) {
            line.push_str(&format!(", {} on average", text(average)));
        }
    }
    let missing = (0..numbers.len())
        .filter(|row| column.is_missing(*row) && !reply.outcome.is_excluded(*row))
        .count();
    if missing > 0 {
        line.push_str(&format!(
            ", missing for {}",
            counted(missing, "customer", "customers")
        ));
    }
    line + "\n"
}
