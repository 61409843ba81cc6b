//! Finds the columns that fields are read from by their headers.
//! Headers are compared in NFC, without regard to case, surrounding space or a byte-order mark.

use crate::base::{DataPlace, Diagnostic, Span, suggest};
use unicode_normalization::UnicodeNormalization;

/// The first of the marks that combine with the letter before them.
const FIRST_MARK: char = '\u{300}';

/// The form in which headers are compared.
pub fn normal(header: &str) -> String {
    if header.is_ascii() {
        return header.trim().to_ascii_lowercase();
    }
    // Below the combining marks every text is in NFC: those of western Europe are spared the tables.
    if header.chars().all(|it| it < FIRST_MARK) {
        return header.trim().to_lowercase();
    }
    let header: String = header.chars().filter(|it| *it != '\u{feff}').collect();
    header.trim().nfc().collect::<String>().to_lowercase()
}

/// What a field is looked for under.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// The field's name.
    pub field: &'a str,
    /// The headers that its column may have.
    pub headers: &'a [String],
    /// Where it is declared.
    pub span: Span,
}

/// The headers of a file.
#[derive(Clone, Debug)]
pub struct Headers<'a> {
    file: &'a str,
    line: u64,
    seen: &'a [String],
    normal: Vec<String>,
}

impl<'a> Headers<'a> {
    /// The headers of a file, as they stand on that line.
    pub fn new(file: &'a str, line: u64, seen: &'a [String]) -> Self {
        Headers {
            file,
            line,
            seen,
            normal: seen.iter().map(|header| normal(header)).collect(),
        }
    }

    /// The column of a field: exactly one must have one of its headers. `list_all` says that the
    /// message for a missing one lists the headers seen.
    pub fn find(&self, wanted: &Wanted<'_>, list_all: bool) -> Result<usize, Box<Diagnostic>> {
        let names: Vec<String> = wanted.headers.iter().map(|header| normal(header)).collect();
        let found: Vec<usize> = self
            .normal
            .iter()
            .enumerate()
            .filter(|(_, header)| names.contains(header))
            .map(|(at, _)| at)
            .collect();
        match found.as_slice() {
            [column] => Ok(*column),
            [] => Err(self.missing(wanted, list_all).into()),
            several => Err(self.doubled(wanted, several).into()),
        }
    }

    fn missing(&self, wanted: &Wanted<'_>, list_all: bool) -> Diagnostic {
        let names: Vec<String> = wanted.headers.iter().map(|it| format!("`{it}`")).collect();
        let nearest = wanted.headers.iter().find_map(|header| {
            suggest::nearest(header.trim(), self.seen.iter().map(|seen| seen.trim()))
        });
        let mut help = match nearest {
            Some(near) => format!(
                "the nearest is `{near}`: write `{} … from \"{near}\"`",
                wanted.field
            ),
            None => format!(
                "write `from \"…\"` with its header after the type of `{}`",
                wanted.field
            ),
        };
        if list_all {
            help.push_str(&format!("; the file has {}", list(self.seen)));
        }
        Diagnostic::error(
            "missing-column",
            format!(
                "`{}` has no column {} for `{}`",
                self.file,
                names.join(" or "),
                wanted.field
            ),
        )
        .at(wanted.span, "read from this column")
        .in_data(self.place(None))
        .help(help)
    }

    fn doubled(&self, wanted: &Wanted<'_>, columns: &[usize]) -> Diagnostic {
        let headers: Vec<String> = columns
            .iter()
            .map(|column| {
                let header = self.seen.get(*column).map_or("", |header| header.trim());
                format!("`{header}` (column {})", column + 1)
            })
            .collect();
        let header = columns.first().and_then(|column| self.seen.get(*column));
        Diagnostic::error(
            "doubled-column",
            format!(
                "`{}` has {} columns for `{}`: {}",
                self.file,
                columns.len(),
                wanted.field,
                headers.join(", ")
            ),
        )
        .at(wanted.span, "read from one column")
        .in_data(self.place(header.cloned()))
        .help("rename or remove all but one of them in the file")
    }

    fn place(&self, column: Option<String>) -> DataPlace {
        DataPlace {
            file: self.file.into(),
            line: (self.line > 0).then_some(self.line),
            column,
            value: None,
        }
    }
}

/// The headers seen, as a list for people; the first 30 of them.
fn list(seen: &[String]) -> String {
    let mut names: Vec<String> = seen
        .iter()
        .take(30)
        .map(|header| format!("`{}`", header.trim()))
        .collect();
    if seen.len() > names.len() {
        names.push(format!("… ({} in all)", seen.len()));
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::normal;
    use unicode_normalization::UnicodeNormalization;

    #[test]
    fn headers_are_compared_in_one_form() {
        assert_eq!(normal("\u{feff} VÅR andel "), "vår andel");
        assert_eq!(normal("Va\u{30a}r Andel"), "vår andel");
        assert_eq!(normal("Omsetning 2025"), "omsetning 2025");
        assert_eq!(normal(" ÆRLIG \u{a0}"), "ærlig");
        for mark in '\u{80}'..super::FIRST_MARK {
            let whole = format!("a{mark}b").nfc().collect::<String>();
            assert_eq!(normal(&format!("A{mark}b")), whole.to_lowercase());
        }
    }
}
