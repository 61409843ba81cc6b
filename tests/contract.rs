//! The contract of the language, sentence by sentence. tests/contract/sNN-SUBJECT.txt holds small
//! models with their data and what must come out, worked out by hand; the program itself runs them.
//! `UPDATE=1 cargo test --test contract` writes down what comes out now, `CONTRACT=WORDS` takes only
//! the cases whose file or name has these words. It never looks inside the program.
//!
//! ```text
//! === what this case shows          a case; `=== base` holds what the cases after it stand on
//! --- model                         the rule file; the base's follows after it, not after `alone`
//! --- customers.csv                 any file, by its name
//!                                   (after either, `escaped` reads \r \t \uXXXX)
//! --- args --today 2026-11-21       more arguments of `vekt run`; `--- exit 1` the exit code
//! --- result                        the result, a CSV
//! --- says                          the messages: `error code LINE:COLUMN words that it has`,
//!                                   in data `error code LINE COLUMN: words`
//! --- shows                         lines that the summary must hold
//! --- values                        `EXPR => VALUE`, or a value a customer, with ` | ` between
//! --- table                         a sign with its right sides, and below the left sides: each pair's
//!                                   value, `-` where it is refused
//! --- refused                       `EXPR => code @COLUMN` within the expression
//! ```

use rayon::prelude::*;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A named part of a case, with what stands on its line and below it.
#[derive(Clone, Debug)]
struct Section {
    name: String,
    rest: String,
    text: String,
}

impl Section {
    fn has(&self, word: &str) -> bool {
        self.rest.split(' ').any(|it| it == word)
    }

    /// The text of the file that it describes.
    fn as_file(&self) -> String {
        match self.has("escaped") {
            true => unescaped(&self.text),
            false => self.text.clone(),
        }
    }
}

#[derive(Clone, Debug)]
struct Case {
    title: String,
    sections: Vec<Section>,
}

impl Case {
    fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|it| it.name == name)
    }

    fn text(&self, name: &str) -> &str {
        self.section(name).map_or("", |it| &it.text)
    }
}

/// The lines before the first case, and the cases.
fn parse(text: &str) -> (String, Vec<Case>) {
    let (mut head, mut cases): (String, Vec<Case>) = (String::new(), Vec::new());
    for line in text.split_inclusive('\n') {
        if let Some(title) = line.strip_prefix("=== ") {
            cases.push(Case {
                title: title.trim().into(),
                sections: Vec::new(),
            });
            continue;
        }
        let Some(case) = cases.last_mut() else {
            head.push_str(line);
            continue;
        };
        if let Some(title) = line.strip_prefix("--- ") {
            let (name, rest) = title.trim().split_once(' ').unwrap_or((title.trim(), ""));
            case.sections.push(Section {
                name: name.into(),
                rest: rest.into(),
                text: String::new(),
            });
        } else if let Some(section) = case.sections.last_mut() {
            section.text.push_str(line);
        } else {
            // Remarks between a case's name and its first section.
            case.title.push('\n');
            case.title.push_str(line.trim_end());
        }
    }
    (head, cases)
}

fn print(head: &str, cases: &[Case]) -> String {
    let mut text = head.to_owned();
    for case in cases {
        let _ = writeln!(text, "=== {}", case.title.trim_end());
        for section in &case.sections {
            let _ = writeln!(
                text,
                "{}",
                format!("--- {} {}", section.name, section.rest).trim_end()
            );
            text.push_str(&section.text);
        }
        let end = text.trim_end().len();
        text.truncate(end);
        text.push_str("\n\n");
    }
    let end = text.trim_end().len();
    text.truncate(end);
    text.push('\n');
    text
}

/// `\r`, `\t`, `\\` and `\uXXXX`.
fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('u')) => {
                let digits: String = rest.by_ref().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).expect("four hex digits");
                out.push(char::from_u32(code).expect("a character"));
            }
            ('\\', Some(other)) => out.push(other),
            _ => out.push(c),
        }
    }
    out
}

/// What the program said.
struct Answer {
    exit: i32,
    result: String,
    said: String,
}

