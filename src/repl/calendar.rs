//! What the services ask of the sales force: hours by team, segment and person, what is planned against
//! what was done, and what it costs. The figures are a run's; sums are all that is made here.

use super::answer::Answer;
use super::bench::{Bench, Computed, Held};
use super::change::{booked, hours};
use super::layout::{Layout, clean};
use super::value::whole_money;
use super::version::Version;
use crate::diff::cost_to_serve;
use crate::eval::Outcome;
use crate::model::assembly::{Asked, AskedSight};
use crate::model::expression::{ExprKind, Literal};
use crate::model::program::{Activity, Program};
use crate::plan::op::Register;
use crate::plan::{Plan, Wanted, plan_for};
use crate::value::decimal::ONE;
use crate::value::people::{people_count, people_number};

/// How many persons are shown, the most booked first.
const PERSONS: usize = 12;

/// A run whose services are looked at.
struct Served<'a> {
    program: &'a Program,
    plan: Plan,
    outcome: Outcome,
    held: &'a Held,
    width: usize,
}

impl Bench<'_> {
    /// What the services ask for.
    pub(super) fn plan(&self) -> Computed<Answer> {
        let (version, held) = (self.version()?, self.held()?);
        let Some(program) = version.program().filter(|it| !it.teams.is_empty()) else {
            return Ok(Answer::text("the model has no teams\n"));
        };
        let wanted = Wanted {
            service: true,
            ..Wanted::default()
        };
        let plan = plan_for(program, wanted);
        let outcome = self.run(&version, &plan, &held)?;
        let served = Served {
            program,
            plan,
            outcome,
            held: &held,
            width: self.world.width(),
        };
        let mut text = served.teams();
        text.push_str(&served.segments());
        text.push_str(&served.persons());
        text.push_str(&self.activities(&version, &served)?);
        text.push_str(&served.cost());
        Ok(Answer::text(text))
    }

    /// How often each activity is planned, beside how often it was done.
    fn activities(&self, version: &Version, served: &Served<'_>) -> Computed<String> {
        let program = served.program;
        let done = program.activities.iter().filter(|it| it.actual.is_some());
        let names: Vec<String> = done.map(|it| format!("{}.actual", it.name)).collect();
        let input = names.join(", ");
        let mut at = 0;
        let mut asked = Vec::new();
        for name in &names {
            asked.push(Asked {
                value: self.expression(&input, &(at..at + name.len()))?,
                sight: AskedSight::Customer,
            });
            at += name.len() + 2;
        }
        let reply = self.ask(version, served.held, &input, asked)?;
        let column = |at| reply.column(served.held, at);
        let mut actual = (0..names.len()).map(|at| column(at).map(|it| it.total()));
        let service = served.plan.results.service.as_ref();
        let registers = service.map_or(&[][..], |it| &it.activities);
        let mut table = Layout::new(&["activity", "planned a year>", "done>", "hours freed>"]);
        for (activity, register) in program.activities.iter().zip(registers) {
            let planned = served.sum(*register);
            let done = activity
                .actual
                .as_ref()
                .and_then(|_| actual.next().flatten());
            let freed =
                done.and_then(|done| Some((done - planned) * time_of_one(activity)? / ONE_WIDE));
            table.row(vec![
                clean(&activity.name),
                people_number(planned),
                done.map_or(String::new(), people_number),
                freed.map_or(String::new(), hours),
            ]);
        }
        Ok(match table.is_empty() {
            true => String::new(),
            false => format!("\nactivities\n{}", table.lines(served.width)),
        })
    }
}

/// One, as wide as sums are.
const ONE_WIDE: i128 = ONE as i128;

/// The time that one of an activity takes of all who take part, where that is the same for everybody.
fn time_of_one(activity: &Activity) -> Option<i128> {
    let times = activity.takers.iter().map(|it| match &it.duration.kind {
        ExprKind::Literal(Literal::Number(time)) => Some(i128::from(*time)),
        _ => None,
    });
    let times: Option<Vec<i128>> = times.collect();
    times.filter(|it| !it.is_empty()).map(|it| it.iter().sum())
}

