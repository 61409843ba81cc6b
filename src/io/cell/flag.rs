//! Flags as people write them, in the languages of the Nordic countries and English.
//! What an empty cell means is the column's business.

/// Reads a cell; `None` where it is no flag.
pub fn read(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.len() > 8 {
        return None;
    }
    match text.to_lowercase().as_str() {
        "yes" | "y" | "ja" | "j" | "já" | "kyllä" | "k" | "true" | "t" | "sann" | "sant"
        | "sandt" | "tosi" | "1" | "x" => Some(true),
        "no" | "n" | "nei" | "nej" | "ei" | "e" | "false" | "f" | "usann" | "usant" | "falsk"
        | "falskt" | "epätosi" | "0" => Some(false),
        _ => None,
    }
}

/// Whether the cell is a tick: `x`. In a column of ticks an empty cell is a no.
pub fn is_tick(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("x")
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn flags_of_every_country() {
        for text in ["yes", "Ja", "KYLLÄ", "true", "1", "x", " X "] {
            assert_eq!(read(text), Some(true), "{text}");
        }
        for text in ["no", "nei", "Nej", "ei", "FALSE", "0"] {
            assert_eq!(read(text), Some(false), "{text}");
        }
        for text in ["", "maybe", "2", "yesterday and tomorrow"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
