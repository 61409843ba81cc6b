//! Answers on a terminal: short ones as they are, long ones through the pager that the user has.

use std::io::{self, Write};
use std::process::{Command, Stdio};

/// Shows an answer.
pub(super) fn show(text: &str) -> io::Result<()> {
    let lines = text.lines().count();
    let height = terminal_size::terminal_size_of(io::stdout()).map(|(_, it)| usize::from(it.0));
    if height.is_some_and(|height| lines + 2 > height) && paged(text) {
        return Ok(());
    }
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Whether a pager took the text.
fn paged(text: &str) -> bool {
    let wanted = std::env::var("PAGER").unwrap_or_else(|_| "less".into());
    let mut words = wanted.split_whitespace();
    let Some(program) = words.next() else {
        return false;
    };
    let child = Command::new(program)
        .args(words)
        // Short texts pass through, and what was shown stays on the screen.
        .env(
            "LESS",
            std::env::var("LESS").unwrap_or_else(|_| "FRX".into()),
        )
        .env("LESSCHARSET", "utf-8")
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        return false;
    };
    if let Some(mut input) = child.stdin.take() {
        // Whoever has seen enough closes the pager, and the rest is not read.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().is_ok_and(|it| it.success())
}
