//! A sitting without a terminal: a script, or single lines, answered one after the other. It stops at
//! the first thing that is wrong, so that nothing half tried is saved; text goes out as it comes.

use super::answer::{Answer, Ending};
use super::bench::Bench;
use crate::syntax::is_unfinished;
use std::io;
use std::time::Instant;

/// How a script is run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Script {
    /// Go on after something wrong.
    pub keep_going: bool,
    /// Show what was typed before its answer.
    pub echo: bool,
    /// Say how long each answer took.
    pub timing: bool,
}

/// Answers every entry of a script. `say` gets each answer as it comes.
pub fn run_script(
    bench: &mut Bench<'_>,
    script: &str,
    how: Script,
    say: &mut dyn FnMut(&Answer) -> io::Result<()>,
) -> io::Result<Ending> {
    let mut ending = Ending::Well;
    for entry in entries(script) {
        if how.echo {
            let shown = entry.strip_suffix('\n').unwrap_or(&entry);
            let shown = shown.replace('\n', "\n… ");
            say(&Answer::text(format!("vekt> {shown}\n")))?;
        }
        let begun = Instant::now();
        let mut answer = bench.answer(&entry);
        if how.timing {
            let took = begun.elapsed().as_secs_f64() * 1000.0;
            answer.messages.push_str(&format!("({took:.1} ms)\n"));
        }
        say(&answer)?;
        if ending == Ending::Well || ending == Ending::NotHeld && answer.ending.is_refusal() {
            ending = answer.ending;
        }
        if answer.quit || answer.ending.is_refusal() && !how.keep_going {
            break;
        }
    }
    Ok(ending)
}

/// The entries of a script: lines, and as many more as what they begin needs.
fn entries(script: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    for line in script.lines() {
        if entry.is_empty() && line.trim().is_empty() {
            continue;
        }
        // No line of the language begins with a colon: what was begun before it ends here.
        if line.trim_start().starts_with(':') && !entry.is_empty() {
            entries.push(std::mem::take(&mut entry));
        }
        entry.push_str(line);
        entry.push('\n');
        if !goes_on(&entry) {
            entries.push(std::mem::take(&mut entry));
        }
    }
    if !entry.trim().is_empty() {
        entries.push(entry);
    }
    entries
}

/// Whether more lines belong to what was typed so far. Two empty lines always end it, and one does
/// outside of brackets.
pub fn goes_on(entry: &str) -> bool {
    if entry.trim_start().starts_with(':') || entry.len() > super::typed::LONGEST {
        return false;
    }
    if entry.ends_with("\n\n\n") {
        return false;
    }
    is_unfinished(entry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_whole_declarations() {
        let script = "sum(revenue)\n\n# a remark\naxis a {\n  criterion b weight 100% as is\n}\n:quit\nlet x =\n  3\n1 +\n 2\n";
        let found = entries(script);
        let found: Vec<&str> = found.iter().map(|it| it.trim_end()).collect();
        let expected = [
            "sum(revenue)",
            "# a remark",
            "axis a {\n  criterion b weight 100% as is\n}",
            ":quit",
            "let x =\n  3",
            "1 +\n 2",
        ];
        assert_eq!(found, expected);
    }
}
