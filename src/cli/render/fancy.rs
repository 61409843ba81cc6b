//! Messages for a terminal, drawn by miette: the source in a frame, places underlined, help below.
//! Places are clipped to their source first, because miette trusts them.

use super::clean;
use crate::base::{Diagnostic, Severity, SourceMap, Span};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use std::fmt;

/// A message with its places, drawn.
pub fn long(diagnostic: &Diagnostic, sources: &SourceMap, width: usize, color: bool) -> String {
    let Some(drawing) = Drawing::of(diagnostic, sources) else {
        return super::plain::long(diagnostic, sources);
    };
    let theme = if color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .with_context_lines(1)
        .without_cause_chain();
    let mut text = String::new();
    match handler.render_report(&mut text, &drawing) {
        Ok(()) => text + &super::plain::example(diagnostic),
        Err(_) => super::plain::long(diagnostic, sources),
    }
}

/// A message in miette's terms.
#[derive(Debug)]
struct Drawing {
    code: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

impl Drawing {
    fn of(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<Drawing> {
        let first = diagnostic.labels.first()?;
        let source = sources.get(first.span.source)?;
        let text = clean::lines(&source.text);
        let mut labels = Vec::new();
        let mut elsewhere = Vec::new();
        for (at, label) in diagnostic.labels.iter().enumerate() {
            if label.span.source != first.span.source {
                elsewhere.extend(other_place(label.span, &label.text, sources));
                continue;
            }
            let (start, length) = clipped(&text, label.span);
            let words = Some(clean::line(&label.text)).filter(|it| !it.is_empty());
            labels.push(if at == 0 {
                LabeledSpan::new_primary_with_span(words, (start, length))
            } else {
                LabeledSpan::new(words, start, length)
            });
        }
        elsewhere.extend(super::data_row(diagnostic));
        elsewhere.extend(diagnostic.help.as_deref().map(clean::line));
        Some(Drawing {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: clean::line(&diagnostic.message),
            help: (!elsewhere.is_empty()).then(|| elsewhere.join("\n")),
            source: NamedSource::new(clean::line(&source.name), text),
            labels,
        })
    }
}

/// A place in another file, in words.
fn other_place(span: Span, words: &str, sources: &SourceMap) -> Option<String> {
    let source = sources.get(span.source)?;
    let at = source.position(span.start as usize);
    let place = format!("{}:{}:{}", source.name, at.line, at.column);
    Some(clean::line(&format!("{place} {words}")))
}

/// Start and length of a span, within the text and on whole characters.
fn clipped(text: &str, span: Span) -> (usize, usize) {
    let whole = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (mut start, end) = (whole(span.start), whole(span.end));
    // An empty place at the end of a text is drawn behind its last line, not beyond it.
    if start == text.len() && text.ends_with('\n') {
        start -= 1;
    }
    (start, end.saturating_sub(start))
}

impl fmt::Display for Drawing {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Drawing {}

impl miette::Diagnostic for Drawing {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::long;
    use crate::base::{Diagnostic, Source, SourceMap, Span};

    #[test]
    fn no_place_is_too_far_to_be_drawn() {
        for text in ["", "a", "år\n", "å\u{1b}\r\nb", "a\n\n"] {
            let mut sources = SourceMap::default();
            let source = sources.add(Source::new("model.vekt", text));
            for start in 0..=text.len() + 1 {
                for end in start..=text.len() + 1 {
                    let span = Span::new(source, start, end);
                    let diagnostic = Diagnostic::error("some-code", "something is wrong")
                        .at(span, "here")
                        .help("write something else");
                    for color in [true, false] {
                        let drawn = long(&diagnostic, &sources, 80, color);
                        assert!(drawn.contains("something is wrong"), "{drawn}");
                        let plain = super::super::plain::long(&diagnostic, &sources);
                        assert!(plain.contains("something is wrong"), "{plain}");
                    }
                }
            }
        }
    }
}
