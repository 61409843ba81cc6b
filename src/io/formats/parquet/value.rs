//! What single values of Parquet say: exact decimals, whole numbers, dates and times as texts with
//! one reading. It reads no file.

use crate::value::Date;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::ColumnDescriptor;

/// What the values of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole numbers, of no sign where `true`.
    Whole(bool),
    /// Numbers with so many decimals.
    Decimal(u32),
    /// Floating numbers.
    Float,
    /// Flags.
    Flag,
    /// Days since 1970.
    Date,
    /// Times, so many a second since 1970.
    Time(i64),
    /// Texts.
    Text,
    /// Sixteen bytes of an identifier.
    Uuid,
}

/// What the values of a column are; what else it holds, where they cannot be read.
pub fn kind(column: &ColumnDescriptor) -> Result<Kind, String> {
    if column.max_rep_level() > 0 {
        return Err("lists".into());
    }
    let decimals = || u32::try_from(column.type_scale()).map_err(|_| "strange decimals");
    let physical = column.physical_type();
    let logical = column.logical_type_ref();
    if let Some(LogicalType::Timestamp(time)) = logical {
        return Ok(Kind::Time(match time.unit {
            TimeUnit::MILLIS => 1_000,
            TimeUnit::MICROS => 1_000_000,
            TimeUnit::NANOS => 1_000_000_000,
        }));
    }
    Ok(match (physical, column.converted_type()) {
        (_, ConvertedType::DECIMAL) => Kind::Decimal(decimals()?),
        (Physical::BOOLEAN, _) => Kind::Flag,
        (Physical::INT32, ConvertedType::DATE) => Kind::Date,
        (Physical::INT64, ConvertedType::TIMESTAMP_MILLIS) => Kind::Time(1_000),
        (Physical::INT64, ConvertedType::TIMESTAMP_MICROS) => Kind::Time(1_000_000),
        (_, ConvertedType::TIME_MILLIS | ConvertedType::TIME_MICROS) => {
            return Err("times of the day".into());
        }
        (Physical::INT32 | Physical::INT64, converted) => Kind::Whole(matches!(
            converted,
            ConvertedType::UINT_8
                | ConvertedType::UINT_16
                | ConvertedType::UINT_32
                | ConvertedType::UINT_64
        )),
        (Physical::INT96, _) => Kind::Time(1_000_000_000),
        (Physical::FLOAT | Physical::DOUBLE, _) => Kind::Float,
        (Physical::BYTE_ARRAY, ConvertedType::BSON) => return Err("BSON".into()),
        (Physical::BYTE_ARRAY, _) => Kind::Text,
        (Physical::FIXED_LEN_BYTE_ARRAY, _) => match logical {
            Some(LogicalType::Uuid) if column.type_length() == 16 => Kind::Uuid,
            _ => return Err("bytes".into()),
        },
    })
}

/// Digits with so many decimals.
pub fn decimal(digits: i128, decimals: u32) -> String {
    let decimals = decimals as usize;
    if decimals == 0 {
        return digits.to_string();
    }
    let sign = if digits < 0 { "-" } else { "" };
    let text = format!("{:0>width$}", digits.unsigned_abs(), width = decimals + 1);
    let (whole, fraction) = text.split_at(text.len() - decimals);
    format!("{sign}{whole}.{fraction}")
}

/// A whole number from its bytes, the highest first; `None` for one that no decimal has.
pub fn digits(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|byte| *byte >= 0x80);
    let fill = if negative { 0xff } else { 0 };
    let extra = bytes.len().saturating_sub(16);
    if bytes.get(..extra)?.iter().any(|byte| *byte != fill) {
        return None;
    }
    let mut wide = [fill; 16];
    let bytes = bytes.get(extra..)?;
    wide.get_mut(16 - bytes.len()..)?.copy_from_slice(bytes);
    let value = i128::from_be_bytes(wide);
    ((value < 0) == negative).then_some(value)
}

/// A date of the years 1 to 9999.
pub fn date(days: i64) -> Option<String> {
    Some(Date(days))
        .filter(|date| {
            date.parts()
                .is_some_and(|(year, ..)| (1..=9999).contains(&year))
        })
        .map(|date| date.to_string())
}

/// A time, so many a second since 1970; midnight is the day alone.
pub fn time(value: i64, a_second: i64) -> Option<String> {
    let day = date(value.div_euclid(a_second * 86_400))?;
    let rest = value.rem_euclid(a_second * 86_400);
    if rest == 0 {
        return Some(day);
    }
    let (seconds, part) = (rest / a_second, rest % a_second);
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    let mut text = format!("{day}T{hours:02}:{minutes:02}:{:02}", seconds % 60);
    if part > 0 {
        let width = a_second.ilog10() as usize;
        text.push_str(&format!(".{part:0width$}"));
    }
    Some(text)
}

/// An identifier as it is written.
pub fn uuid(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(36);
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_texts_with_one_reading() {
        assert_eq!(decimal(-1_234_500, 4), "-123.4500");
        assert_eq!(decimal(5, 6), "0.000005");
        assert_eq!(decimal(-7, 0), "-7");
        assert_eq!(digits(&[0xff]), Some(-1));
        assert_eq!(digits(&[0x00, 0xff]), Some(255));
        assert_eq!(digits(&[0; 20]), Some(0));
        assert_eq!(digits(&[1; 20]), None);
        assert_eq!(date(0).as_deref(), Some("1970-01-01"));
        assert_eq!(date(i64::MAX), None);
        assert_eq!(time(-1, 1000).as_deref(), Some("1969-12-31T23:59:59.999"));
        assert_eq!(time(86_400_000, 1000).as_deref(), Some("1970-01-02"));
        assert_eq!(uuid(&[0x12; 16]), "12121212-1212-1212-1212-121212121212");
    }
}
