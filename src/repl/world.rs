//! The doors of the bench to what is outside: rule files, data, the day, the look of messages. Whoever
//! runs a bench hands them in; nothing is opened here.

use super::answer::Ending;
use crate::base::{Diagnostic, SourceMap};
use crate::eval::EvalError;
use crate::io::Data;
use crate::session::{Files, Loaded};
use crate::value::Date;
use std::path::Path;

/// Why something was not done, in words as they are shown.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// The words.
    pub text: String,
    /// What kind of trouble.
    pub ending: Ending,
}

/// What a bench needs of the world.
pub trait World {
    /// How rule files are read.
    fn files(&self) -> &dyn Files;

    /// The local date.
    fn local_date(&self) -> Date;

    /// Reads the data of a model: the customers from `data` where it is named, the rest as the rule
    /// files say.
    fn read(&self, loaded: &Loaded, data: Option<&Path>) -> Result<Data, Trouble>;

    /// Messages as they are shown.
    fn messages(&self, messages: &[Diagnostic], sources: &SourceMap) -> String;

    /// Values that could not be computed, as they are shown.
    fn values(&self, errors: &[EvalError], data: &Data, sources: &SourceMap) -> String;

    /// Writes a rule file.
    fn write(&self, path: &Path, text: &str) -> Result<(), Trouble>;

    /// How many characters a line has.
    fn width(&self) -> usize;
}
