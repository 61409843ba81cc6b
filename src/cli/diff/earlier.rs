//! A result that was written before, as one side of a comparison: its keys and segments, by the
//! headers that the model gives them now.

use crate::base::{Diagnostic, SourceId, Span};
use crate::cli::comparing::Stopped;
use crate::diff::{Amount, NamedSegment, Side};
use crate::io::column::Context;
use crate::io::dataset::Wish;
use crate::io::errors::DataErrors;
use crate::io::{Location, ReadOptions, dataset};
use crate::model::program::{Dataset, ExprKind, Field, FieldId, Output, Program, Reading};
use crate::model::types::Type;
use crate::value::{Column, Values};
use std::borrow::Cow;
use std::path::Path;

/// Reads an earlier result of a model.
pub fn read(
    path: &Path,
    program: &Program,
    segmentation: usize,
    amount: Option<&Amount>,
    options: &ReadOptions,
) -> Result<Side<'static>, Stopped> {
    let name = path.display().to_string();
    let key = header(&program.outputs, |it| match it {
        ExprKind::Field(field) => *field == program.customers.key,
        _ => false,
    });
    let segment = header(&program.outputs, |it| match it {
        ExprKind::Segment(id) => id.0 == segmentation,
        ExprKind::ChoiceText(inner) => {
            matches!(&inner.kind, ExprKind::Segment(id) if id.0 == segmentation)
        }
        _ => false,
    });
    let (Some(key), Some(segment)) = (key, segment) else {
        let message = "the results of this model hold no key or no segment";
        let diagnostic = Diagnostic::error("not-a-result", message)
            .help("give `output` a column for the key and one for `segment`");
        return Err(Stopped::Usage(vec![diagnostic]));
    };
    let mut fields = vec![
        field(&key, Type::Text, false),
        field(&segment, Type::Text, true),
    ];
    // What a customer was worth then stands in the result only where it was put there.
    let worth = amount.and_then(|amount| {
        let header = worth_header(program, amount)?;
        Some(field(&header, amount.ty.clone(), true))
    });
    fields.extend(worth);
    let file = Location::new(path).read();
    let file = file.map_err(|it| Stopped::Files(vec![*it]))?;
    let result = Dataset {
        name: "result".into(),
        key: FieldId(0),
        one_per_customer: false,
        from: None,
        fields,
        span: nowhere(),
    };
    let context = Context::of(program, options);
    let wish = Wish {
        dataset: &result,
        is_customers: true,
        kept: &[],
        rates: &program.rates,
        context: &context,
        owners: None,
        lines: true,
    };
    let read = dataset::read(&wish, file).map_err(|wrong| {
        let mut errors = DataErrors::default();
        errors.add_file(wrong);
        Stopped::Data(errors)
    })?;
    let mut columns = read.table.columns.into_iter();
    let (key, segment) = (columns.next().flatten(), columns.next().flatten());
    let amount = columns.next().flatten();
    let (Some(key), Some(segment)) = (key, segment) else {
        return Err(Stopped::Files(vec![not_a_result(&name)]));
    };
    let declared = program.segmentations.get(segmentation);
    let mut segments: Vec<NamedSegment> = declared.map_or(Vec::new(), |it| {
        let segments = it.segments.iter().map(|segment| NamedSegment {
            name: segment.name.clone(),
            label: segment.label.clone(),
        });
        segments.collect()
    });
    let mut importance: Vec<usize> = declared.map_or(Vec::new(), |it| {
        it.importance.iter().map(|id| id.0).collect()
    });
    let segment = codes(&segment, &mut segments);
    importance.extend(importance.len()..segments.len());
    Ok(Side {
        segments,
        importance,
        segment: Cow::Owned(segment),
        key: Cow::Owned(key),
        name: None,
        amount: amount.map(Cow::Owned),
        put_aside: None,
    })
}

/// Texts as positions of segments; names that are no more stand behind the others.
fn codes(column: &Column, segments: &mut Vec<NamedSegment>) -> Column {
    let Values::Text(texts) = &column.values else {
        return column.clone();
    };
    let numbers: Vec<u32> = texts
        .dictionary
        .iter()
        .map(|text| {
            let known = segments
                .iter()
                .position(|it| it.name == text || it.label.as_deref() == Some(text));
            let at = known.unwrap_or_else(|| {
                segments.push(NamedSegment {
                    name: text.to_owned(),
                    label: None,
                });
                segments.len() - 1
            });
            at as u32
        })
        .collect();
    let codes = texts.numbers.iter();
    let codes = codes.map(|it| numbers.get(*it as usize).copied().unwrap_or(u32::MAX));
    Column {
        values: Values::Choice(codes.collect()),
        missing: column.missing.clone(),
    }
}

fn header(outputs: &[Output], is_meant: impl Fn(&ExprKind) -> bool) -> Option<String> {
    let output = outputs.iter().find(|it| is_meant(&it.value.kind))?;
    Some(output.header.clone())
}

/// The column of the result that holds the amount.
fn worth_header(program: &Program, amount: &Amount) -> Option<String> {
    use crate::diff::AmountColumn;
    match amount.column {
        AmountColumn::Output(at) => program.outputs.get(at).map(|it| it.header.clone()),
        AmountColumn::Field(at) => header(&program.outputs, |it| match it {
            ExprKind::Field(field) => field.0 == at,
            _ => false,
        }),
    }
}

fn field(header: &str, ty: Type, optional: bool) -> Field {
    Field {
        name: header.to_owned(),
        ty,
        reading: Reading::Plain,
        optional,
        unique: false,
        bounds: Vec::new(),
        headers: vec![header.to_owned()],
        span: nowhere(),
    }
}

fn nowhere() -> Span {
    Span::new(SourceId(u32::MAX), 0, 0)
}

fn not_a_result(name: &str) -> Diagnostic {
    Diagnostic::error(
        "not-a-result",
        format!("`{name}` is no result of this model"),
    )
}
