//! Money in several currencies: amounts converted by the rates of the model, with the currency that
//! another field of the same row names. It reads no cell.

use super::cell::number::unit_is;
use super::column::Built;
use super::faults::Fault;
use crate::model::program::{Field, FieldId, Reading};
use crate::value::{Column, Decimal, Values};

/// Converts money in the currencies that other fields name, by the rates.
pub(super) fn convert(
    fields: &[Field],
    built: &mut [Built],
    rates: &[(String, Decimal)],
    own: Option<&str>,
) {
    for (at, field) in fields.iter().enumerate() {
        let Reading::InCurrency(FieldId(code_field)) = field.reading else {
            continue;
        };
        let codes = built.get(code_field).map(|codes| codes.column.clone());
        let (Some(codes), Some(money)) = (codes, built.get_mut(at)) else {
            continue;
        };
        let list = fields.get(code_field).map(|field| &field.ty);
        let Values::Number(values) = &mut money.column.values else {
            continue;
        };
        let missing = money
            .column
            .missing
            .get_or_insert_with(|| vec![false; values.len()]);
        let mut units = money.units.drain(..).peekable();
        for (row, (value, missing)) in values.iter_mut().zip(missing).enumerate() {
            let unit = units.next_if(|(unit_row, _)| *unit_row == row);
            if *missing {
                continue;
            }
            let code = code_at(&codes, list, row).trim();
            let fault = match rate(code, rates, own) {
                Some(_) if unit.as_ref().is_some_and(|(_, unit)| !unit_is(unit, code)) => Fault {
                    row,
                    code: "other-currency",
                    message: format!(
                        "`{}` stands beside the number, `{code}` in the field of the currency",
                        unit.map(|(_, unit)| unit).unwrap_or_default()
                    ),
                    help: None,
                    whole_column: false,
                },
                Some(rate) => match Decimal(*value).multiply(rate) {
                    Some(converted) => {
                        *value = converted.0;
                        continue;
                    }
                    None => Fault {
                        row,
                        code: "number-too-large",
                        message: format!("the amount in `{code}` is too large to convert"),
                        help: None,
                        whole_column: false,
                    },
                },
                None if code.is_empty() => Fault {
                    row,
                    code: "unknown-currency",
                    message: "the amount has no currency".into(),
                    help: None,
                    whole_column: false,
                },
                None => Fault {
                    row,
                    code: "unknown-currency",
                    message: format!("the currency `{code}` has no rate"),
                    help: Some(format!("add it to `rates {{ {code} … }}`")),
                    whole_column: false,
                },
            };
            *missing = true;
            money
                .faults
                .add_with_help(row, fault.code, || (fault.message, fault.help));
        }
        if money
            .column
            .missing
            .as_ref()
            .is_some_and(|mask| !mask.contains(&true))
        {
            money.column.missing = None;
        }
    }
}

/// The text of a currency field: free text, or one of a list.
fn code_at<'a>(
    codes: &'a Column,
    ty: Option<&'a crate::model::types::Type>,
    row: usize,
) -> &'a str {
    use crate::model::types::Type;
    if codes.is_missing(row) {
        return "";
    }
    match (&codes.values, ty) {
        (Values::Text(texts), _) => {
            let number = texts.numbers.get(row).copied().unwrap_or(u32::MAX);
            texts.dictionary.text(number)
        }
        (Values::Choice(positions), Some(Type::OneOf(list) | Type::Steps(list))) => positions
            .get(row)
            .and_then(|position| list.get(*position as usize))
            .map_or("", String::as_str),
        _ => "",
    }
}

fn rate(code: &str, rates: &[(String, Decimal)], own: Option<&str>) -> Option<Decimal> {
    if own.is_some_and(|own| own.eq_ignore_ascii_case(code)) {
        return Some(Decimal::ONE);
    }
    rates
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, rate)| *rate)
}
