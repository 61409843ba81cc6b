//! What a run is given: customers, tables with the customer of each row, lookups read from files.
//! All of it is checked data in the model's units; nothing here is a file any more.

use crate::model::program::{FieldId, TableId};
use crate::value::{Column, Table};
use std::collections::BTreeMap;

/// In [`RowTable::customer`]: the row belongs to nobody.
pub const NOBODY: u32 = u32::MAX;

/// The data of a run.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// The customers, one a row. A field of type `text`, `number`, … has a column of that kind (see
    /// [`crate::value::Values`]); a `segment` field has positions in the list of its segmentation
    /// and is missing where the segment no longer exists.
    pub customers: Table,
    /// The tables in the order of the program.
    pub tables: Vec<RowTable>,
    /// The lookups in the order of the program; those that are written in the rule file are empty.
    pub lookups: Vec<LookupTable>,
    /// In tests: fields that a customer's `given` leaves out although they may not be missing. It
    /// is an error where what is expected needs them, and only there.
    pub not_given: Vec<(FieldId, u32)>,
    /// The same for the rows of tables.
    pub rows_not_given: Vec<(TableId, FieldId, u32)>,
    /// The keys of some customers by row, where the column of all keys was not kept.
    pub named: BTreeMap<u32, String>,
}

/// A table and whose its rows are.
#[derive(Clone, Debug, Default)]
pub struct RowTable {
    /// The rows.
    pub table: Table,
    /// For each row the position of its customer, or [`NOBODY`].
    pub customer: Vec<u32>,
}

/// A lookup that was read from a file. Each key stands once.
#[derive(Clone, Debug, Default)]
pub struct LookupTable {
    /// The keys, a column of the type of the lookup's key; `None` for a lookup of the rule file.
    pub keys: Option<Column>,
    /// The value of each key, a column of the type of the lookup's values.
    pub values: Option<Column>,
}
