//! Values as the bench shows them: numbers grouped, money with its currency, scores with the
//! model's decimals, segments and teams by name.

use crate::eval::shown_value;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::value::decimal::{divide_rounded, wide_text};
use crate::value::people::grouped_text as grouped;
use crate::value::{Column, Decimal, Values};

/// The value of a row; empty where it is missing.
pub(super) fn shown(program: &Program, ty: &Type, column: &Column, row: usize) -> String {
    if column.is_missing(row) {
        return String::new();
    }
    match &column.values {
        Values::Number(numbers) => numbers
            .get(row)
            .map_or(String::new(), |number| number_text(program, ty, *number)),
        Values::Flag(flags) => match flags.get(row) {
            Some(true) => "yes".into(),
            Some(false) => "no".into(),
            None => String::new(),
        },
        Values::Choice(codes) => codes
            .get(row)
            .map_or(String::new(), |code| choice(program, ty, *code)),
        Values::Text(texts) => texts.numbers.get(row).map_or(String::new(), |number| {
            texts.dictionary.text(*number).into()
        }),
    }
}

/// A number of a type.
pub(super) fn number_text(program: &Program, ty: &Type, number: i64) -> String {
    match ty {
        Type::Score => Decimal(number).fixed(program.scores.decimals),
        Type::Money => {
            // Whole units say enough of an amount in a list; small ones keep their decimals.
            let size = number.unsigned_abs();
            let cents = if size >= 1_000_000_000 {
                divide_rounded(i128::from(number), 1_000_000) * 1_000_000
            } else {
                divide_rounded(i128::from(number), 10_000) * 10_000
            };
            grouped(&wide_text(cents))
        }
        _ => grouped(&shown_value(ty, i128::from(number))),
    }
}

/// A number of a type with every decimal, where it stands beside a line that it could be on.
pub(super) fn exact_text(program: &Program, ty: &Type, number: i64) -> String {
    match ty {
        Type::Money => grouped(&Decimal(number).to_string()),
        _ => number_text(program, ty, number),
    }
}

/// A printed value of the portfolio with its unit.
pub(super) fn with_unit(program: &Program, ty: &Type, text: &str) -> String {
    match (ty, &program.currency) {
        (Type::Money, Some(currency)) => format!("{} {currency}", grouped(text)),
        _ => grouped(text),
    }
}

/// An amount of money in millionths, in whole units.
pub(super) fn whole_money(amount: i128) -> String {
    grouped(&divide_rounded(amount, 1_000_000).to_string())
}

fn choice(program: &Program, ty: &Type, code: u32) -> String {
    let at = code as usize;
    match ty {
        Type::Segment(id) => program
            .segmentations
            .get(id.0)
            .and_then(|it| it.segments.get(at))
            .map_or(String::new(), |segment| segment.name.clone()),
        Type::Team => program
            .teams
            .get(at)
            .map_or(String::new(), |team| team.name.clone()),
        _ => shown_value(ty, i128::from(code)),
    }
}
