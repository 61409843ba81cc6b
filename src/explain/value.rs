//! A value with its type, as it is written exactly and as people read it.
//! It words one value and knows nothing of where it came from.

use crate::model::program::{Literal, Program};
use crate::model::types::Type;
use crate::model::written::{quoted, written};
use crate::value::decimal::{ONE, wide_text};
use crate::value::{Date, Decimal};

/// A value of a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Value {
    /// Its type.
    pub ty: Type,
    /// The value; `None` where it is missing.
    pub literal: Option<Literal>,
    /// As results write it, with every decimal; empty where it is missing.
    pub exact: String,
    /// As people read it: grouped, with its unit; `missing` where it is.
    pub shown: String,
}

impl Value {
    /// A value of a type.
    pub fn new(program: &Program, ty: &Type, literal: Option<Literal>) -> Value {
        let (exact, shown) = match &literal {
            None => (String::new(), "missing".to_owned()),
            Some(literal) => (exact(program, ty, literal), shown(program, ty, literal)),
        };
        Value {
            ty: ty.clone(),
            literal,
            exact,
            shown,
        }
    }

    /// A number of a type.
    pub fn number(program: &Program, ty: &Type, number: i64) -> Value {
        Value::new(program, ty, Some(Literal::Number(number)))
    }

    /// Shows a number as another type writes it, as a ratio beside a percent; exactly it stays what it is.
    pub fn show_as(&mut self, program: &Program, ty: &Type) {
        if let Some(literal) = &self.literal
            && *ty != self.ty
        {
            self.shown = shown(program, ty, literal);
        }
    }

    /// Whether it is missing.
    pub fn is_missing(&self) -> bool {
        self.literal.is_none()
    }

    /// The number, or the position on a scale of steps.
    pub fn as_number(&self) -> Option<i64> {
        match self.literal {
            Some(Literal::Number(number)) => Some(number),
            Some(Literal::Choice(code)) if matches!(self.ty, Type::Steps(_)) => {
                Some(i64::from(code))
            }
            _ => None,
        }
    }

    /// The flag.
    pub fn as_flag(&self) -> Option<bool> {
        match self.literal {
            Some(Literal::Flag(flag)) => Some(flag),
            _ => None,
        }
    }
}

/// A value as results write it; texts and names without quotes.
fn exact(program: &Program, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Number(number), Type::Score) => Decimal(*number).fixed(program.scores.decimals),
        (Literal::Number(number), Type::Date) => Date(*number).to_string(),
        (Literal::Number(number), Type::Months) => number.to_string(),
        (Literal::Number(number), Type::Percent) => {
            format!("{}%", wide_text(i128::from(*number) * 100))
        }
        (Literal::Number(number), Type::Duration) => {
            let hours = crate::value::decimal::divide_rounded(i128::from(*number), 3_600);
            wide_text(hours)
        }
        (Literal::Number(number), _) => Decimal(*number).to_string(),
        (Literal::Text(text), _) => text.to_string(),
        (Literal::Flag(_), _) => written(program, ty, literal),
        (Literal::Choice(code), Type::OneOf(texts) | Type::Steps(texts)) => {
            let text = texts.get(*code as usize);
            text.cloned().unwrap_or_default()
        }
        (Literal::Choice(_), _) => written(program, ty, literal),
    }
}

/// A value as people read it: texts in quotes, numbers grouped and with their unit.
fn shown(program: &Program, ty: &Type, literal: &Literal) -> String {
    match (literal, ty) {
        (Literal::Number(number), Type::Money) => {
            let amount = grouped(&cents(*number));
            match &program.currency {
                Some(currency) => format!("{amount} {currency}"),
                None => amount,
            }
        }
        (Literal::Number(number), Type::Number) => grouped(&Decimal(*number).to_string()),
        (Literal::Number(number), Type::Duration)
            if number % ONE != 0 || number % (60 * ONE) != 0 =>
        {
            format!("{} h", exact(program, ty, literal))
        }
        (Literal::Number(_), Type::Duration) => written(program, ty, literal).replace('_', " "),
        (Literal::Number(_), Type::Score) => exact(program, ty, literal),
        (Literal::Text(text), _) => quoted(text),
        _ => written(program, ty, literal),
    }
}

/// An amount with two decimals where it has more; one that would vanish keeps them all.
fn cents(number: i64) -> String {
    let whole = Decimal(number).to_string();
    match Decimal(number).round(2) {
        Some(rounded) if rounded.0 != 0 && rounded.0 % ONE != 0 => rounded.fixed(2),
        Some(rounded) if rounded.0 != 0 => rounded.to_string(),
        _ => whole,
    }
}

/// Digits before the point in groups of three.
pub fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, rest) = match digits.find('.') {
        Some(at) => digits.split_at(at),
        None => (digits, ""),
    };
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out + rest
}
