//! The what-if bench: a model and data stay loaded, and every line that is typed gets its answer.
//! The core (`bench`, `typed`, `edit`, `ask` and what they show) takes text and gives text; only `console` knows a
//! terminal. Files, the clock and the look of messages come from outside, through [`World`].

mod answer;
mod ask;
mod bench;
mod by;
mod calendar;
mod change;
mod command;
mod console;
mod edit;
mod layout;
mod map;
mod more;
mod movement;
mod question;
mod script;
mod show;
mod things;
mod typed;
mod value;
mod version;
mod weights;
mod world;

pub use answer::{Answer, Ending};
pub use bench::Bench;
pub use console::{Terminal, run_console};
pub use script::{Script, run_script};
pub use world::{Trouble, World};
