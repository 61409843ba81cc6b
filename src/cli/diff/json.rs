//! A comparison for machines: one JSON object with the version of its schema, amounts and hours as
//! exact decimal texts. The schema is in docs/commands.md; fields are added, never changed.

use super::shown::reasons;
use super::{Comparison, EffectPart};
use crate::diff::{CheckSide, Mover, NOT_THERE, Place, Side, Tally, TeamFigures};
use crate::value::decimal::{divide_rounded, wide_text};
use serde::Serialize;

/// The version of the schema.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    before: &'a str,
    after: &'a str,
    rules: Option<Vec<ChangeEntry>>,
    effect: Option<EffectEntry<'a>>,
}

#[derive(Serialize)]
struct ChangeEntry {
    texts: Vec<String>,
    /// Whether it can move a customer.
    moves: bool,
    /// The step in which it was applied, from 1.
    step: Option<usize>,
}

#[derive(Serialize)]
struct EffectEntry<'a> {
    segmentation: &'a str,
    amount: Option<&'a str>,
    moved: TallyEntry,
    risen: u64,
    fallen: u64,
    entered: u64,
    left: u64,
    places: Vec<PlaceEntry<'a>>,
    cells: Vec<CellEntry<'a>>,
    steps: Vec<StepEntry>,
    teams: Vec<TeamEntry<'a>>,
    checks: Vec<CheckEntry<'a>>,
    cost_to_serve: CostEntry,
    elsewhere: Vec<ElsewhereEntry<'a>>,
    movers: Vec<MoverEntry<'a>>,
}

#[derive(Serialize)]
struct ElsewhereEntry<'a> {
    segmentation: &'a str,
    customers: usize,
}

#[derive(Serialize)]
struct TallyEntry {
    customers: u64,
    amount: Option<String>,
}

#[derive(Serialize)]
struct PlaceEntry<'a> {
    name: &'a str,
    label: Option<&'a str>,
    /// `segment`, `excluded`, `not there`.
    kind: &'static str,
    before: TallyEntry,
    after: TallyEntry,
}

#[derive(Serialize)]
struct CellEntry<'a> {
    from: &'a str,
    to: &'a str,
    customers: u64,
    amount_before: Option<String>,
    amount_after: Option<String>,
}

#[derive(Serialize)]
struct StepEntry {
    step: usize,
    /// The changes, by their place in `rules`, from 1; none where the step is that of the data.
    changes: Vec<usize>,
    alone: Option<TallyEntry>,
    in_order: Option<TallyEntry>,
    not_run: Option<String>,
}

#[derive(Serialize)]
struct TeamEntry<'a> {
    team: &'a str,
    label: Option<&'a str>,
    before: Option<FiguresEntry>,
    after: Option<FiguresEntry>,
}

#[derive(Serialize)]
struct FiguresEntry {
    hours: String,
    available_hours: String,
    cost: Option<String>,
}

#[derive(Serialize)]
struct CostEntry {
    before: Option<String>,
    after: Option<String>,
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    check: &'a str,
    only_warns: bool,
    before: Option<CheckSideEntry<'a>>,
    after: Option<CheckSideEntry<'a>>,
}

#[derive(Serialize)]
struct CheckSideEntry<'a> {
    held: bool,
    left: Option<&'a str>,
    comparison: Option<&'a str>,
    right: Option<&'a str>,
}

#[derive(Serialize)]
struct MoverEntry<'a> {
    customer: &'a str,
    name: Option<&'a str>,
    from: &'a str,
    to: &'a str,
    amount_before: Option<String>,
    amount_after: Option<String>,
    moved_by: Vec<usize>,
    moved_alone_by: Vec<usize>,
}

/// The whole comparison.
pub fn document(comparison: &Comparison<'_>) -> String {
    let rules = comparison.rules.as_ref().map(|rules| {
        let changes = rules.changes.iter().enumerate();
        let entries = changes.map(|(at, change)| ChangeEntry {
            texts: change.texts.clone(),
            moves: change.moves,
            step: rules
                .steps
                .iter()
                .position(|step| step.contains(&at))
                .map(|step| step + 1),
        });
        entries.collect()
    });
    let document = Document {
        version: VERSION,
        before: &comparison.old,
        after: &comparison.new,
        rules,
        effect: comparison.effect.as_ref().map(|it| effect(comparison, it)),
    };
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text + "\n"
}

