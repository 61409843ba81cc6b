//! Results as Parquet: exact decimals, dates, flags and texts, each column optional. Percents are
//! fractions and durations hours. The same result gives the same bytes; it opens no file.

use super::format::hours_of;
use super::{Names, ResultColumn, Results, Written};
use crate::base::Diagnostic;
use crate::model::types::Type;
use crate::value::{Column, Values};
use ahash::AHashMap;
use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, FixedLenByteArray, FixedLenByteArrayType, Int32Type,
    Int64Type,
};
use parquet::errors::Result as Parquet;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type as Schema, TypePtr};
use std::ops::Range;
use std::sync::Arc;

/// The rows of one group.
const GROUP: usize = 1 << 19;
/// The bytes of a decimal of 19 digits.
const DECIMAL_BYTES: i32 = 9;

/// The bytes of a file.
pub fn write(results: &Results<'_>) -> Result<Written, Box<Diagnostic>> {
    fill(results).map_err(|error| {
        let message = format!("the Parquet file cannot be made: {error}");
        Diagnostic::error("result-too-large", message).into()
    })
}

fn fill(results: &Results<'_>) -> Parquet<Written> {
    let fields = results
        .columns
        .iter()
        .map(|column| field(column).map(Arc::new))
        .collect::<Parquet<Vec<TypePtr>>>()?;
    let schema = Schema::group_type_builder("result")
        .with_fields(fields)
        .build()?;
    let properties = WriterProperties::builder()
        .set_created_by("vekt".into())
        .set_compression(Compression::SNAPPY)
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), schema.into(), properties.into())?;
    let mut count = 0;
    for first in (0..results.rows).step_by(GROUP) {
        let rows = first..results.rows.min(first + GROUP);
        let mut group = file.next_row_group()?;
        for column in results.columns {
            let Some(mut writer) = group.next_column()? else {
                break;
            };
            values(&mut writer, column, rows.clone(), results.names)?;
            writer.close()?;
        }
        count += group.close()?.num_rows();
    }
    Ok(Written {
        parts: vec![file.into_inner()?],
        rows: u64::try_from(count).unwrap_or(0),
    })
}

/// How a column is declared.
fn field(column: &ResultColumn<'_>) -> Parquet<Schema> {
    let (physical, logical) = match (&column.column.values, column.ty) {
        (Values::Number(_), Type::Date) => (Physical::INT32, Some(LogicalType::Date)),
        (Values::Number(_), Type::Months) => (Physical::INT64, None),
        (Values::Number(_), _) => (
            Physical::FIXED_LEN_BYTE_ARRAY,
            Some(LogicalType::decimal(6, 19)),
        ),
        (Values::Flag(_), _) => (Physical::BOOLEAN, None),
        (Values::Choice(_) | Values::Text(_), _) => {
            (Physical::BYTE_ARRAY, Some(LogicalType::String))
        }
    };
    let builder = Schema::primitive_type_builder(column.header, physical)
        .with_repetition(Repetition::OPTIONAL);
    let builder = match physical {
        Physical::FIXED_LEN_BYTE_ARRAY => builder
            .with_length(DECIMAL_BYTES)
            .with_precision(19)
            .with_scale(6),
        _ => builder,
    };
    builder.with_logical_type(logical).build()
}

/// Writes the values of some rows.
fn values(
    writer: &mut SerializedColumnWriter<'_>,
    column: &ResultColumn<'_>,
    rows: Range<usize>,
    names: Names<'_>,
) -> Parquet<()> {
    let levels: Vec<i16> = rows
        .clone()
        .map(|row| i16::from(!column.column.is_missing(row)))
        .collect();
    let levels = Some(levels.as_slice());
    match &column.column.values {
        Values::Number(values) => {
            let values = present(column.column, values, rows);
            match column.ty {
                Type::Date => {
                    let days = values.map(|day| i32::try_from(day).unwrap_or(i32::MAX));
                    let days: Vec<i32> = days.collect();
                    writer
                        .typed::<Int32Type>()
                        .write_batch(&days, levels, None)?;
                }
                Type::Months => {
                    let months: Vec<i64> = values.collect();
                    writer
                        .typed::<Int64Type>()
                        .write_batch(&months, levels, None)?;
                }
                ty => {
                    let decimals: Vec<FixedLenByteArray> = values
                        .map(|value| match ty {
                            Type::Duration => decimal(hours_of(value)),
                            _ => decimal(value),
                        })
                        .collect();
                    let writer = &mut writer.typed::<FixedLenByteArrayType>();
                    writer.write_batch(&decimals, levels, None)?;
                }
            }
        }
        Values::Flag(values) => {
            let flags: Vec<bool> = present(column.column, values, rows).collect();
            writer
                .typed::<BoolType>()
                .write_batch(&flags, levels, None)?;
        }
        Values::Choice(values) => {
            let name = |position| names.of(column.ty, position);
            let texts = texts(present(column.column, values, rows), name);
            writer
                .typed::<ByteArrayType>()
                .write_batch(&texts, levels, None)?;
        }
        Values::Text(column_texts) => {
            let numbers = present(column.column, &column_texts.numbers, rows);
            let texts = texts(numbers, |number| column_texts.dictionary.text(number));
            writer
                .typed::<ByteArrayType>()
                .write_batch(&texts, levels, None)?;
        }
    }
    Ok(())
}

/// The values of the rows that are not missing.
fn present<'a, T: Copy>(
    column: &'a Column,
    values: &'a [T],
    rows: Range<usize>,
) -> impl Iterator<Item = T> + 'a {
    rows.filter(|row| !column.is_missing(*row))
        .filter_map(|row| values.get(row).copied())
}

/// The bytes of a decimal, the highest first.
fn decimal(value: i64) -> FixedLenByteArray {
    let bytes = i128::from(value).to_be_bytes();
    let start = bytes.len() - DECIMAL_BYTES as usize;
    ByteArray::from(bytes.get(start..).unwrap_or(&bytes).to_vec()).into()
}

/// Texts by their numbers; each is made once.
fn texts<'a>(numbers: impl Iterator<Item = u32>, text: impl Fn(u32) -> &'a str) -> Vec<ByteArray> {
    let mut known: AHashMap<u32, ByteArray> = AHashMap::new();
    numbers
        .map(|number| {
            let text = || ByteArray::from(text(number).as_bytes().to_vec());
            known.entry(number).or_insert_with(text).clone()
        })
        .collect()
}
