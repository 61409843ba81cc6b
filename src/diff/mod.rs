//! Floor 7: two outcomes → what moved: the migration between segments, money, movers by name. And two
//! models → what changed in the rules, in words. Pure: it reads no files and prints nothing.

mod checks;
mod effect;
mod grid;
mod migration;
mod nearest;
mod pairs;
mod plain;
pub mod rules;
mod side;
mod teams;

pub use checks::{CheckChange, CheckSide, check_changes};
pub use effect::{Attribution, Reasons, Rows, Tally};
pub use grid::Grid;
pub use migration::{Cell, Migration, Mover, Place, migration};
pub use nearest::{Line, Near, nearest};
pub use pairs::{NOT_THERE, Pairs};
pub use plain::{matrix, moves, names, numbered, sentence, text};
pub use side::{Amount, AmountColumn, NamedSegment, Side};
pub use teams::{TeamChange, TeamFigures, cost_to_serve, team_changes};
