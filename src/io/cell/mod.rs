//! What single cells say: numbers, dates, flags, texts, and the evidence that settles a column.
//! Nothing here knows fields or files.

pub mod date;
pub(super) mod ends;
pub mod evidence;
pub mod exact;
pub mod flag;
pub(super) mod habit;
pub mod number;
pub(super) mod quick;
pub mod text;
