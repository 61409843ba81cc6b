//! Figures that a model works out, and the values that somebody has chosen: what each is, and what it
//! is used for.

use super::page::{Page, capital, sentence};
use super::words::Words;
use crate::model::check::children;
use crate::model::program::{
    Expr, ExprKind, Layer, LetId, MemberKind, ParamId, Program, SegmentationId,
};
use crate::model::types::Type;
use std::collections::BTreeSet;

/// A place of a model that has expressions, and what it is called.
struct Place<'p> {
    title: String,
    parts: Vec<&'p Expr>,
}

/// The lets that customers are judged by, in the order of the file.
pub fn figures(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    let mut used = BTreeSet::new();
    let mut waiting: Vec<&Expr> = places(words, false)
        .iter()
        .flat_map(|it| it.parts.clone())
        .collect();
    while let Some(expr) = waiting.pop() {
        if let ExprKind::Let(LetId(id)) = expr.kind
            && used.insert(id)
        {
            waiting.extend(program.lets.get(id).map(|it| &it.value));
        }
        waiting.extend(children(expr));
    }
    let items = used.iter().filter_map(|id| {
        let figure = program.lets.get(*id)?;
        let name = words.strong(&capital(&words.title(&figure.name, figure.label.as_ref())));
        let formula = words.words(&figure.value);
        Some(words.say("figure.item", &[("name", &name), ("words", &formula)]))
    });
    page.list(words.say("head.figures", &[]), items.collect());
}

/// The params with their values, bounds and what they are used for.
pub fn params(words: &Words<'_>, page: &mut Page) {
    let program = words.program;
    let places = places(words, true);
    let items = program.params.iter().enumerate().map(|(at, param)| {
        let name = words.strong(&capital(&words.title(&param.name, param.label.as_ref())));
        let users = places
            .iter()
            .filter(|place| place.parts.iter().any(|part| mentions(part, ParamId(at))));
        let mut users: Vec<String> = users.map(|place| place.title.clone()).collect();
        users.dedup();
        // A bare number is money where all that it stands beside is money.
        let ty = places
            .iter()
            .flat_map(|place| &place.parts)
            .find_map(|part| kind_of(part, ParamId(at)));
        let counts = param.counts.clone().filter(|ty| {
            // A percent is one beside a ratio too.
            ty.is_numeric() && param.ty == Type::Number
        });
        let ty = ty.or(counts);
        let ty = ty.unwrap_or_else(|| param.ty.clone());
        let value = words.literal(&ty, &param.value);
        let mut text = match &param.bounds {
            Some((low, high)) => {
                let (low, high) = (words.literal(&ty, low), words.literal(&ty, high));
                let values = [
                    ("name", name.as_str()),
                    ("value", &value),
                    ("low", &low),
                    ("high", &high),
                ];
                words.say("param.item.bounds", &values)
            }
            None => words.say("param.item", &[("name", &name), ("value", &value)]),
        };
        let more = match users.is_empty() {
            true => words.say("param.unused", &[]),
            false => words.say("param.used", &[("places", &words.all_of(&users))]),
        };
        text.push(' ');
        text.push_str(&more);
        if let Some(because) = &param.because {
            text.push(' ');
            text.push_str(&sentence(because));
        }
        text
    });
    page.list(words.say("head.params", &[]), items.collect());
}

/// What judges customers; `all` adds figures, services and checks.
fn places<'p>(words: &Words<'p>, all: bool) -> Vec<Place<'p>> {
    let program: &'p Program = words.program;
    let mut places: Vec<Place<'p>> = Vec::new();
    let place = |key: &str, name: String| words.say(key, &[("name", &name)]);
    if all {
        for figure in program.lets.iter().filter(|it| it.layer < Layer::Portfolio) {
            let title = words.title(&figure.name, figure.label.as_ref());
            places.push(Place {
                title: place("place.figure", title),
                parts: vec![&figure.value],
            });
        }
    }
    for exclude in &program.excludes {
        places.push(Place {
            title: place("place.check", exclude.reason.clone()),
            parts: vec![&exclude.condition],
        });
    }
    for member in program.axes.iter().flat_map(|axis| &axis.members) {
        if let MemberKind::Criterion { value, .. } = &member.kind {
            places.push(Place {
                title: place(
                    "place.criterion",
                    words.title(&member.path, member.label.as_ref()),
                ),
                parts: vec![value],
            });
        }
    }
    for (at, segmentation) in program.segmentations.iter().enumerate() {
        for clause in &segmentation.clauses {
            places.push(Place {
                title: place(
                    "place.segment",
                    words.segment(SegmentationId(at), clause.segment),
                ),
                parts: clause.when.iter().chain(&clause.stays).collect(),
            });
        }
        if let Some(board) = &segmentation.board {
            places.push(Place {
                title: words.say("head.segments", &[]),
                parts: vec![&board.rows_by, &board.columns_by],
            });
        }
    }
    if let Some((id, main)) = program.main_segmentation() {
        for (at, service) in program.services.iter().enumerate() {
            let Some(service) = service else { continue };
            let segment = main.segments.get(at);
            let refinements = service.refinements.iter();
            let terms = refinements
                .clone()
                .map(|it| &it.terms)
                .chain([&service.basis]);
            let often = terms.flat_map(|terms| terms.activities.iter().map(|(_, it)| it));
            let title = segment.map_or(String::new(), |_| {
                words.segment(id, crate::model::program::SegmentId(at))
            });
            places.push(Place {
                title: place("place.service", title),
                parts: refinements.map(|it| &it.condition).chain(often).collect(),
            });
        }
    }
    if all {
        for check in &program.checks {
            places.push(Place {
                title: place("place.check", check.label.clone()),
                parts: vec![&check.condition],
            });
        }
    }
    places
}

/// Whether an expression names a param.
fn mentions(expr: &Expr, param: ParamId) -> bool {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if matches!(expr.kind, ExprKind::Param(id) if id == param) {
            return true;
        }
        waiting.extend(children(expr));
    }
    false
}

/// The type that a param has where it stands.
fn kind_of(expr: &Expr, param: ParamId) -> Option<Type> {
    let mut waiting = vec![expr];
    while let Some(expr) = waiting.pop() {
        if matches!(expr.kind, ExprKind::Param(id) if id == param) {
            return Some(expr.ty.clone());
        }
        waiting.extend(children(expr));
    }
    None
}
