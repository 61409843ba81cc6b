//! Rows that were put aside, as separated text: where each stood, every reason, and the row as it
//! came. It opens no file.

use super::csv::{Style, separate, text};
use crate::io::rejects::Reject;

/// The header; files that begin with it were written here.
pub const HEADER: &str = "dataset,file,line,codes,columns,reasons,row\n";

/// The bytes of the file: a line for each reject, in the order of files and lines.
pub fn write(rejects: &[Reject]) -> Vec<u8> {
    let mut out = HEADER.as_bytes().to_vec();
    for reject in rejects {
        let list = |pieces: Vec<&str>| {
            let mut seen: Vec<&str> = Vec::new();
            for piece in pieces {
                if !piece.is_empty() && !seen.contains(&piece) {
                    seen.push(piece);
                }
            }
            seen.join("; ")
        };
        let reasons = reject.reasons.iter();
        let cells = [
            reject.dataset.clone(),
            reject.file.clone(),
            reject.line.to_string(),
            list(reasons.clone().map(|it| it.code).collect()),
            list(
                reasons
                    .clone()
                    .map(|it| it.column.as_deref().unwrap_or(""))
                    .collect(),
            ),
            list(reasons.map(|it| it.message.as_str()).collect()),
            reject.text.clone(),
        ];
        for (at, cell) in cells.iter().enumerate() {
            separate(&mut out, at, Style::PLAIN);
            text(&mut out, cell, Style::PLAIN);
        }
        out.push(b'\n');
    }
    out
}
