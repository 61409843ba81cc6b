//! The colours of messages and tables. They are written into the text; the stream takes them out
//! where they do not belong.

use crate::base::Severity;
use anstyle::{AnsiColor, Style};

/// For places and headings.
pub const BOLD: Style = Style::new().bold();
/// For what is beside the point.
pub const FAINT: Style = Style::new().dimmed();
/// For help and second places.
pub const HELP: Style = AnsiColor::Cyan.on_default();
/// For what holds.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// For what does not.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// For what deserves a look.
pub const WARN: Style = AnsiColor::Yellow.on_default().bold();

/// A text in a style; an empty one stays empty.
pub fn paint(style: Style, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    format!("{style}{text}{style:#}")
}

/// The style of a severity.
pub fn severity_style(severity: Severity) -> Style {
    match severity {
        Severity::Error => BAD,
        Severity::Warning => WARN,
        Severity::Note => HELP,
    }
}

/// What a severity is called.
pub fn severity_word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}
