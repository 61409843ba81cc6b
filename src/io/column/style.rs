//! How the cells of a column are written, in a few words, from the first of them. It only describes
//! what was decided elsewhere.

use crate::io::cell::{number, text};
use crate::io::options::{DayOrder, Mark};
use crate::io::sheet::Cells;
use crate::model::types::Type;

/// How many cells are looked at.
pub const LOOKED_AT: usize = 500;

/// How many different words are told.
const TOLD: usize = 4;

/// Describes a column: decimal mark, grouping, units; the order of dates; the words of flags.
pub fn of(ty: &Type, cells: Cells<'_>, decimal: Option<Mark>, dates: Option<DayOrder>) -> String {
    let filled = (0..cells.len())
        .take(LOOKED_AT)
        .map(|row| cells.text(row).trim())
        .filter(|cell| !text::is_missing(cell));
    let mut words = Vec::new();
    match ty {
        Type::Text | Type::OneOf(_) | Type::Steps(_) | Type::Segment(_) => {}
        Type::Flag => filled.for_each(|cell| add(&mut words, &cell.to_lowercase())),
        Type::Date => {
            filled.for_each(|cell| add(&mut words, date_form(cell, dates)));
        }
        _ => {
            if let Some(mark) = decimal {
                words.push(mark_name(mark).into());
            }
            filled.for_each(|cell| number_words(cell, decimal, &mut words));
        }
    }
    words.join(", ")
}

fn add(words: &mut Vec<String>, word: &str) {
    if words.len() < TOLD && !word.is_empty() && !words.iter().any(|it| it == word) {
        words.push(word.into());
    }
}

fn mark_name(mark: Mark) -> &'static str {
    match mark {
        Mark::Point => "decimal point",
        Mark::Comma => "decimal comma",
    }
}

fn number_words(cell: &str, decimal: Option<Mark>, words: &mut Vec<String>) {
    if cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return;
    }
    let Some(number) = number::read(cell) else {
        return;
    };
    let mut before = ' ';
    let mut letters = cell.chars().peekable();
    while let Some(letter) = letters.next() {
        let between = before.is_ascii_digit() && letters.peek().is_some_and(char::is_ascii_digit);
        before = letter;
        if !between || letter.is_ascii_digit() {
            continue;
        }
        add(
            words,
            match (letter, decimal) {
                (' ', _) => "grouped by spaces",
                ('\u{a0}', _) => "grouped by no-break spaces",
                ('\u{202f}', _) => "grouped by narrow no-break spaces",
                ('\u{2009}', _) => "grouped by thin spaces",
                ('\'' | '\u{2019}', _) => "grouped by apostrophes",
                ('.', Some(Mark::Comma)) => "grouped by points",
                (',', Some(Mark::Point)) => "grouped by commas",
                _ => "",
            },
        );
    }
    if number.percent {
        add(words, "%");
    }
    if let Some(unit) = number.unit {
        add(words, unit);
    }
}

fn date_form(cell: &str, order: Option<DayOrder>) -> &'static str {
    let day = cell.split(['T', ' ', '\u{a0}']).next().unwrap_or(cell);
    let timed = day.len() < cell.len();
    let first = day.find(|letter: char| !letter.is_ascii_digit());
    let mark = first.and_then(|at| day.get(at..at + 1));
    match (mark, first, order, timed) {
        (None, _, _, false) => "yyyymmdd",
        (None, _, _, true) => "yyyymmdd and a time",
        (_, Some(4), _, false) => "year, month, day",
        (_, Some(4), _, true) => "year, month, day and a time",
        (Some("."), ..) | (_, _, Some(DayOrder::DayFirst), _) => "the day first",
        (_, _, Some(DayOrder::MonthFirst), _) => "the month first",
        _ => "",
    }
}
