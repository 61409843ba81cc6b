//! `vekt explain`: a model, data and keys in; why these customers are where they are out. It only
//! leads from one floor to the next; nothing is computed here.

use super::arguments::{ExplainArguments, ExplainFormat};
use super::failures;
use super::loading::{folder_of, load_model};
use super::progress::Progress;
use super::render::style::{BAD, BOLD, FAINT, GOOD, paint};
use super::render::{self, clean_line, clean_lines};
use super::terminal::{Exit, Stream};
use crate::base::Diagnostic;
use crate::explain::{Bench, Explanation, Ink, Unknown, document, find, human, markdown, rows};
use crate::io::{self, Data, Location, Refusal, Sources};
use crate::model::program::Program;
use crate::session::Loaded;
use rayon::prelude::*;

/// Runs the command.
pub fn explain(arguments: &ExplainArguments, quiet: bool) -> std::io::Result<Exit> {
    let loaded = load_model(&arguments.model, &arguments.model_options);
    let progress = Progress::begin(quiet);
    let worked = work(arguments, &loaded, &progress);
    drop(progress);
    let said: Vec<Diagnostic> = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error() || !quiet)
        .cloned()
        .collect();
    Stream::Errors.write(&render::messages(&said, &loaded.sources, Stream::Errors))?;
    match worked {
        Ok(explanations) => {
            let text = shown(arguments.format, &loaded, &explanations);
            Stream::Output.write(&text)?;
            Ok(Exit::Well)
        }
        Err(stopped) => {
            Stream::Errors.write(&stopped.text)?;
            Ok(stopped.exit)
        }
    }
}

/// Why there is no explanation.
struct Stopped {
    exit: Exit,
    text: String,
}

fn work(
    arguments: &ExplainArguments,
    loaded: &Loaded,
    progress: &Progress,
) -> Result<Vec<Explanation>, Stopped> {
    let Some(program) = &loaded.program else {
        // The messages are those of loading.
        return Err(Stopped {
            exit: Exit::Usage,
            text: String::new(),
        });
    };
    let stopped = |exit, messages: &[Diagnostic]| Stopped {
        exit,
        text: render::messages(messages, &loaded.sources, Stream::Errors),
    };
    let options = &arguments.data_options;
    let folder = |span| folder_of(loaded, span);
    let customers = Some(Location::new(&arguments.data));
    let sources = Sources::choose(program, folder, customers, &options.tables)
        .map_err(|messages| stopped(Exit::Usage, &messages))?;
    progress.step("reading the data");
    let data =
        io::read(program, &sources, &options.reading()).map_err(|refusal| match refusal {
            Refusal::Files(messages) => stopped(Exit::Files, &messages),
            Refusal::Data(errors) => Stopped {
                exit: Exit::Data,
                text: render::data_errors(&errors, &loaded.sources, Stream::Errors),
            },
        })?;
    let rows = rows_of(arguments, program, &data).map_err(|unknown| {
        let messages: Vec<Diagnostic> = unknown.iter().map(|it| no_customer(it, &data)).collect();
        stopped(Exit::Usage, &messages)
    })?;
    progress.step("applying the model");
    let bench = Bench::new(program, &loaded.sources, &data.inputs, &rows).map_err(|errors| {
        let worded = failures::word(&errors, &data.inputs, &data.reports, &loaded.sources);
        Stopped {
            exit: Exit::Data,
            text: render::data_errors(&worded, &loaded.sources, Stream::Errors),
        }
    })?;
    // A sheet of criteria has no room for what would move a customer.
    let explained = |row: &usize| match arguments.format {
        ExplainFormat::Csv => bench.explain(*row),
        _ => bench.explain_with_changes(*row),
    };
    Ok(rows.par_iter().filter_map(explained).collect())
}

/// The rows that are asked about, each once.
fn rows_of(
    arguments: &ExplainArguments,
    program: &Program,
    data: &Data,
) -> Result<Vec<usize>, Vec<Unknown>> {
    if arguments.all {
        return Ok((0..data.inputs.customers.rows).collect());
    }
    let (mut rows, mut unknown) = (Vec::new(), Vec::new());
    for key in &arguments.keys {
        match find(program, &data.inputs, key) {
            Ok(row) if rows.contains(&row) => {}
            Ok(row) => rows.push(row),
            Err(nobody) => unknown.push(nobody),
        }
    }
    if unknown.is_empty() {
        Ok(rows)
    } else {
        Err(unknown)
    }
}

fn no_customer(unknown: &Unknown, data: &Data) -> Diagnostic {
    let file = data
        .reports
        .first()
        .map_or("", |report| report.file.as_str());
    let message = format!("no customer in `{file}` has the key `{}`", unknown.key);
    let near: Vec<String> = unknown.nearest.iter().map(|it| format!("`{it}`")).collect();
    let help = match near.as_slice() {
        [] => None,
        [one] => Some(format!("the nearest is {one}")),
        [first @ .., last] => Some(format!("the nearest are {} and {last}", first.join(", "))),
    };
    Diagnostic::error("no-such-customer", message).help_maybe(help)
}

fn shown(format: ExplainFormat, loaded: &Loaded, explanations: &[Explanation]) -> String {
    // Texts of the data are made harmless before any colour is added.
    let ink = |ink: Ink, text: &str| {
        let text = clean_line(text);
        match ink {
            Ink::Plain => text,
            Ink::Bold => paint(BOLD, &text),
            Ink::Faint => paint(FAINT, &text),
            Ink::Good => paint(GOOD, &text),
            Ink::Bad => paint(BAD, &text),
        }
    };
    let pages = |page: &dyn Fn(&Explanation) -> String| {
        let pages: Vec<String> = explanations.iter().map(page).collect();
        pages.join("\n")
    };
    match (format, &loaded.program) {
        (ExplainFormat::Human, _) => pages(&|it| human(it, &ink)),
        (ExplainFormat::Markdown, _) => clean_lines(&pages(&|it| markdown(it))),
        (ExplainFormat::Csv, _) => rows(explanations),
        (ExplainFormat::Json, Some(program)) => document(program, explanations),
        (ExplainFormat::Json, None) => String::new(),
    }
}
