//! A migration in plain text: one line that says it all, the matrix, the moves, the names.
//! For people; what is exact stands in the JSON and the CSV of `vekt diff`.

use super::grid::Grid;
use super::migration::{Migration, Place};
use super::side::Side;
use crate::value::people::{people_count, people_number, people_share};

/// The answer to a change: the sentence, the matrix, the moves with their money, and so many names.
/// `amount` is what the money is called.
pub fn text(
    migration: &Migration,
    before: &Side<'_>,
    after: &Side<'_>,
    amount: Option<&str>,
    count: usize,
) -> String {
    let mut text = sentence(migration, amount);
    text.push('\n');
    if migration.movers.is_empty() {
        return text;
    }
    text.push_str(&matrix(migration).plain());
    text.push_str(&moves(migration, amount).plain());
    text.push_str(&names(migration, before, after, amount, count).plain());
    text
}

/// How many moved, up and down, and what they are worth, in one line.
pub fn sentence(migration: &Migration, amount: Option<&str>) -> String {
    let (moved, worth) = migration.moved();
    let all: u64 = migration.all_cells().map(|(.., cell)| cell.customers).sum();
    if moved == 0 {
        return "nobody moves".to_owned();
    }
    let (risen, fallen) = migration.risen_and_fallen();
    let (entered, left) = migration.entered_and_left();
    let mut parts = vec![format!("{} of {} customers move", count(moved), count(all))];
    if let Some(share) = Some(people_share(moved.into(), all.into())).filter(|it| !it.is_empty()) {
        parts[0] = format!("{} ({share})", parts[0]);
    }
    for (number, word) in [
        (risen, "up"),
        (fallen, "down"),
        (entered, "entered"),
        (left, "left"),
    ] {
        if number > 0 {
            parts.push(format!("{} {word}", count(number)));
        }
    }
    if let Some(amount) = amount {
        parts.push(format!("{} of `{amount}`", people_number(worth)));
    }
    parts.join(", ")
}

/// The matrix of customers: places before down, places after across, `·` where nobody went.
pub fn matrix(migration: &Migration) -> Grid {
    let mut grid = Grid::new(&["before \\ after"]);
    let shown: Vec<usize> = (0..migration.places.len()).collect();
    for place in &migration.places {
        grid.column(
            match place {
                Place::NotThere => "left",
                place => place.shown(),
            },
            true,
        );
    }
    grid.column("before", true);
    for from in &shown {
        let place = &migration.places[*from];
        let name = match place {
            Place::NotThere => "entered",
            _ => place.shown(),
        };
        let mut row = vec![name.to_owned()];
        row.extend(
            shown
                .iter()
                .map(|to| dotted(migration.cell(*from, *to).customers)),
        );
        row.push(count(migration.customers_before(*from)));
        grid.row(row);
    }
    let mut last = vec!["after".to_owned()];
    last.extend(shown.iter().map(|to| count(migration.customers_after(*to))));
    last.push(String::new());
    grid.row(last);
    grid
}

/// The matrix for narrow pages: rows have numbers before their names, columns numbers for names.
pub fn numbered(matrix: &Grid) -> Grid {
    let mut grid = matrix.clone();
    // The first column holds the names; the last ones, of those who left and of all, stay as they are.
    let places = grid.rows.len().saturating_sub(1);
    let stay = ["excluded", "left", "before"];
    for (at, (header, _)) in grid.headers.iter_mut().enumerate().skip(1) {
        if !stay.contains(&header.as_str()) {
            *header = at.to_string();
        }
    }
    for (at, row) in grid.rows.iter_mut().take(places).enumerate() {
        if let Some(name) = row.first_mut()
            && !["excluded", "entered"].contains(&name.as_str())
        {
            *name = format!("{} {name}", at + 1);
        }
    }
    grid
}

/// The moves: from, to, how many, and what they are worth.
pub fn moves(migration: &Migration, amount: Option<&str>) -> Grid {
    let mut grid = Grid::new(&["from", "to", "customers>"]);
    if let Some(amount) = amount {
        grid.column(amount, true);
    }
    for (from, to, cell) in migration.moves() {
        let mut row = vec![
            place_before(migration, from).to_owned(),
            place_after(migration, to).to_owned(),
            count(cell.customers),
        ];
        if amount.is_some() {
            row.push(people_number(migration.amount(to, &cell)));
        }
        grid.row(row);
    }
    grid
}

/// The movers who are worth the most, at most so many.
pub fn names(
    migration: &Migration,
    before: &Side<'_>,
    after: &Side<'_>,
    amount: Option<&str>,
    count: usize,
) -> Grid {
    let largest = migration.largest(count, before, after);
    let key_and_name = |mover: &super::Mover| match mover.after {
        super::NOT_THERE => (before.key_of(mover.before), before.name_of(mover.before)),
        row => (after.key_of(row), after.name_of(row)),
    };
    let is_named = largest.iter().any(|it| key_and_name(it).1.is_some());
    let mut grid = Grid::new(&["customer"]);
    if is_named {
        grid.column("name", false);
    }
    grid.column("from", false);
    grid.column("to", false);
    if let Some(amount) = amount {
        grid.column(amount, true);
    }
    for mover in &largest {
        let (key, name) = key_and_name(mover);
        let mut row = vec![key.to_owned()];
        if is_named {
            row.push(name.unwrap_or_default().to_owned());
        }
        row.push(place_before(migration, mover.from as usize).to_owned());
        row.push(place_after(migration, mover.to as usize).to_owned());
        if amount.is_some() {
            let worth = migration.worth(mover, before, after);
            row.push(worth.map_or(String::new(), |it| people_number(it.into())));
        }
        grid.row(row);
    }
    grid
}

/// Where those who moved were: `entered` for those who were not there.
fn place_before(migration: &Migration, place: usize) -> &str {
    match migration.places.get(place) {
        Some(Place::NotThere) => "entered",
        place => place.map_or("", Place::shown),
    }
}

/// Where they are: `left` for those who are not there any more.
fn place_after(migration: &Migration, place: usize) -> &str {
    match migration.places.get(place) {
        Some(Place::NotThere) => "left",
        place => place.map_or("", Place::shown),
    }
}

fn count(number: u64) -> String {
    people_count(usize::try_from(number).unwrap_or(usize::MAX))
}

fn dotted(number: u64) -> String {
    match number {
        0 => "·".to_owned(),
        number => count(number),
    }
}
