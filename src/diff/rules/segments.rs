//! Segmentations and overrides, taken apart: clauses with their boundaries, the two-axis table cell
//! by cell.

use super::describe::{because, label};
use super::fact::{Described, Fact, Unit};
use super::words::{Form, joined, operator_text, quoted};
use crate::session::Loaded;
use crate::syntax::tree::{Board, Clause, ClauseWhen, Expr, ExprKind, Override, Segments};

/// Takes all segmentations and overrides apart.
pub(super) fn segmentations(loaded: &Loaded, all: &mut Vec<Described>) {
    for segments in &loaded.assembly.segmentations {
        segmentation(segments, all);
    }
    all.extend(loaded.assembly.overrides.iter().map(override_));
}

fn segmentation(segments: &Segments, all: &mut Vec<Described>) {
    let name = segments.name.as_ref().map_or("", |it| &it.value);
    let title = match name {
        "" => "segments".to_owned(),
        name => format!("segments `{name}`"),
    };
    let unit = Unit::Segments(name.to_owned());
    let mut facts = Vec::new();
    if segments.exclusive {
        facts.push(Fact::text(format!("{title} are"), "exclusive"));
    }
    if let Some((rows, columns)) = &segments.by {
        let text = format!("{} and {}", rows.text(), columns.text());
        facts.push(Fact::text(format!("{title} by"), text));
    }
    if let Some(order) = &segments.order {
        let order = joined(order.iter().map(|it| it.value.clone()));
        facts.push(Fact::text(format!("order of {title}"), order));
    }
    facts.extend(label(&title, &segments.label));
    let sequence = joined(segments.clauses.iter().map(|it| it.segment.value.clone()));
    facts.push(Fact {
        moves: true,
        ..Fact::text(format!("clauses of {title}"), sequence)
    });
    all.push(Described::new(unit.clone(), title.clone()).with(facts));
    let mut seen: Vec<&str> = Vec::new();
    for (at, clause) in segments.clauses.iter().enumerate() {
        let segment = clause.segment.value.as_str();
        let earlier = seen.iter().filter(|it| **it == segment).count();
        seen.push(segment);
        let nth = match earlier {
            0 => String::new(),
            earlier => format!(" (clause {})", earlier + 1),
        };
        let own = format!("`{segment}`{nth}");
        let place = match name {
            "" => own,
            name => format!("{own} in `{name}`"),
        };
        let (facts, text) = self::clause(clause, &place);
        all.push(
            Described::new(
                Unit::Clause(name.to_owned(), at),
                format!("clause for {place}"),
            )
            .saying(text)
            .with(facts)
            .inside(&title, unit.clone()),
        );
    }
    if let Some(board) = &segments.board {
        all.push(
            Described::new(Unit::Board(name.to_owned()), format!("table of {title}"))
                .with(self::board(board))
                .inside(&title, unit),
        );
    }
}

fn clause(clause: &Clause, place: &str) -> (Vec<Fact>, String) {
    let mut facts = Vec::new();
    let mut text = match &clause.when {
        ClauseWhen::Condition(condition) => {
            facts.push(self::condition(condition, place, "condition", "boundary"));
            format!("when {}", Form::Written.expr(condition))
        }
        ClauseWhen::Otherwise(_) => {
            facts.push(Fact::text(format!("condition of {place}"), "otherwise"));
            "otherwise".to_owned()
        }
        ClauseWhen::LabelOnly => String::new(),
    };
    if let Some(stays) = &clause.stays {
        facts.push(self::condition(stays, place, "slack", "slack"));
        text.push_str(&format!(" stays when {}", Form::Written.expr(stays)));
    }
    facts.extend(label(place, &clause.label));
    facts.extend(because(place, &clause.because));
    (facts, text)
}

/// A condition; where it is made of parts that all must hold, boundary by boundary.
fn condition(condition: &Expr, place: &str, whole: &str, one: &str) -> Fact {
    let parts: &[Expr] = match &*condition.kind {
        ExprKind::And(parts) => parts,
        _ => std::slice::from_ref(condition),
    };
    let facts = parts.iter().map(|part| match &*part.kind {
        ExprKind::Compare {
            operator,
            left,
            right,
        } => {
            let what = format!("{one} of {place} on `{}`", Form::Exact.expr(left));
            let sign = operator_text(operator.value);
            Fact::new(what, |form| format!("{sign} {}", form.expr(right)))
        }
        ExprKind::Between {
            value,
            low,
            high,
            negated: false,
        } => {
            let what = format!("{one} of {place} on `{}`", Form::Exact.expr(value));
            Fact::new(what, |form| {
                format!("between {} and {}", form.expr(low), form.expr(high))
            })
        }
        _ => {
            let what = format!("{whole} of {place}: `{}`", Form::Exact.expr(part));
            Fact::new(what, |_| "must hold".to_owned())
        }
    });
    let facts = facts.collect();
    let what = format!("{whole} of {place}");
    Fact::new(what, |form| form.expr(condition)).with_parts(facts)
}

fn board(board: &Board) -> Vec<Fact> {
    let by = format!("{} and {}", board.rows_by.text(), board.columns_by.text());
    let mut facts = vec![Fact::text("table by", by)];
    for (at, band) in board.columns.iter().enumerate() {
        let what = format!("column {} of `{}`", at + 1, board.columns_by.text());
        facts.push(Fact::new(what, |form| form.band(band)));
    }
    for (at, row) in board.rows.iter().enumerate() {
        let what = format!("row {} of `{}`", at + 1, board.rows_by.text());
        facts.push(Fact::new(what, |form| form.band(&row.band)));
        for (column, cell) in row.cells.iter().enumerate() {
            let what = format!("cell {}.{}", at + 1, column + 1);
            facts.push(Fact::text(what, format!("`{}`", cell.value)));
        }
    }
    facts
}

fn override_(it: &Override) -> Described {
    let title = format!("override {}", quoted(&it.customer.value));
    let segment = format!("`{}`", it.segment.value);
    let mut facts = vec![Fact::text(format!("segment of {title}"), segment.clone())];
    if let Some(until) = &it.until {
        facts.push(Fact::new(format!("end of {title}"), |form| {
            form.expr(until)
        }));
    }
    facts.extend(because(&title, &it.because));
    let by = it.by.as_ref();
    facts.extend(by.map(|by| Fact::words(format!("who decided {title}"), quoted(&by.value))));
    Described::new(Unit::Override(it.customer.value.clone()), title)
        .saying(format!("to {segment}"))
        .with(facts)
}