impl Answer {
    /// The messages, one a line: severity, code and place, then the words.
    fn messages(&self) -> Vec<String> {
        let mut messages = Vec::new();
        for line in self.said.lines() {
            for severity in ["error", "warning"] {
                let Some((place, rest)) = line.split_once(&format!("{severity}[")) else {
                    continue;
                };
                let Some((code, words)) = rest.split_once("]: ") else {
                    continue;
                };
                let place = place.trim_end_matches([':', ' ']);
                let place = place.strip_prefix("model.vekt:").unwrap_or(place);
                let message = format!("{severity} {code} {place}");
                messages.push(format!("{}: {words}", message.trim_end()));
            }
            // In data: `  line 3  column  what is wrong [code]`.
            if let Some(line) = line.strip_prefix("  ")
                && let Some((words, code)) = line.trim_end_matches(']').rsplit_once(" [")
                && line.ends_with(']')
            {
                let parts: Vec<&str> = words.split("  ").filter(|it| !it.is_empty()).collect();
                let (words, place) = parts.split_last().expect("a part");
                let place = place.join(" ").trim().replace("line ", "");
                let place = place.split_whitespace().collect::<Vec<_>>().join(" ");
                let message = format!("error {code} {place}");
                messages.push(format!("{}: {}", message.trim_end(), words.trim()));
            }
        }
        messages
    }
}

