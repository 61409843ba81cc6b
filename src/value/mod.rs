//! Floor 1: the data. Exact decimals, dates, columns with validity, tables of columns.
//! It knows no syntax and no files.

pub mod column;
pub mod date;
pub mod decimal;
pub mod dictionary;
pub mod people;
pub mod table;
pub mod total;

pub use column::{Column, Mask, TextColumn, Values};
pub use date::Date;
pub use decimal::Decimal;
pub use dictionary::Dictionary;
pub use table::Table;