fn effect<'a>(comparison: &'a Comparison<'_>, effect: &'a EffectPart<'_>) -> EffectEntry<'a> {
    let migration = &effect.migration;
    let (moved, worth) = migration.moved();
    let (risen, fallen) = migration.risen_and_fallen();
    let (entered, left) = migration.entered_and_left();
    let counted = effect.amount.is_some();
    let amount = |value: i128| counted.then(|| wide_text(value));
    let name = |place: usize| migration.places.get(place).map_or("", Place::name);
    let tally = |customers: u64, value: i128| TallyEntry {
        customers,
        amount: amount(value),
    };
    let places = migration.places.iter().enumerate().map(|(at, place)| {
        let (label, kind) = match place {
            Place::Segment(segment) => (segment.label.as_deref(), "segment"),
            Place::KeptOut => (None, "excluded"),
            Place::NotThere => (None, "not there"),
        };
        PlaceEntry {
            name: place.name(),
            label,
            kind,
            before: tally(migration.customers_before(at), migration.amount_before(at)),
            after: tally(migration.customers_after(at), migration.amount_after(at)),
        }
    });
    let cells = migration
        .all_cells()
        .filter(|(.., cell)| cell.customers > 0);
    let cells = cells.map(|(from, to, cell)| CellEntry {
        from: name(from),
        to: name(to),
        customers: cell.customers,
        amount_before: amount(cell.before),
        amount_after: amount(cell.after),
    });
    EffectEntry {
        segmentation: &effect.segmentation,
        amount: effect.amount.as_ref().map(|it| it.name.as_str()),
        moved: tally(moved, worth),
        risen,
        fallen,
        entered,
        left,
        places: places.collect(),
        cells: cells.collect(),
        steps: steps(comparison, effect),
        teams: teams(effect),
        checks: checks(effect),
        cost_to_serve: CostEntry {
            before: effect.cost.0.map(wide_text),
            after: effect.cost.1.map(wide_text),
        },
        elsewhere: elsewhere(effect),
        movers: movers(effect),
    }
}

fn steps(comparison: &Comparison<'_>, effect: &EffectPart<'_>) -> Vec<StepEntry> {
    let Some(rules) = &comparison.rules else {
        return Vec::new();
    };
    let counted = effect.amount.is_some();
    let entry = |tally: Option<&Option<Tally>>| {
        let tally = tally.copied().flatten()?;
        Some(TallyEntry {
            customers: tally.customers,
            amount: counted.then(|| wide_text(tally.amount)),
        })
    };
    let none = Vec::new();
    let of_data = effect.data_first.then_some(&none);
    let steps = of_data.into_iter().chain(&rules.steps).enumerate();
    let entries = steps.map(|(at, changes)| StepEntry {
        step: effect.number(at),
        changes: changes.iter().map(|it| it + 1).collect(),
        alone: entry(effect.attribution.alone.get(at)),
        in_order: entry(effect.attribution.in_order.get(at)),
        not_run: effect
            .not_run
            .iter()
            .find(|(step, _)| *step == at)
            .map(|(_, why)| why.clone()),
    });
    entries.collect()
}

fn checks<'a>(effect: &'a EffectPart<'_>) -> Vec<CheckEntry<'a>> {
    let side = |side: &'a Option<CheckSide>| {
        side.as_ref().map(|it| CheckSideEntry {
            held: it.held,
            left: it.sides.as_ref().map(|it| it.left.as_str()),
            comparison: it.sides.as_ref().map(|it| it.comparison),
            right: it.sides.as_ref().map(|it| it.right.as_str()),
        })
    };
    let checks = effect.checks.iter().map(|it| CheckEntry {
        check: &it.label,
        only_warns: it.only_warns,
        before: side(&it.before),
        after: side(&it.after),
    });
    checks.collect()
}

fn teams<'a>(effect: &'a EffectPart<'_>) -> Vec<TeamEntry<'a>> {
    let hours = |duration: i128| wide_text(divide_rounded(duration, 3600));
    let figures = |side: Option<TeamFigures>| {
        side.map(|it| FiguresEntry {
            hours: hours(it.planned),
            available_hours: hours(it.available),
            cost: it.cost.map(wide_text),
        })
    };
    let teams = effect.teams.iter().map(|team| TeamEntry {
        team: &team.name,
        label: team.label.as_deref(),
        before: figures(team.before),
        after: figures(team.after),
    });
    teams.collect()
}

fn movers<'a>(effect: &'a EffectPart<'_>) -> Vec<MoverEntry<'a>> {
    let places = &effect.migration.places;
    let name = |place: u32| places.get(place as usize).map_or("", Place::name);
    let worth = |side: &Side<'_>, row: u32| match row {
        NOT_THERE => None,
        row => side.amount_of(row).map(|it| wide_text(it.into())),
    };
    let entry = |mover: &Mover| {
        let (customer, called) = who(effect, mover);
        let (in_order, alone) = reasons(effect, mover);
        MoverEntry {
            customer,
            name: called,
            from: name(mover.from),
            to: name(mover.to),
            amount_before: worth(&effect.before, mover.before),
            amount_after: worth(&effect.after, mover.after),
            moved_by: in_order.iter().map(|it| effect.number(*it)).collect(),
            moved_alone_by: alone.iter().map(|it| effect.number(*it)).collect(),
        }
    };
    effect.migration.movers.iter().map(entry).collect()
}

/// The key of a mover, and what it is called.
pub fn who<'a>(effect: &'a EffectPart<'_>, mover: &Mover) -> (&'a str, Option<&'a str>) {
    let (side, row) = match mover.after {
        NOT_THERE => (&effect.before, mover.before),
        row => (&effect.after, row),
    };
    (side.key_of(row), side.name_of(row))
}

fn elsewhere<'a>(effect: &'a EffectPart<'_>) -> Vec<ElsewhereEntry<'a>> {
    let elsewhere = effect.elsewhere.iter();
    elsewhere
        .map(|(segmentation, customers)| ElsewhereEntry {
            segmentation,
            customers: *customers,
        })
        .collect()
}
