//! `vekt read`: a model in, a memo that a management team can sign out.

use super::arguments::{MemoLanguage, ReadArguments, ReadFormat};
use super::loading::load_model;
use super::render::{self, clean_lines};
use super::terminal::{Exit, Stream};
use crate::base::Diagnostic;
use crate::memo::{Language, memo};

/// Runs the command.
pub fn read(arguments: &ReadArguments, quiet: bool) -> std::io::Result<Exit> {
    let loaded = load_model(&arguments.model, &arguments.model_options);
    let said = loaded
        .diagnostics
        .iter()
        .filter(|it| it.is_error() || !quiet);
    let said: Vec<Diagnostic> = said.cloned().collect();
    Stream::Errors.write(&render::messages(&said, &loaded.sources, Stream::Errors))?;
    let Some(program) = &loaded.program else {
        return Ok(Exit::Usage);
    };
    let page = memo(program, language(arguments.lang));
    let text = match arguments.format {
        ReadFormat::Human => page.plain(Stream::Output.width()),
        ReadFormat::Markdown => page.markdown(),
    };
    Stream::Output.write(&clean_lines(&text))?;
    Ok(Exit::Well)
}

fn language(chosen: MemoLanguage) -> Language {
    match chosen {
        MemoLanguage::En => Language::English,
        MemoLanguage::Nb => Language::Norwegian,
        MemoLanguage::Sv => Language::Swedish,
        MemoLanguage::Fi => Language::Finnish,
    }
}
