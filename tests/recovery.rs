//! Damaged rule files: whatever is lost, doubled or in the wrong place, there are messages and no panic, and the first
//! message stands where the damage is. `SHOW=1` lists the share by kind of damage and what stood elsewhere.

use std::fs;
use std::path::{Path, PathBuf};
use vekt::base::{Diagnostic, SourceId};
use vekt::session::{LoadOptions, Loaded, MemoryFiles, load};
use vekt::syntax::{TokenKind, parse, tokens};
use vekt::value::Date;

const EXAMPLES: [&str; 5] = [
    "abc-balance",
    "categories",
    "key-account-matrix",
    "profit-segments",
    "two-by-two",
];

/// Damages of each kind.
const EACH: usize = 75;

/// What may happen to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Deleted,
    Doubled,
    Swapped,
    WordLost,
    WordDoubled,
    CutOff,
    SignLost,
}

const KINDS: [Kind; 7] = [
    Kind::Deleted,
    Kind::Doubled,
    Kind::Swapped,
    Kind::WordLost,
    Kind::WordDoubled,
    Kind::CutOff,
    Kind::SignLost,
];

/// A damaged text.
struct Damage {
    text: String,
    /// The lines that are not as they were, and those beside what is lost; counted from 0.
    lines: Vec<usize>,
    /// What stood there before.
    was: String,
}

/// Numbers that look random and are the same every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }
}

fn example(name: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let path = root.join("examples").join(name).join("model.vekt");
    fs::read_to_string(path).expect("an example")
}

fn loaded(name: &str, text: &str) -> Loaded {
    let files = MemoryFiles::new().with("/model.vekt", text);
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("examples").join(name);
    let entries = fs::read_dir(folder).expect("the example's folder");
    let files = entries.fold(files, |files, entry| {
        let path = entry.expect("an entry").path();
        let file = path.file_name().expect("a name").to_owned();
        match fs::read(&path) {
            Ok(bytes) if file != "model.vekt" => files.with(Path::new("/").join(file), bytes),
            _ => files,
        }
    });
    let day = Date::new(2026, 11, 21).expect("a day");
    load(Path::new("/model.vekt"), &files, &LoadOptions::on(day))
}

fn damage(text: &str, kind: Kind, random: &mut Random) -> Option<Damage> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = random.below(lines.len());
    let was = lines.get(at)?.clone();
    // Neither comments nor blank lines can be damaged.
    let code = was.trim();
    if code.is_empty() || code.starts_with('#') {
        return None;
    }
    let mut touched = vec![at];
    match kind {
        Kind::Deleted => {
            lines.remove(at);
            touched.push(at.saturating_sub(1));
        }
        Kind::Doubled => {
            lines.insert(at, was.clone());
            touched.push(at + 1);
        }
        Kind::Swapped => {
            let next = lines.get(at + 1)?.trim();
            if next.is_empty() || next.starts_with('#') || next == code {
                return None;
            }
            lines.swap(at, at + 1);
            touched.push(at + 1);
        }
        _ => {
            lines[at] = damaged_line(&was, kind, random)?;
            if lines[at].trim().is_empty() {
                touched.extend([at.saturating_sub(1), at + 1]);
            }
        }
    }
    Some(Damage {
        text: lines.join("\n") + "\n",
        lines: touched,
        was,
    })
}

fn damaged_line(line: &str, kind: Kind, random: &mut Random) -> Option<String> {
    let (tokens, _) = tokens(SourceId(0), line);
    let is_sign = |kind: TokenKind| !matches!(kind, TokenKind::Word | TokenKind::Number);
    let wanted: Vec<_> = tokens
        .iter()
        .filter(|token| is_sign(token.kind) == (kind == Kind::SignLost) || kind == Kind::CutOff)
        .collect();
    if wanted.is_empty() {
        return None;
    }
    let token = wanted[random.below(wanted.len())];
    let (before, rest) = line.split_at(token.start);
    let (word, after) = rest.split_at(token.end - token.start);
    Some(match kind {
        Kind::WordDoubled => format!("{before}{word} {word}{after}"),
        Kind::CutOff => before.trim_end().to_owned(),
        // Of a text in quotes only the last quote is lost.
        Kind::SignLost if word.len() > 2 => {
            format!("{before}{}{after}", &word[..word.len() - 1])
        }
        _ => format!("{before}{}", after.trim_start()),
    })
}

/// The first message of a damaged model that the whole one has not.
fn first_message(loaded: &Loaded) -> Option<&Diagnostic> {
    loaded.diagnostics.first()
}

/// Whether one of the message's places is there.
fn stands_there(loaded: &Loaded, message: &Diagnostic, damage: &Damage) -> bool {
    let on_line = |offset: usize| {
        let source = loaded.sources.get(SourceId(0)).expect("the file");
        damage.lines.contains(&(source.position(offset).line - 1))
    };
    message
        .labels
        .iter()
        .any(|label| on_line(label.span.start as usize) || on_line(label.span.end as usize))
}

/// Whether the message names what was lost: what a lost line declared is missing where it is used.
fn names_it(message: &Diagnostic, damage: &Damage) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut quoted = message.message.split('`').skip(1).step_by(2);
    quoted.any(|name| damage.was.split(|it| !is_part(it)).any(|word| word == name))
}

