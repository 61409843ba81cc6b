//! What became of the rows and amounts that were read: one line for the customers; where rows were
//! put aside or more was asked for, tables too and the sums of every column of money.

use super::{Summary, counted};
use crate::cli::render::clean_line;
use crate::cli::render::style::{WARN, paint};
use crate::cli::table::{Table, people_count, people_number};

/// The lines.
pub(super) fn lines(summary: &Summary<'_>) -> String {
    let account = summary.account;
    let Some(customers) = account.rows.first() else {
        return String::new();
    };
    let count = |count: u64| people_count(usize::try_from(count).unwrap_or(usize::MAX));
    let mut words = vec![format!("{} segmented", count(customers.used))];
    if customers.apart > 0 {
        words.push(format!("{} excluded", count(customers.apart)));
    }
    if customers.rejected > 0 {
        let rejected = format!("{} rejected", count(customers.rejected));
        words.push(paint(WARN, &rejected));
    }
    let read = count(customers.read);
    let mut text = format!("  {read} customers read: {}\n", words.join(", "));
    if let Some(path) = summary.rejects {
        let path = clean_line(&path.display().to_string());
        let rejects = summary.data.rejects.len();
        text.push_str(&match rejects {
            0 => format!("  no row rejected; {path} holds its header only\n"),
            rejects => {
                let rows = counted(rejects, "row", "rows");
                let rejected = paint(WARN, &format!("{rows} rejected"));
                format!("  {rejected} in all; {path} says why\n")
            }
        });
    }
    if summary.rejects.is_none() && !summary.verbose {
        return text;
    }
    let mut rows = Table::new(&["rows", "read>", "used>", "apart>", "rejected>"]);
    for it in &account.rows {
        let counts = [it.read, it.used, it.apart, it.rejected].map(count);
        rows.row(std::iter::once(it.dataset.clone()).chain(counts).collect());
    }
    let mut sums = Table::new(&["sums", "read>", "used>", "apart>", "rejected>"]);
    for it in &account.sums {
        let amounts = [it.read, it.used, it.apart, it.rejected];
        let amounts = amounts.map(people_number);
        let name = format!("{}.{}", it.dataset, it.field);
        sums.row(std::iter::once(name).chain(amounts).collect());
    }
    text.push('\n');
    text.push_str(&rows.lines(summary.width));
    if !account.sums.is_empty() {
        text.push('\n');
        text.push_str(&sums.lines(summary.width));
    }
    text
}
