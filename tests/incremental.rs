//! Runs that remember earlier ones against whole runs: generated changes of every example, one memory for
//! all of them, and what each kind of change makes the memory compute again.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use vekt::eval::{Ended, EvalError, Inputs, Memory, Outcome, Work, run, run_remembering};
use vekt::io::{Sources, read};
use vekt::model::program::Program;
use vekt::plan::{Only, Plan, Wanted, plan_for};
use vekt::session::{LoadOptions, MemoryFiles, load};
use vekt::value::Date;

const SEGMENTS: Wanted = Wanted {
    service: false,
    trace: false,
    test: None,
    only: Only::Segments,
};

fn program(text: &str) -> Option<Program> {
    let files = MemoryFiles::new().with("/model.vekt", text);
    let day = Date::parse("2026-11-21").expect("a date");
    load(Path::new("/model.vekt"), &files, &LoadOptions::on(day)).program
}

/// The rule file of an example without its tests and scenarios, and its data.
fn example(folder: &Path) -> (String, Inputs) {
    let text = std::fs::read_to_string(folder.join("model.vekt")).expect("the example");
    let end = ["\ntest ", "\nscenario "]
        .iter()
        .filter_map(|it| text.find(it))
        .min();
    let text = text[..end.unwrap_or(text.len())].to_owned();
    let program = program(&text).expect("a model");
    let sources = Sources::choose(&program, |_| folder.to_path_buf(), None, &[]);
    let data = read(&program, &sources.expect("all files"), &Default::default());
    (text, data.expect("good data").inputs)
}

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let entries = std::fs::read_dir(folder).expect("examples");
    let folders = entries.map(|it| it.expect("an entry").path());
    let mut folders: Vec<PathBuf> = folders
        .filter(|it| it.join("model.vekt").is_file())
        .collect();
    folders.sort();
    folders
}

/// A small generator of numbers, the same on every machine.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

/// The text with one number or one comparison changed, anywhere in it.
fn changed(text: &str, chance: &mut Chance) -> String {
    let bytes = text.as_bytes();
    let begins = |at: &usize| {
        bytes[*at].is_ascii_digit()
            && !bytes[at - 1].is_ascii_alphanumeric()
            && bytes[at - 1] != b'_'
    };
    let numbers: Vec<usize> = (1..bytes.len()).filter(begins).collect();
    let comparisons: Vec<usize> = text.match_indices(" >= ").map(|(at, _)| at).collect();
    if chance.below(5) == 0 && !comparisons.is_empty() {
        let at = comparisons[chance.below(comparisons.len())];
        let other = [" > ", " <= ", " < "][chance.below(3)];
        return format!("{}{other}{}", &text[..at], &text[at + 4..]);
    }
    let at = numbers[chance.below(numbers.len())];
    let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let number: usize = text[at..at + digits].parse().unwrap_or(1);
    let other = match chance.below(3) {
        0 => number + 1,
        1 => number.saturating_sub(1),
        _ => chance.below(2 * number + 2),
    };
    format!("{}{other}{}", &text[..at], &text[at + digits..])
}

fn remembering(
    plan: &Plan,
    inputs: &Inputs,
    memory: &mut Memory,
) -> Result<Outcome, Vec<EvalError>> {
    match run_remembering(plan, inputs, memory, &AtomicBool::new(false)) {
        Ended::Done(outcome) => Ok(*outcome),
        Ended::Wrong(errors) => Err(errors),
        Ended::Stopped => panic!("nobody stops it"),
    }
}

/// Everything that a result shows.
fn assert_same(plan: &Plan, inputs: &Inputs, whole: &Outcome, other: &Outcome, what: &str) {
    assert_eq!(whole.segmentations, other.segmentations, "{what}");
    assert_eq!(whole.excluded, other.excluded, "{what}");
    assert_eq!(whole.checks, other.checks, "{what}");
    assert_eq!(whole.teams, other.teams, "{what}");
    for at in 0..plan.results.outputs.len() {
        assert_eq!(whole.column(at, inputs), other.column(at, inputs), "{what}");
    }
    for axis in &plan.results.axes {
        let of = |outcome: &Outcome| {
            outcome
                .register(axis.score, inputs)
                .map(|it| it.into_owned())
        };
        assert_eq!(of(whole), of(other), "{what}");
    }
}

