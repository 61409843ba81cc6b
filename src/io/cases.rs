//! Reads a table of cases: customers with what is expected of them, from the bytes of a file.
//! Columns of fields are read as the data is; a field that has no column is not given.

use super::cell::text;
use super::column::Context;
use super::currency::convert;
use super::dataset::{DataFile, Opened, build_all, finish, open};
use super::errors::FileErrors;
use super::formats::{self, Sought};
use super::headers::normal;
use super::limits::{check_bounds, check_unique};
use super::options::ReadOptions;
use super::sheet::Sheet;
use crate::base::Diagnostic;
use crate::eval::{Inputs, LookupTable, RowTable};
use crate::model::program::{Dataset, Field, FieldId, Program, Reading, TableId};
use crate::model::types::Type;
use crate::value::{Column, Dictionary, Table, TextColumn, Values};
use std::sync::Arc;

/// A column of expected values.
#[derive(Clone, Debug)]
pub struct ExpectedColumn {
    /// The header as it stands in the file.
    pub header: String,
    /// What it expects a value of: what stands after `expect`.
    pub name: String,
}

/// The cells of a column of expected values.
#[derive(Clone, Debug)]
pub struct ExpectedCells {
    /// The values; missing where missing is expected, or nothing.
    pub column: Column,
    /// Rows in which nothing is expected.
    pub blank: Vec<bool>,
    /// The cells as they stand in the file.
    pub texts: Vec<String>,
}

/// A table of cases.
#[derive(Clone, Debug)]
pub struct Cases {
    /// The customers, and their one row in tables of one row per customer.
    pub inputs: Inputs,
    /// The key of each customer, or its line.
    pub names: Vec<String>,
    /// What is expected, column by column.
    pub expected: Vec<ExpectedCells>,
}

/// The columns of expected values: `expect segment`, `expected:visit`.
pub fn expected_columns(
    file: &DataFile,
    program: &Program,
    context: &Context<'_>,
) -> Result<Vec<ExpectedColumn>, FileErrors> {
    let headers = headers(file, program, context)?;
    let columns = headers.iter().filter_map(|header| {
        Some(ExpectedColumn {
            header: header.clone(),
            name: expected_name(header)?.to_owned(),
        })
    });
    let columns: Vec<ExpectedColumn> = columns.collect();
    if columns.is_empty() {
        let message = format!(
            "`{}` expects nothing: no column is headed `expect …`",
            file.name
        );
        let help = "head a column with what it expects: `expect segment`";
        let mut errors = FileErrors::new(&file.name);
        errors.add(Diagnostic::error("cases-without-expect", message).help(help));
        return Err(errors);
    }
    Ok(columns)
}

fn headers(
    file: &DataFile,
    program: &Program,
    context: &Context<'_>,
) -> Result<Vec<String>, FileErrors> {
    let wanted: Vec<Vec<String>> = fields(program)
        .map(|(_, _, field)| field.headers.iter().map(|it| normal(it)).collect())
        .collect();
    let sought = Sought {
        dataset: "cases",
        fields: &wanted,
        options: &plain(context.options),
    };
    match formats::Opened::open(file.clone(), &sought) {
        Ok(opened) => Ok(opened.headers().to_vec()),
        Err(diagnostic) => {
            let mut errors = FileErrors::new(&file.name);
            errors.add(*diagnostic);
            Err(errors)
        }
    }
}

/// What is said of the file of the customers does not hold for cases, of which none is put aside.
fn plain(options: &ReadOptions) -> ReadOptions {
    ReadOptions {
        header_row: None,
        skip_footer: None,
        rejecting: false,
        ..options.clone()
    }
}

fn expected_name(header: &str) -> Option<&str> {
    let header = header.trim_start_matches('\u{feff}').trim();
    let letters = header.find(|it: char| !it.is_alphabetic())?;
    let (word, rest) = header.split_at(letters);
    let is_expected = ["expect", "expected"].contains(&word.to_lowercase().as_str());
    let rest = rest.trim_start().trim_start_matches(':').trim();
    (is_expected && !rest.is_empty()).then_some(rest)
}

/// Every field that a table of cases may give: those of the customers, and of tables of one row per
/// customer as `ratings.fit`.
fn fields(program: &Program) -> impl Iterator<Item = (Option<TableId>, FieldId, Field)> + '_ {
    let customers = program.customers.fields.iter().enumerate();
    let customers = customers.map(|(at, field)| {
        let mut field = field.clone();
        field.headers.push(field.name.clone());
        (None, FieldId(at), field)
    });
    let tables = program.tables.iter().enumerate();
    let tables = tables.filter(|(_, table)| table.one_per_customer);
    customers.chain(tables.flat_map(|(table_at, table)| {
        let fields = table.fields.iter().enumerate();
        let fields = fields.filter(|(at, _)| FieldId(*at) != table.key);
        fields.map(move |(at, field)| {
            let headers = vec![format!("{}.{}", table.name, field.name)];
            let field = Field {
                headers,
                // A customer may have no row at all.
                optional: true,
                ..field.clone()
            };
            (Some(TableId(table_at)), FieldId(at), field)
        })
    }))
}

