//! Messages as data: a stable code, a sentence, the places it speaks of and what to write instead.
//! Nothing here prints or formats for a terminal; `cli` renders.

use super::span::Span;

/// How much a message weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The file or the data cannot be used.
    Error,
    /// It can be used, but something deserves a look.
    Warning,
    /// It says what is not known, and judges nothing.
    Note,
}

/// A place in a rule file and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words under the place; may be empty.
    pub text: String,
}

/// A place in a data file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct DataPlace {
    /// The file as the user named it.
    pub file: String,
    /// Line, counted from 1; the header of a plain file is line 1.
    pub line: Option<u64>,
    /// The column's header as it stands in the file.
    pub column: Option<String>,
    /// The value as it stands in the file.
    pub value: Option<String>,
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// A stable code such as `unknown-name`; each has an entry in docs/errors.md.
    pub code: &'static str,
    /// Error, warning or note.
    pub severity: Severity,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Places in rule files, the most important first.
    pub labels: Vec<Label>,
    /// The place in a data file, for messages about data.
    pub data: Option<DataPlace>,
    /// What to write instead.
    pub help: Option<String>,
    /// Lines of a rule file that show it: a `test` block with an example customer.
    pub example: Option<String>,
}

impl Diagnostic {
    /// An error without a place yet.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: Vec::new(),
            data: None,
            help: None,
            example: None,
        }
    }

    /// A warning without a place yet.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(code, message)
        }
    }

    /// A note without a place yet.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Note,
            ..Diagnostic::error(code, message)
        }
    }

    /// Adds a place and a few words about it.
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
        });
        self
    }

    /// Sets the place in a data file.
    pub fn in_data(mut self, place: DataPlace) -> Self {
        self.data = Some(place);
        self
    }

    /// Sets what to write instead.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets what to write instead, where there is something to say.
    pub fn help_maybe(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Sets lines of a rule file that show it.
    pub fn example(mut self, example: impl Into<String>) -> Self {
        self.example = Some(example.into());
        self
    }

    /// Whether this message deserves a look, and does not stop the work.
    pub fn is_warning(&self) -> bool {
        self.severity == Severity::Warning
    }

    /// Whether this message stops the work.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
