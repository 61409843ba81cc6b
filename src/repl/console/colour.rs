//! Colours for what is typed: words of the language, names, numbers, texts, comments. Names that the
//! model does not have stay plain, so that a misspelt one is seen before it is entered.

use super::names::{NameKind, Names, WORDS};
use crate::syntax::{PieceKind, pieces};
use anstyle::{AnsiColor, Style};

/// Longer lines stay plain: colouring them would be slower than typing.
const LONGEST: usize = 20_000;

/// A line with colours.
pub(super) fn coloured(line: &str, names: &Names) -> Option<String> {
    if line.len() > LONGEST || line.is_empty() {
        return None;
    }
    let mut text = String::with_capacity(line.len() * 2);
    let mut done = 0;
    if line.trim_start().starts_with(':') {
        let end = line.trim_end_matches(|it: char| it != ':').len();
        let word = line.get(end..).unwrap_or("");
        let end = end + word.find(char::is_whitespace).unwrap_or(word.len());
        paint(
            &mut text,
            line.get(..end).unwrap_or(""),
            AnsiColor::Blue.on_default().bold(),
        );
        done = end;
    }
    for piece in pieces(line) {
        if piece.start < done {
            continue;
        }
        text.push_str(line.get(done..piece.start).unwrap_or(""));
        let word = line.get(piece.start..piece.end).unwrap_or("");
        let style = match piece.kind {
            PieceKind::Comment => Some(Style::new().dimmed()),
            PieceKind::Text => Some(AnsiColor::Green.on_default()),
            PieceKind::Number => Some(AnsiColor::Yellow.on_default()),
            PieceKind::Word => match names.kind(word) {
                Some(NameKind::Value) => Some(AnsiColor::Cyan.on_default()),
                Some(NameKind::Segment) => Some(AnsiColor::BrightGreen.on_default()),
                Some(NameKind::Function) => Some(AnsiColor::Blue.on_default()),
                None if WORDS.contains(&word) => Some(AnsiColor::Magenta.on_default()),
                None => None,
            },
            _ => None,
        };
        match style {
            Some(style) => paint(&mut text, word, style),
            None => text.push_str(word),
        }
        done = piece.end;
    }
    text.push_str(line.get(done..).unwrap_or(""));
    Some(text)
}

fn paint(text: &mut String, word: &str, style: Style) {
    text.push_str(&format!("{style}{word}{style:#}"));
}