/// Reads a table of cases; the values of expected columns have these types.
pub fn read(
    program: &Program,
    file: DataFile,
    expected: &[(ExpectedColumn, Type)],
    lookups: Vec<LookupTable>,
    context: &Context<'_>,
) -> Result<Cases, FileErrors> {
    let options = plain(context.options);
    let context = &Context {
        options: &options,
        ..*context
    };
    let headers = headers(&file, program, context)?;
    let present: Vec<String> = headers.iter().map(|header| normal(header)).collect();
    let there = |field: &Field| {
        let mut names = field.headers.iter().map(|header| normal(header));
        names.any(|header| present.contains(&header))
    };
    let given: Vec<_> = fields(program)
        .filter(|(_, _, field)| there(field))
        .collect();
    let mut all: Vec<Field> = given.iter().map(|(_, _, field)| field.clone()).collect();
    // The field that says a currency has another place here.
    let place_of = |id: FieldId| given.iter().position(|it| it.0.is_none() && it.1 == id);
    for field in &mut all {
        if let Reading::InCurrency(id) = field.reading {
            field.reading = match place_of(id) {
                Some(place) => Reading::InCurrency(FieldId(place)),
                None => Reading::Plain,
            };
        }
    }
    let count = all.len();
    all.extend(
        expected
            .iter()
            .map(|(column, ty)| expected_field(program, column, ty)),
    );
    let Opened {
        sheet,
        mut report,
        places,
    } = open("cases", &all, file, false, context)?;
    let mut errors = FileErrors::new(&report.file);
    errors.add_bad_rows(&sheet);
    let cells = |at: usize| sheet.cells(places.get(at).copied().unwrap_or(usize::MAX));
    let mut built = build_all(&all, &sheet, &places, context);
    convert(&all, &mut built, &program.rates, context.currency);
    for (at, (field, column)) in all.iter().zip(&mut built).enumerate() {
        check_bounds(field, column, cells(at));
        let is_key = given
            .get(at)
            .is_some_and(|it| it.0.is_none() && it.1 == program.customers.key);
        if is_key {
            check_unique(column, cells(at), &sheet.lines, "duplicate-key");
        }
    }
    let mut columns = finish(built, &mut report, &sheet, &places, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let texts = |at: usize| -> Vec<String> {
        cells(at)
            .iter()
            .map(|(_, cell)| cell.trim().to_owned())
            .collect()
    };
    let expected = columns.split_off(count).into_iter().flatten();
    let expected = expected.enumerate().map(|(at, column)| {
        let texts = texts(count + at);
        ExpectedCells {
            column,
            blank: texts.iter().map(|text| text::is_blank(text)).collect(),
            texts,
        }
    });
    let expected = expected.collect();
    let given = given.into_iter().zip(columns.into_iter().flatten());
    let given = given.map(|((table, id, _), column)| (table, id, column));
    let inputs = inputs(program, &sheet, given.collect(), lookups);
    let names = (0..inputs.customers.rows).map(|row| name(program, &inputs, row));
    Ok(Cases {
        names: names.collect(),
        inputs,
        expected,
    })
}

/// How the cells of an expected column are read: as results are written.
fn expected_field(program: &Program, column: &ExpectedColumn, ty: &Type) -> Field {
    let names = |names: Vec<(&String, &Option<String>)>| {
        let own = names.iter().map(|(name, _)| (*name).clone());
        let labels = names.iter().map(|(name, label)| match label {
            Some(label) => label.clone(),
            None => (*name).clone(),
        });
        Type::OneOf(own.chain(labels).collect())
    };
    let (ty, reading) = match ty {
        Type::Duration => (Type::Duration, Reading::Seconds(3_600)),
        Type::Frequency | Type::Months => (Type::Number, Reading::Plain),
        Type::Segment(id) => {
            let segments = program.segmentations.get(id.0).map(|it| it.segments.iter());
            let segments = segments.into_iter().flatten();
            let list = segments.map(|it| (&it.name, &it.label)).collect();
            (names(list), Reading::Plain)
        }
        Type::Team => {
            let list = program
                .teams
                .iter()
                .map(|it| (&it.name, &it.label))
                .collect();
            (names(list), Reading::Plain)
        }
        ty => (ty.clone(), Reading::Plain),
    };
    Field {
        name: column.name.clone(),
        ty,
        reading,
        optional: true,
        unique: false,
        bounds: Vec::new(),
        headers: vec![column.header.clone()],
        span: program.customers.span,
    }
}

/// The inputs: what has no column is missing, or not given.
fn inputs(
    program: &Program,
    sheet: &Sheet,
    given: Vec<(Option<TableId>, FieldId, Column)>,
    lookups: Vec<LookupTable>,
) -> Inputs {
    let rows = sheet.lines.len();
    let mut inputs = Inputs {
        lookups,
        ..Inputs::default()
    };
    let column = |table: Option<TableId>, id: FieldId| {
        let mut given = given.iter();
        given.find(|it| it.0 == table && it.1 == id).map(|it| &it.2)
    };
    let mut columns = Vec::new();
    for (at, field) in program.customers.fields.iter().enumerate() {
        let id = FieldId(at);
        let there = column(None, id).cloned();
        let is_key = id == program.customers.key;
        columns.push(Some(match there {
            Some(column) => column,
            None if is_key => keys(sheet),
            None => {
                if !field.optional {
                    let left_out = (0..rows).map(|row| (id, row as u32));
                    inputs.not_given.extend(left_out);
                }
                empty(&field.ty, rows, field.optional)
            }
        }));
    }
    inputs.customers = Table {
        rows,
        columns,
        lines: sheet.lines.clone(),
    };
    for (at, table) in program.tables.iter().enumerate() {
        let id = TableId(at);
        let of = |field: FieldId| column(Some(id), field);
        let made = rows_of(table, id, rows, of, &mut inputs);
        inputs.tables.push(made);
    }
    inputs
}

/// The rows of a table of one row per customer: one for each customer of whom anything is said.
fn rows_of<'c>(
    table: &Dataset,
    id: TableId,
    customers: usize,
    column: impl Fn(FieldId) -> Option<&'c Column>,
    inputs: &mut Inputs,
) -> RowTable {
    let fields = || (0..table.fields.len()).map(FieldId);
    let said = |row: &usize| {
        let mut columns = fields().filter_map(&column);
        columns.any(|column| !column.is_missing(*row))
    };
    let of: Vec<usize> = (0..customers).filter(said).collect();
    let mut columns = Vec::new();
    for (field_id, field) in fields().zip(&table.fields) {
        let there = column(field_id);
        let left_out = |customer: &usize| there.is_none_or(|it| it.is_missing(*customer));
        if !field.optional && field_id != table.key {
            let rows = of.iter().enumerate();
            let rows = rows.filter(|(_, customer)| left_out(customer));
            let rows = rows.map(|(row, _)| (id, field_id, row as u32));
            inputs.rows_not_given.extend(rows);
        }
        let mut made = match there {
            Some(column) => chosen(column, &of),
            None => empty(&field.ty, of.len(), field.optional),
        };
        if !field.optional {
            made.missing = None;
        }
        columns.push(Some(made));
    }
    RowTable {
        table: Table::new(of.len(), columns),
        customer: of.iter().map(|customer| *customer as u32).collect(),
    }
}