impl Served<'_> {
    fn name(&self, team: usize) -> String {
        let team = self.program.teams.get(team);
        team.map_or(String::new(), |it| clean(&it.name))
    }

    /// The sum of a column over all customers.
    fn sum(&self, register: Register) -> i128 {
        let column = self.outcome.register(register, &self.held.data.inputs);
        column.map_or(0, |it| it.total())
    }

    fn teams(&self) -> String {
        let mut table = Layout::new(&["team", "hours needed>", "available>", "booked>"]);
        for team in &self.outcome.teams {
            table.row(vec![
                self.name(team.team.0),
                hours(team.planned),
                hours(team.available),
                booked(team.planned, team.available),
            ]);
        }
        table.lines(self.width)
    }

    fn segments(&self) -> String {
        let main = self.program.main_segmentation().map(|(id, _)| id.0);
        let (Some(service), Some(at)) = (&self.plan.results.service, main) else {
            return String::new();
        };
        let Some(segmentation) = self.outcome.segmentations.get(at) else {
            return String::new();
        };
        let mut headers = vec!["segment".to_string(), "customers>".to_string()];
        let teams = service.teams.iter();
        headers.extend(teams.map(|it| format!("{}>", self.name(it.team.0))));
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let mut table = Layout::new(&headers);
        let inputs = &self.held.data.inputs;
        let totals: Vec<Vec<i128>> = service
            .teams
            .iter()
            .map(|team| match self.outcome.register(team.hours, inputs) {
                Some(column) => self.outcome.totals(at, &column),
                None => Vec::new(),
            })
            .collect();
        for (place, segment) in segmentation.segments.iter().enumerate() {
            let count = segmentation.counts.get(place).copied().unwrap_or(0);
            let mut cells = vec![segment.clone(), people_count(count as usize)];
            let hours_of = |it: &Vec<i128>| hours(it.get(place).copied().unwrap_or(0));
            cells.extend(totals.iter().map(hours_of));
            table.row(cells);
        }
        format!("\nhours a year by segment\n{}", table.lines(self.width))
    }

    fn persons(&self) -> String {
        let mut persons = Vec::new();
        for team in &self.outcome.teams {
            for person in team.persons.iter().flatten() {
                persons.push((team.team.0, person));
            }
        }
        // The most booked first: parts of different wholes are compared crosswise.
        persons.sort_by(|(_, a), (_, b)| {
            let part = |a: i64, b: i64| i128::from(a) * i128::from(b);
            let booked = part(b.planned, a.available).cmp(&part(a.planned, b.available));
            booked.then_with(|| a.name.cmp(&b.name))
        });
        let headers = ["person", "team", "hours needed>", "available>", "booked>"];
        let mut table = Layout::new(&headers);
        for (team, person) in persons.iter().take(PERSONS) {
            let (planned, available) = (person.planned.into(), person.available.into());
            table.row(vec![
                person.name.clone(),
                self.name(*team),
                hours(planned),
                hours(available),
                booked(planned, available),
            ]);
        }
        if table.is_empty() {
            return String::new();
        }
        let more = match persons.len() {
            all if all > PERSONS => format!(" (the {PERSONS} most booked of {all})"),
            _ => String::new(),
        };
        format!(
            "\nhours a year by person{more}\n{}",
            table.lines(self.width)
        )
    }

    /// What serving everybody costs a year, where every team has a rate.
    fn cost(&self) -> String {
        let inputs = &self.held.data.inputs;
        let Some(cost) = cost_to_serve(&self.plan, inputs, &self.outcome) else {
            return String::new();
        };
        let currency = self.program.currency.as_deref().unwrap_or_default();
        let cost = format!("{} {currency}", whole_money(cost));
        format!("\nserving all of them costs {} a year\n", cost.trim())
    }
}
