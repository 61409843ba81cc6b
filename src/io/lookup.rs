//! Reads a lookup from the bytes of a file: a column of keys, each once, and a column of values.
//! It opens nothing.

use super::column::Context;
use super::dataset::{DataFile, FileReport, Opened, build_all, finish, open};
use super::errors::FileErrors;
use super::limits::check_unique;
use super::options::ReadOptions;
use crate::eval::LookupTable;
use crate::model::program::{Field, Lookup, LookupValues, Reading};

/// Reads the values of a lookup.
pub fn read(
    lookup: &Lookup,
    file: DataFile,
    context: &Context<'_>,
) -> Result<(LookupTable, Option<FileReport>), FileErrors> {
    let LookupValues::File {
        from,
        key,
        value,
        reading,
        optional,
    } = &lookup.values
    else {
        return Ok((LookupTable::default(), None));
    };
    let field = |header: &String, ty, reading, optional| Field {
        name: header.clone(),
        ty,
        reading,
        optional,
        unique: false,
        bounds: Vec::new(),
        headers: vec![header.clone()],
        span: from.span,
    };
    let fields = [
        field(key, lookup.key.clone(), Reading::Plain, false),
        field(value, lookup.value.clone(), *reading, *optional),
    ];
    // A missing price or rate would change the customers who need it: nothing is put aside here.
    let options = ReadOptions {
        rejecting: false,
        ..context.options.clone()
    };
    let context = &Context {
        options: &options,
        ..*context
    };
    let Opened {
        sheet,
        mut report,
        places,
    } = open(&lookup.name, &fields, file, false, context)?;
    let mut errors = FileErrors::new(&report.file);
    errors.add_bad_rows(&sheet);
    let mut built = build_all(&fields, &sheet, &places, context);
    if let (Some(keys), Some(place)) = (built.first_mut(), places.first()) {
        check_unique(keys, sheet.cells(*place), &sheet.lines, "duplicate-key");
    }
    let columns = finish(built, &mut report, &sheet, &places, &mut errors);
    if !errors.is_empty() {
        return Err(errors);
    }
    let mut columns = columns.into_iter().flatten();
    Ok((
        LookupTable {
            keys: columns.next(),
            values: columns.next(),
        },
        Some(report),
    ))
}