#[test]
fn two_hundred_changes_come_out_as_whole_runs_do() {
    let wanted = [
        SEGMENTS,
        SEGMENTS,
        Wanted::default(),
        Wanted {
            service: true,
            ..Wanted::default()
        },
        Wanted {
            trace: true,
            ..Wanted::default()
        },
    ];
    let (mut tried, mut refused, mut computed, mut steps) = (0, 0, 0, 0);
    for folder in examples() {
        let (base, inputs) = example(&folder);
        let mut chance = Chance(20261121);
        let mut memory = Memory::default();
        let mut text = base.clone();
        for number in 0..70 {
            let next = match number % 12 {
                11 => base.clone(),
                _ => changed(&text, &mut chance),
            };
            let Some(program) = program(&next) else {
                continue;
            };
            text = next;
            let plan = plan_for(&program, wanted[number % wanted.len()]);
            let what = format!("{} change {number}", folder.display());
            let (whole, other) = (
                run(&plan, &inputs),
                remembering(&plan, &inputs, &mut memory),
            );
            match (whole, other) {
                (Ok(whole), Ok(other)) => assert_same(&plan, &inputs, &whole, &other, &what),
                (Err(whole), Err(other)) => {
                    refused += 1;
                    assert_eq!(whole, other, "{what}");
                }
                (whole, other) => panic!("{what}: {whole:?} and {other:?}"),
            }
            tried += 1;
            computed += memory.work().steps;
            let all = plan.stages.iter().flat_map(|it| it.registers());
            steps += all.count();
        }
    }
    assert!(tried >= 200, "{tried} changes");
    assert!(
        refused < tried / 4,
        "{refused} of {tried} changes were refused"
    );
    // It would show nothing if nothing were remembered.
    assert!(
        computed * 10 < steps * 9,
        "{computed} of {steps} steps of {tried} changes"
    );
}

#[test]
fn a_change_computes_only_what_depends_on_it() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/key-account-matrix");
    let (base, inputs) = example(&folder);
    let mut memory = Memory::default();
    let mut computed = |changes: &[(&str, &str)]| -> Work {
        let text = changes.iter().fold(base.clone(), |text, (old, new)| {
            assert!(text.contains(old), "{old}");
            text.replacen(old, new, 1)
        });
        let program = program(&text).expect("a model");
        let plan = plan_for(&program, SEGMENTS);
        remembering(&plan, &inputs, &mut memory).expect("a result");
        memory.work()
    };
    let first = computed(&[]);
    assert_eq!((first.scores, first.means), (8, 2), "{first:?}");
    let same = computed(&[]);
    let boundary = computed(&[("key_line = 7 ", "key_line = 6 ")]);
    assert_eq!((boundary.scores, boundary.means), (0, 0), "{boundary:?}");
    let clause = computed(&[("strength >= 6\n", "strength >= 5\n")]);
    assert_eq!((clause.scores, clause.means), (0, 0), "{clause:?}");
    let weight = computed(&[("weight 45%", "weight 40%"), ("weight 30%", "weight 35%")]);
    assert_eq!((weight.scores, weight.means), (0, 1), "{weight:?}");
    let scale = computed(&[("ramp 0 to 5M", "ramp 0 to 4M")]);
    assert_eq!((scale.scores, scale.means), (1, 1), "{scale:?}");
    let value = computed(&[("growth default 0%", "growth default 1%")]);
    assert_eq!((value.scores, value.means), (1, 1), "{value:?}");
    // Only the segments themselves are made again for a model that was there before.
    assert_eq!(computed(&[]), same);
    assert!(same.steps < first.steps, "{same:?} {first:?}");
}

#[test]
fn ranks_and_sums_over_tables_are_remembered() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/abc-balance");
    let (base, inputs) = example(&folder);
    let plan = plan_for(&program(&base).expect("a model"), Wanted::default());
    let mut memory = Memory::default();
    remembering(&plan, &inputs, &mut memory).expect("a result");
    assert!(memory.work().barriers > 5, "{:?}", memory.work());
    assert!(memory.bytes() > 0);
    remembering(&plan, &inputs, &mut memory).expect("a result");
    assert_eq!(memory.work().barriers, 0, "{:?}", memory.work());
}
