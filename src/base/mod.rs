//! Floor 0: source text, spans, messages as data, the search for the nearest name, loops in wide registers.
//! Everything above builds on it; it knows nothing of the language.

pub mod diagnostic;
pub mod source;
pub mod span;
pub mod suggest;
pub mod vectors;

pub use diagnostic::{DataPlace, Diagnostic, Label, Severity};
pub use source::{Position, Source, SourceId, SourceMap};
pub use span::{Span, Spanned};
