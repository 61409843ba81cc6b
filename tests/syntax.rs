//! The syntax floor from outside: what parses, what is refused and where, and that nothing panics.

use vekt::base::{Source, SourceId};
use vekt::syntax::{Parsed, parse};

const FILES: [(&str, &str); 6] = [
    ("contract", include_str!("syntax/contract.vekt")),
    ("board", include_str!("syntax/board.vekt")),
    ("checks", include_str!("syntax/checks.vekt")),
    ("late_orders", include_str!("syntax/late_orders.vekt")),
    ("scenario", include_str!("syntax/scenario.vekt")),
    ("client", include_str!("syntax/client.vekt")),
];

fn read(text: &str) -> Parsed {
    parse(SourceId(0), text)
}

/// The messages of a text, one a line: `line:column code: message`.
fn messages(text: &str) -> String {
    let source = Source::new("test.vekt", text);
    let lines: Vec<String> = read(text)
        .diagnostics
        .iter()
        .map(|diagnostic| {
            let place = diagnostic.labels.first().map_or("?".to_owned(), |label| {
                let at = source.position(label.span.start as usize);
                format!("{}:{}", at.line, at.column)
            });
            let help = diagnostic.help.as_deref().unwrap_or("-");
            format!(
                "{place} {}: {} ({help})",
                diagnostic.code, diagnostic.message
            )
        })
        .collect();
    lines.join("\n")
}

#[test]
fn every_block_of_the_reference_parses() {
    for (name, text) in FILES {
        assert_eq!(messages(text), "", "{name}");
        assert!(!read(text).tree.declarations.is_empty(), "{name}");
    }
}