#[test]
fn the_first_message_stands_at_the_damage() {
    let show = std::env::var_os("SHOW").is_some();
    let texts: Vec<(&str, String)> = EXAMPLES.map(|name| (name, example(name))).to_vec();
    for (name, text) in &texts {
        assert!(loaded(name, text).diagnostics.is_empty(), "{name}");
    }
    let (mut all, mut there, mut named) = (0, 0, 0);
    for kind in KINDS {
        let mut random = Random(20_261_121 + kind as u64 * 7_919);
        let (mut of_kind, mut there_of_kind, mut harmless) = (0, 0, 0);
        while of_kind < EACH && harmless < 20 * EACH {
            let (name, text) = &texts[random.below(texts.len())];
            let Some(damage) = damage(text, kind, &mut random) else {
                continue;
            };
            let loaded = loaded(name, &damage.text);
            let Some(message) = first_message(&loaded) else {
                harmless += 1;
                continue;
            };
            of_kind += 1;
            if stands_there(&loaded, message, &damage) {
                there_of_kind += 1;
            } else if names_it(message, &damage) {
                there_of_kind += 1;
                named += 1;
            } else if show {
                let at = message.labels.first().map_or(0, |label| {
                    let source = loaded.sources.get(SourceId(0)).expect("the file");
                    source.position(label.span.start as usize).line
                });
                let line = damage.lines[0] + 1;
                let now = damage.text.lines().nth(line - 1).unwrap_or("").trim();
                eprintln!(
                    "{kind:?} {name}:{line} `{}`{} -> :{at} [{}] {}",
                    damage.was.trim(),
                    if now == damage.was.trim() {
                        String::new()
                    } else {
                        format!(" now `{now}`")
                    },
                    message.code,
                    message.message
                );
            }
        }
        if show {
            eprintln!("=== {kind:?}: {there_of_kind} of {of_kind}, {harmless} harmless");
        }
        all += of_kind;
        there += there_of_kind;
    }
    if show {
        eprintln!("=== all: {there} of {all}, of them {named} by name");
    }
    assert!(all >= 500, "only {all} damages");
    assert!(there * 10 >= all * 9, "{there} of {all}");
}

#[test]
fn no_prefix_of_an_example_panics() {
    for name in EXAMPLES {
        let text = example(name);
        // A sample of line ends and of places within lines: all of them take long in a debug build.
        let line_ends = text.match_indices('\n').map(|(at, _)| at).step_by(5);
        let within = text.char_indices().map(|(at, _)| at).step_by(307);
        let places: Vec<usize> = line_ends.chain(within).collect();
        for at in places {
            let prefix = &text[..at];
            let parsed = parse(SourceId(0), prefix);
            for label in parsed.diagnostics.iter().flat_map(|it| &it.labels) {
                let place = label.span.start as usize..label.span.end as usize;
                assert!(prefix.get(place).is_some(), "{name}: {at}");
            }
        }
    }
}

#[test]
fn each_broken_declaration_has_a_message() {
    for name in EXAMPLES {
        let text = example(name);
        let mut broken = String::new();
        let mut places = Vec::new();
        let mut end = 0;
        for declaration in parse(SourceId(0), &text).tree.declarations {
            let (start, after) = (
                declaration.span.start as usize,
                declaration.span.end as usize,
            );
            broken.push_str(&text[end..start]);
            let begin = broken.len();
            // The word and what follows it, with a sign between them that means nothing.
            broken.push_str(&text[start..after].replacen(' ', " § ", 1));
            places.push(begin..broken.len());
            end = after;
        }
        broken.push_str(&text[end..]);
        let parsed = parse(SourceId(0), &broken);
        for place in places {
            let has_message = parsed.diagnostics.iter().any(|it| {
                let at = it
                    .labels
                    .first()
                    .map_or(0, |label| label.span.start as usize);
                place.contains(&at)
            });
            assert!(has_message, "{name}: {}", &broken[place]);
        }
    }
}

#[test]
fn a_clash_names_both_places() {
    let words = [
        "model",
        "customers",
        "table",
        "lookup",
        "let",
        "param",
        "axis",
        "segments",
        "service",
        "output",
        "scenario",
    ];
    let mut seen = 0;
    for name in EXAMPLES {
        let text = example(name);
        for declaration in parse(SourceId(0), &text).tree.declarations {
            let (start, end) = (
                declaration.span.start as usize,
                declaration.span.end as usize,
            );
            let written = &text[start..end];
            let word = written.split(' ').next().unwrap_or("");
            if !words.contains(&word) {
                continue;
            }
            let doubled = format!("{}{written}\n{written}{}", &text[..start], &text[end..]);
            let loaded = loaded(name, &doubled);
            let both = loaded.diagnostics.iter().any(|message| {
                let on = |place: std::ops::Range<usize>| {
                    message
                        .labels
                        .iter()
                        .any(|it| place.contains(&(it.span.start as usize)))
                };
                on(start..end) && on(end..end + 1 + written.len())
            });
            let messages: Vec<&String> = loaded.diagnostics.iter().map(|it| &it.message).collect();
            assert!(both, "{name}: {word}: {messages:?}");
            seen += 1;
        }
    }
    assert!(seen > 30, "only {seen}");
}