/// Runs the case's model, with more rules at its end, on the case's files.
fn run(case: &Case, base: Option<&Case>, more: &str) -> Answer {
    let folder = tempfile::tempdir().expect("a folder");
    let mut arguments = "";
    for part in base.into_iter().chain([case]) {
        for section in &part.sections {
            if section.name.contains('.') {
                let text = section.as_file();
                let path = folder.path().join(&section.name);
                fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                // The blank line before the next case is no part of the file.
                let text = text.trim_end_matches('\n');
                fs::write(path, format!("{text}\n")).expect("a file");
            } else if section.name == "args" {
                arguments = &section.rest;
            }
        }
    }
    let own = case.section("model");
    let below = base.filter(|_| !own.is_some_and(|it| it.has("alone")));
    let model = [
        own.map_or(String::new(), Section::as_file),
        more.to_owned(),
        below.map_or(String::new(), |it| it.text("model").to_owned()),
    ]
    .join("\n");
    fs::write(folder.path().join("model.vekt"), model).expect("a model");
    let output = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(["run", "model.vekt", "--color", "never"])
        .args(arguments.split_whitespace())
        .current_dir(folder.path())
        .output()
        .expect("vekt runs");
    Answer {
        exit: output.status.code().unwrap_or(-1),
        result: String::from_utf8_lossy(&output.stdout).into_owned(),
        said: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The `EXPR => ANSWER` lines of a section; remarks and blank lines have no answer.
fn questions(text: &str) -> Vec<(&str, Option<&str>)> {
    text.lines()
        .map(|line| match line.rsplit_once("=>") {
            Some((expr, answer)) if !line.starts_with('#') => (expr.trim(), Some(answer.trim())),
            _ if line.trim().is_empty() || line.starts_with('#') => (line, None),
            _ => (line.trim(), Some("")),
        })
        .collect()
}

/// Asks for values; where they cannot be asked for together, one by one.
fn values(case: &Case, base: Option<&Case>, exprs: &[&str]) -> Vec<String> {
    let mut more = String::from("\noutput {\n");
    for (at, expr) in exprs.iter().enumerate() {
        let _ = writeln!(more, "  ({expr}) as \"{at}\"");
    }
    more.push_str("}\n");
    if exprs.is_empty() {
        return Vec::new();
    }
    let answer = run(case, base, &more);
    if answer.exit != 0 {
        if let [_] = exprs {
            let first = answer.messages().into_iter().next();
            return vec![first.unwrap_or(answer.said)];
        }
        return exprs
            .iter()
            .flat_map(|expr| values(case, base, &[expr]))
            .collect();
    }
    let mut cells = vec![Vec::new(); exprs.len()];
    let mut reader = csv::Reader::from_reader(answer.result.as_bytes());
    for row in reader.records() {
        for (cell, column) in row.expect("a row").iter().zip(&mut cells) {
            column.push(if cell.is_empty() { "missing" } else { cell }.to_owned());
        }
    }
    // What is the same for all is said once.
    for column in &mut cells {
        if column.iter().all(|cell| Some(cell) == column.first()) {
            column.truncate(1);
        }
    }
    cells.iter().map(|column| column.join(" | ")).collect()
}

/// Fills a table: the sign and the right sides in its first line, then the left sides, each with what
/// comes out, `-` where it is refused.
fn table(case: &Case, base: Option<&Case>, text: &str) -> String {
    let mut lines = text.lines().map(|line| line.split_whitespace());
    let head: Vec<&str> = lines.next().into_iter().flatten().collect();
    let (sign, rights) = head.split_first().expect("a sign and right sides");
    let lefts: Vec<&str> = lines.filter_map(|mut line| line.next()).collect();
    let mut rows = vec![
        head.iter()
            .map(|it| it.to_string())
            .collect::<Vec<String>>(),
    ];
    for left in lefts {
        let exprs: Vec<String> = rights
            .iter()
            .map(|right| format!("{left} {sign} {right}"))
            .collect();
        let column = |(at, expr): (usize, &String)| format!("  ({expr}) as \"{at}\"\n");
        let all: String = exprs.iter().enumerate().map(column).collect();
        // The messages of all that is refused come out of one run; what is left has values.
        let answer = run(case, base, &format!("\noutput {{\n{all}}}\n"));
        let above = case.text("model").split('\n').count() + 3;
        let is_refused = |at: usize| {
            let place = format!(" {}:", above + at);
            answer.messages().iter().any(|it| it.contains(&place))
        };
        let kept = exprs.iter().enumerate().filter(|(at, _)| !is_refused(*at));
        let kept: Vec<&str> = kept.map(|(_, expr)| expr.as_str()).collect();
        let mut found = values(case, base, &kept).into_iter();
        let mut cells = vec![left.to_string()];
        for at in 0..rights.len() {
            cells.push(match is_refused(at) {
                true => "-".into(),
                false => found.next().unwrap_or_default().replace(' ', ""),
            });
        }
        rows.push(cells);
    }
    let width = |at: usize| {
        rows.iter()
            .map(|row| row[at].chars().count())
            .max()
            .unwrap_or(0)
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        let line: String = cells
            .map(|(at, cell)| format!("{cell:<0$}", width(at) + 2))
            .collect();
        line.trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

/// The codes that an expression is refused with, each with its place.
fn refusal(case: &Case, base: Option<&Case>, expr: &str) -> String {
    let lines = case.text("model").split('\n').count();
    let answer = run(case, base, &format!("output {{ {expr} as \"x\" }}\n"));
    if answer.exit == 0 {
        return format!("nothing: {}", answer.result.replace('\n', " "));
    }
    let messages = answer.messages();
    let said = messages.iter().map(|message| {
        let words: Vec<&str> = message.split(' ').collect();
        let place = words.get(2).map_or("", |it| it.trim_end_matches(':'));
        let column = match place.split_once(':') {
            Some((line, column)) if line.parse() == Ok(lines + 1) => column.parse::<usize>().ok(),
            _ => None,
        };
        let code = words.get(1).copied().unwrap_or("");
        match column {
            Some(column) => format!("{code} @{}", column.saturating_sub(9)),
            None => code.to_owned(),
        }
    });
    said.collect::<Vec<_>>().join(", ")
}

/// Whether the messages are those expected: each begins with the code and place, and has the words.
fn same_messages(expected: &str, found: &[String]) -> bool {
    let expected: Vec<&str> = expected
        .lines()
        .filter(|it| !it.trim().is_empty())
        .collect();
    let fits = |expected: &str, found: &str| {
        let (place, words) = expected.split_once(": ").unwrap_or((expected, ""));
        found.split(": ").next() == Some(place) && found.contains(words)
    };
    expected.len() == found.len()
        && expected
            .iter()
            .zip(found)
            .all(|(it, found)| fits(it, found))
}

/// The messages without their words.
fn places(messages: &[String]) -> String {
    let place = |it: &String| it.split(": ").next().unwrap_or("").to_owned() + "\n";
    messages.iter().map(place).collect()
}

/// Runs one case: what differs, and the case as it is now.
fn try_case(case: &Case, base: Option<&Case>) -> (String, Case) {
    let (mut wrong, mut now) = (String::new(), case.clone());
    for name in ["values", "refused"] {
        let Some(section) = now.sections.iter_mut().find(|it| it.name == name) else {
            continue;
        };
        let text = section.text.clone();
        let asked = questions(&text);
        let exprs: Vec<&str> = asked
            .iter()
            .filter_map(|(expr, answer)| answer.map(|_| *expr))
            .collect();
        let found: Vec<String> = match name {
            "values" => values(case, base, &exprs),
            _ => exprs.iter().map(|it| refusal(case, base, it)).collect(),
        };
        let (mut found, mut fresh) = (found.into_iter(), String::new());
        for (expr, answer) in asked {
            let Some(answer) = answer else {
                let _ = writeln!(fresh, "{expr}");
                continue;
            };
            let found = found.next().unwrap_or_default();
            if found != answer {
                let _ = writeln!(wrong, "    {expr} => {found}   (expected: {answer})");
            }
            let _ = writeln!(fresh, "{expr} => {found}");
        }
        section.text = fresh;
    }
    for section in now.sections.iter_mut().filter(|it| it.name == "table") {
        let found = table(case, base, &section.text);
        if found.trim_end() != section.text.trim_end() {
            let _ = writeln!(wrong, "  expected:\n{}  found:\n{found}", section.text);
        }
        section.text = found;
    }
    let whole = ["result", "says", "shows", "exit"];
    let is_whole = case
        .sections
        .iter()
        .any(|it| whole.contains(&it.name.as_str()));
    if !is_whole {
        return (wrong, now);
    }
    let answer = run(case, base, "");
    let messages = answer.messages();
    let says = case.text("says");
    if !same_messages(says, &messages) {
        let _ = writeln!(
            wrong,
            "  expected messages:\n{says}  found:\n{}",
            answer.said
        );
    }
    let result = case.section("result");
    if let Some(result) = result
        && result.text.trim_end() != answer.result.trim_end()
    {
        let _ = writeln!(
            wrong,
            "  expected:\n{}\n  found:\n{}",
            result.text.trim_end(),
            answer.result
        );
        if answer.result.is_empty() {
            wrong.push_str(&answer.said);
        }
    }
    for line in case.text("shows").lines().map(str::trim) {
        if !answer.said.contains(line) {
            let _ = writeln!(wrong, "  does not show `{line}`:\n{}", answer.said);
        }
    }
    // Without a word about it, a case with a result ends well.
    let exit = case.section("exit").map(|it| it.rest.clone());
    let expected = exit.or_else(|| result.map(|_| String::from("0")));
    if expected.is_some_and(|expected| expected != answer.exit.to_string()) {
        let _ = writeln!(wrong, "  ends with {}:\n{}", answer.exit, answer.said);
    }
    for section in &mut now.sections {
        match section.name.as_str() {
            "result" => section.text = answer.result.clone(),
            "says" if !same_messages(says, &messages) => section.text = places(&messages),
            "exit" => section.rest = answer.exit.to_string(),
            _ => {}
        }
    }
    (wrong, now)
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/contract");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("tests/contract")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .collect();
    files.sort();
    files
}

#[test]
fn the_contract_holds() {
    let update = std::env::var_os("UPDATE").is_some();
    let wanted = std::env::var("CONTRACT").unwrap_or_default();
    let (mut count, mut wrong) = (0, String::new());
    for path in files() {
        let text = fs::read_to_string(&path).expect("a file of cases");
        let (head, cases) = parse(&text);
        let file = path.file_name().expect("a name").to_string_lossy();
        let mut base = None;
        let mut work: Vec<(Case, Option<Case>)> = Vec::new();
        for case in cases {
            if case.title.lines().next() == Some("base") {
                base = Some(case.clone());
            }
            work.push((case, base.clone()));
        }
        let done: Vec<(String, Case)> = work
            .into_par_iter()
            .map(|(case, base)| {
                let is_wanted = file.contains(&wanted) || case.title.contains(&wanted);
                if case.title.lines().next() == Some("base") || !is_wanted {
                    return (String::new(), case);
                }
                try_case(&case, base.as_ref())
            })
            .collect();
        for (what, case) in &done {
            if !what.is_empty() {
                let title = case.title.lines().next().unwrap_or("");
                let _ = writeln!(wrong, "{file}: {title}\n{what}");
            }
        }
        count += done.len();
        let now: Vec<Case> = done.into_iter().map(|(_, case)| case).collect();
        if update {
            fs::write(&path, print(&head, &now)).expect("a file of cases");
        }
    }
    assert!(count > 0, "no cases were found");
    assert!(update || wrong.is_empty(), "\n{wrong}");
}
