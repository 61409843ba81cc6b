//! Floor 0: source text, spans, messages as data and the search for the nearest name.
//! Everything above builds on it; it knows nothing of the language.

pub mod diagnostic;
pub mod source;
pub mod span;
pub mod suggest;

pub use diagnostic::{DataPlace, Diagnostic, Label, Severity};
pub use source::{Position, Source, SourceId, SourceMap};
pub use span::{Span, Spanned};