fn chosen(column: &Column, rows: &[usize]) -> Column {
    fn pick<T: Copy + Default>(values: &[T], rows: &[usize]) -> Vec<T> {
        let rows = rows.iter();
        rows.map(|row| values.get(*row).copied().unwrap_or_default())
            .collect()
    }
    Column {
        values: match &column.values {
            Values::Number(values) => Values::Number(pick(values, rows)),
            Values::Flag(values) => Values::Flag(pick(values, rows)),
            Values::Choice(values) => Values::Choice(pick(values, rows)),
            Values::Text(texts) => Values::Text(TextColumn {
                numbers: pick(&texts.numbers, rows),
                dictionary: texts.dictionary.clone(),
            }),
        },
        missing: column.missing.as_ref().map(|mask| pick(mask, rows)),
    }
}

/// Keys where the table has none: the lines.
fn keys(sheet: &Sheet) -> Column {
    let mut dictionary = Dictionary::default();
    let lines = sheet.lines.iter();
    let numbers = lines
        .map(|line| dictionary.insert(&format!("line {line}")))
        .collect();
    Column::full(Values::Text(TextColumn {
        numbers,
        dictionary: Arc::new(dictionary),
    }))
}

fn empty(ty: &Type, rows: usize, missing: bool) -> Column {
    let values = match ty {
        Type::Text => Values::Text(TextColumn {
            numbers: vec![0; rows],
            dictionary: Arc::new(Dictionary::new([""])),
        }),
        Type::Flag => Values::Flag(vec![false; rows]),
        ty if ty.is_choice() => Values::Choice(vec![0; rows]),
        _ => Values::Number(vec![0; rows]),
    };
    Column {
        values,
        missing: (missing && rows > 0).then(|| vec![true; rows]),
    }
}

fn name(program: &Program, inputs: &Inputs, row: usize) -> String {
    match inputs
        .customers
        .column(program.customers.key.0)
        .map(|it| &it.values)
    {
        Some(Values::Text(texts)) => {
            let number = texts.numbers.get(row).copied().unwrap_or(u32::MAX);
            texts.dictionary.text(number).to_owned()
        }
        _ => format!("row {}", row + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::expected_name;

    #[test]
    fn headers_say_what_is_expected() {
        assert_eq!(expected_name("expect segment"), Some("segment"));
        assert_eq!(expected_name(" Expected:visit"), Some("visit"));
        assert_eq!(expected_name("expect: a.b"), Some("a.b"));
        assert_eq!(expected_name("expectation x"), None);
        assert_eq!(expected_name("expected"), None);
    }
}
