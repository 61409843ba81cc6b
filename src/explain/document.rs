//! Explanations for machines: one JSON object with the version of its schema, and a CSV with a row
//! for each criterion. The schema is in docs/commands.md; fields are added, never changed.

use super::human::ranked;
use super::story::*;
use super::value::Value;
use crate::model::program::Program;
use serde_json::{Value as Json, json};

/// The version of the schema.
const VERSION: u32 = 1;

/// All explanations as one JSON object; amounts and scores are exact decimal texts.
pub fn document(program: &Program, explanations: &[Explanation]) -> String {
    let document = json!({
        "version": VERSION,
        "model": program.name,
        "today": program.today.to_string(),
        "scenario": program.scenario,
        "currency": program.currency,
        "customers": explanations.iter().map(customer).collect::<Vec<_>>(),
    });
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn customer(explanation: &Explanation) -> Json {
    json!({
        "key": explanation.key,
        "name": explanation.name,
        "line": explanation.line,
        "excluded": explanation.excluded.as_ref().map(|it| json!({
            "reason": it.reason,
            "condition": it.condition.as_ref().map(condition),
        })),
        "segments": explanation.segments.iter().map(segment).collect::<Vec<_>>(),
        "axes": explanation.axes.iter().map(axis).collect::<Vec<_>>(),
        "service": explanation.service.as_ref().map(service),
        "facts": explanation.facts.iter().map(fact).collect::<Vec<_>>(),
        "changes": explanation.changes.iter().map(changes).collect::<Vec<_>>(),
    })
}

/// A value as an exact text; `null` where it is missing.
fn exact(value: &Value) -> Json {
    match value.is_missing() {
        true => Json::Null,
        false => Json::String(value.exact.clone()),
    }
}

fn named(named: &Named) -> Json {
    json!({
        "name": named.name,
        "label": named.label,
        "type": named.value.ty.name(),
        "value": exact(&named.value),
    })
}

fn title(title: &Title) -> Json {
    json!({ "name": title.name, "label": title.label })
}

fn fact(fact: &Fact) -> Json {
    let mut json = named(&fact.named);
    if let (Some(made_of), Json::Object(fields)) = (&fact.made_of, &mut json) {
        let values: Vec<Json> = fact.values.iter().map(named).collect();
        fields.insert("made_of".into(), made_of.clone().into());
        fields.insert("values".into(), values.into());
    }
    json
}

fn distance(distance: &Distance) -> Json {
    json!({
        "name": distance.value.name,
        "value": exact(&distance.value.value),
        "operator": distance.operator,
        "line": exact(&distance.line),
        "gap": exact(&distance.gap),
        "type": distance.gap.ty.name(),
    })
}

fn condition(it: &Condition) -> Json {
    let parts = |parts: &[Condition]| parts.iter().map(condition).collect::<Vec<_>>();
    let mut json = json!({ "text": it.text, "holds": it.holds });
    let more = match &it.kind {
        ConditionKind::All(all) => json!({ "all": parts(all) }),
        ConditionKind::Any(any) => json!({ "any": parts(any) }),
        ConditionKind::Not(inner) => json!({ "not": condition(inner) }),
        ConditionKind::Let(inner) => json!({ "says": condition(inner) }),
        ConditionKind::Question {
            values,
            distance: far,
        } => json!({
            "values": values.iter().map(named).collect::<Vec<_>>(),
            "distance": far.as_deref().map(distance),
        }),
    };
    if let (Json::Object(fields), Json::Object(more)) = (&mut json, more) {
        fields.extend(more);
    }
    json
}

fn segment(story: &SegmentStory) -> Json {
    json!({
        "column": story.column,
        "segment": title(&story.segment),
        "decided_by": story.decided_by,
        "because": story.because,
        "previous": story.previous.as_ref().map(exact),
        "override": story.overridden.as_ref().map(|it| json!({
            "because": it.because,
            "by": it.by,
            "until": it.until,
            "without": it.without.as_ref().map(title),
            "without_decided_by": it.decided_by,
        })),
        "clauses": story.clauses.iter().map(clause).collect::<Vec<_>>(),
        "board": story.board.as_ref().map(|board| json!({
            "decides": board.decides,
            "segment": title(&board.segment),
            "row": side(&board.rows),
            "column": side(&board.columns),
        })),
    })
}

fn clause(clause: &ClauseStory) -> Json {
    json!({
        "number": clause.number,
        "segment": title(&clause.segment),
        "state": match clause.state {
            ClauseState::Decides => "decides",
            ClauseState::Stays => "stays",
            ClauseState::Fails => "fails",
            ClauseState::NotAsked => "not asked",
        },
        "when": clause.when.as_ref().map(condition),
        "stays": clause.stays.as_ref().map(condition),
        "because": clause.because,
    })
}

fn side(side: &BoardSide) -> Json {
    let bands = side
        .bands
        .iter()
        .map(|(text, far)| json!({ "text": text, "distance": far.as_ref().map(distance) }));
    json!({
        "number": side.at + 1,
        "value": named(&side.value),
        "bands": bands.collect::<Vec<_>>(),
    })
}

fn axis(axis: &AxisStory) -> Json {
    let order = ranked(&axis.members);
    let mut by_cost: Vec<&MemberStory> = order.iter().copied().filter(|it| !it.is_group).collect();
    by_cost.sort_by_key(|it| std::cmp::Reverse(it.costs.rounded(1)));
    let place = |member: &MemberStory| by_cost.iter().position(|it| it.path == member.path);
    let members = order.iter().map(|it| {
        json!({
            "path": it.path,
            "label": it.label,
            "group": it.is_group,
            "weight": it.weight,
            "share": it.share.to_string(),
            "input": it.input.as_ref().map(named),
            "scale": it.scale,
            "score": exact(&it.score),
            "missing": it.missing.map(|it| match it {
                MissingStory::Filled => "filled",
                MissingStory::LeftOut => "left out",
            }),
            "gives": it.gives_shown.exact,
            "gives_exactly": it.gives.to_string(),
            "costs": it.costs_shown.exact,
            "costs_exactly": it.costs.to_string(),
            "rank_of_cost": place(it).map(|at| at + 1),
            "because": it.because,
        })
    });
    json!({
        "axis": title(&axis.title),
        "score": exact(&axis.score),
        "full": exact(&axis.full),
        "known": exact(&axis.known),
        "rounding": axis.rounding.exact,
        "members": members.collect::<Vec<_>>(),
    })
}

fn reasons(reasons: &[(Option<Title>, String)]) -> Json {
    let reasons = reasons.iter().map(
        |(about, reason)| json!({ "about": about.as_ref().map(|it| &it.name), "because": reason }),
    );
    reasons.collect()
}

fn service(service: &ServiceStory) -> Json {
    let activities = service
        .activities
        .iter()
        .map(|(activity, often)| json!({ "activity": title(activity), "per_year": exact(often) }));
    let texts = service.texts.iter();
    let texts = texts.map(|(name, text)| json!({ "name": name, "text": text }));
    let refinements = service.refinements.iter().map(|it| {
        json!({
            "number": it.number,
            "asked": it.asked,
            "applies": it.applies,
            "condition": condition(&it.condition),
            "reasons": reasons(&it.reasons),
        })
    });
    json!({
        "owner": service.owner.as_ref().map(title),
        "cost": service.cost.as_ref().map(exact),
        "activities": activities.collect::<Vec<_>>(),
        "texts": texts.collect::<Vec<_>>(),
        "reasons": reasons(&service.reasons),
        "refinements": refinements.collect::<Vec<_>>(),
    })
}

fn changes(changes: &Changes) -> Json {
    let list = |list: &[Change]| {
        let list = list.iter().map(|it| {
            json!({
                "input": named(&it.input),
                "to": exact(&it.to),
                "segment": title(&it.segment),
                "step": it.step.as_ref().map(exact),
                "between": it.between,
            })
        });
        list.collect::<Vec<_>>()
    };
    let unsearched = changes.unsearched.iter();
    let unsearched = unsearched.map(|(input, why)| json!({ "input": input, "why": why }));
    json!({
        "column": changes.column,
        "up": list(&changes.up),
        "down": list(&changes.down),
        "unsearched": unsearched.collect::<Vec<_>>(),
    })
}

/// A row for each criterion of each customer.
pub fn rows(explanations: &[Explanation]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = [
        "key",
        "segment",
        "decided_by",
        "axis",
        "axis_score",
        "criterion",
        "input",
        "missing",
        "score",
        "weight",
        "gives",
        "costs",
    ];
    // Writing to memory does not fail.
    let _ = writer.write_record(head);
    for it in explanations {
        let story = it.segments.iter().find(|it| it.column == "segment");
        let story = story.or(it.segments.first());
        let (segment, decided_by) = match (story, &it.excluded) {
            (Some(story), _) => (story.segment.name.clone(), story.decided_by.clone()),
            (None, Some(excluded)) => (String::new(), format!("excluded: {}", excluded.reason)),
            (None, None) => (String::new(), String::new()),
        };
        let begin = [it.key.clone(), segment, decided_by];
        if it.axes.is_empty() {
            let _ = writer.write_record(begin.iter().map(String::as_str).chain([""; 9]));
        }
        for axis in &it.axes {
            for member in axis.members.iter().filter(|it| !it.is_group) {
                let input = member
                    .input
                    .as_ref()
                    .map_or("", |it| it.value.exact.as_str());
                let missing = match member.missing {
                    Some(MissingStory::Filled) => "filled",
                    Some(MissingStory::LeftOut) => "left out",
                    None => "",
                };
                let rest = [
                    axis.title.name.as_str(),
                    &axis.score.exact,
                    &member.path,
                    input,
                    missing,
                    &member.score.exact,
                    &member.weight,
                    &member.gives_shown.exact,
                    &member.costs_shown.exact,
                ];
                let _ = writer.write_record(begin.iter().map(String::as_str).chain(rest));
            }
        }
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
