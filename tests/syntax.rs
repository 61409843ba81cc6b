//! The syntax floor from outside: what parses, what is refused and where, and that nothing panics.

use std::fmt::Write;
use std::time::{Duration, Instant};

use vekt::base::{Source, SourceId};
use vekt::syntax::tree::{ClauseWhen, Expr, ExprKind, Frequency, Item, ServiceEntryKind, TimeUnit};
use vekt::syntax::{Parsed, parse, parse_expression};

const FILES: [(&str, &str); 7] = [
    ("contract", include_str!("syntax/contract.vekt")),
    ("board", include_str!("syntax/board.vekt")),
    ("checks", include_str!("syntax/checks.vekt")),
    ("late_orders", include_str!("syntax/late_orders.vekt")),
    ("scenario", include_str!("syntax/scenario.vekt")),
    ("client", include_str!("syntax/client.vekt")),
    ("constructs", include_str!("syntax/constructs.vekt")),
];

fn read(text: &str) -> Parsed {
    parse(SourceId(0), text)
}

/// The messages of a text, one a line: `line:column code: message (help)`.
fn messages(text: &str) -> String {
    let source = Source::new("test.vekt", text);
    let mut lines = String::new();
    for diagnostic in read(text).diagnostics {
        let label = diagnostic.labels.first().expect("a message has a place");
        let at = source.position(label.span.start as usize);
        let help = diagnostic
            .help
            .map_or(String::new(), |help| format!(" ({help})"));
        let (code, message) = (diagnostic.code, diagnostic.message);
        writeln!(lines, "{}:{} {code}: {message}{help}", at.line, at.column).expect("text");
    }
    lines
}

/// An expression with parentheses around everything that has parts.
fn shape(expression: &Expr) -> String {
    let list = |parts: &[Expr], word: &str| parts.iter().map(shape).collect::<Vec<_>>().join(word);
    match &*expression.kind {
        ExprKind::Number(number) => number.digits.clone(),
        ExprKind::Text(text) => format!("{text:?}"),
        ExprKind::Name(path) => path.text(),
        ExprKind::Negate(part) => format!("(-{})", shape(part)),
        ExprKind::Not(part) => format!("(not {})", shape(part)),
        ExprKind::Arithmetic {
            operator,
            left,
            right,
        } => {
            format!("({} {:?} {})", shape(left), operator.value, shape(right))
        }
        ExprKind::Compare {
            operator,
            left,
            right,
        } => {
            format!("({} {:?} {})", shape(left), operator.value, shape(right))
        }
        ExprKind::Between {
            value,
            low,
            high,
            negated,
        } => {
            format!(
                "({} between {negated} {} {})",
                shape(value),
                shape(low),
                shape(high)
            )
        }
        ExprKind::IsOneOf {
            value,
            list: items,
            negated,
        } => {
            format!("({} one of {negated} {})", shape(value), list(items, ","))
        }
        ExprKind::IsMissing { value, negated } => format!("({} missing {negated})", shape(value)),
        ExprKind::InRank {
            value,
            end,
            count,
            by,
        } => {
            let by = by.as_ref().map_or(String::new(), |by| by.text());
            format!("({} in {end:?} {} {by})", shape(value), shape(count))
        }
        ExprKind::And(parts) => format!("({})", list(parts, " and ")),
        ExprKind::Or(parts) => format!("({})", list(parts, " or ")),
        ExprKind::Default { value, otherwise } => {
            format!("({} default {})", shape(value), shape(otherwise))
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => {
            format!(
                "(if {} {} {})",
                shape(condition),
                shape(then),
                shape(otherwise)
            )
        }
        ExprKind::Call(call) => {
            let filter = call
                .filter
                .as_ref()
                .map_or(String::new(), |filter| format!(" where {}", shape(filter)));
            let by = call
                .by
                .as_ref()
                .map_or(String::new(), |by| format!(" by {}", by.text()));
            format!(
                "{}({}{filter}{by})",
                call.function.value,
                list(&call.arguments, ",")
            )
        }
        ExprKind::Lookup { lookup, key } => format!("{}[{}]", lookup.value, shape(key)),
        other => format!("{other:?}"),
    }
}

fn shape_of(text: &str) -> String {
    let (expression, diagnostics) = parse_expression(SourceId(0), text);
    assert_eq!(diagnostics, [], "{text}");
    shape(&expression.expect("an expression"))
}

#[test]
fn every_block_of_the_reference_parses() {
    for (name, text) in FILES {
        assert_eq!(messages(text), "", "{name}");
        assert!(!read(text).tree.declarations.is_empty(), "{name}");
    }
    assert_eq!(read(FILES[0].1).tree.declarations.len(), 16);
}

#[test]
fn line_ends_of_windows_and_a_byte_order_mark_change_nothing() {
    for (name, text) in FILES {
        let windows = format!("\u{FEFF}{}", text.replace('\n', "\r\n"));
        assert_eq!(messages(&windows), "", "{name}");
        let count = |text: &str| read(text).tree.declarations.len();
        assert_eq!(count(&windows), count(text), "{name}");
        assert_eq!(
            read(&windows).comments.all().len(),
            read(text).comments.all().len(),
            "{name}"
        );
    }
}

#[test]
fn mistakes_have_their_messages() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/syntax/mistakes.vekt");
    let fixture = std::fs::read_to_string(path).expect("the fixture can be read");
    let (head, sections) = fixture.split_once("--- ").expect("a section");
    let mut written = head.to_owned();
    for section in sections.split("\n--- ") {
        let (name, rest) = section.split_once('\n').expect("a name");
        let code: Vec<&str> = rest
            .lines()
            .filter(|line| !line.starts_with("# "))
            .collect();
        let code = code.join("\n");
        writeln!(written, "--- {name}\n{}", code.trim_end()).expect("text");
        for message in messages(code.trim_end()).lines() {
            writeln!(written, "# {message}").expect("text");
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &written).expect("the fixture can be written");
        return;
    }
    assert_eq!(written, fixture);
}

#[test]
fn precedence_is_that_of_the_reference() {
    let cases = [
        ("-a default 0 * 2", "((-(a default 0)) Multiply 2)"),
        ("1 + 2 * 3 - 4", "((1 Add (2 Multiply 3)) Subtract 4)"),
        ("a or b and not c = 1", "(a or (b and (not (c Equal 1))))"),
        ("a and b and c or d or e", "((a and b and c) or d or e)"),
        ("not a is missing", "(not (a missing false))"),
        ("a + 1 is not missing", "((a Add 1) missing true)"),
        (
            "a between 1 + 1 and 3 and b",
            "((a between false (1 Add 1) 3) and b)",
        ),
        ("a not between -1 and 3", "(a between true (-1) 3)"),
        (
            "a is not one of \"x\", \"y\" or b",
            "((a one of true \"x\",\"y\") or b)",
        ),
        ("s is one of (key, other)", "(s one of false key,other)"),
        (
            "x in top 10% by region and y",
            "((x in Top 10 region) and y)",
        ),
        ("if a then b else c + 1", "(if a b (c Add 1))"),
        ("if a then 1 else if b then 2 else 3", "(if a 1 (if b 2 3))"),
        ("sum(x where c by region)", "sum(x where c by region)"),
        ("sum(x by region where c)", "sum(x where c by region)"),
        ("count()", "count()"),
        ("count(by region)", "count( by region)"),
        ("max(by, 2)", "max(by,2)"),
        ("rate[currency] * 2", "(rate[currency] Multiply 2)"),
        ("a\n + b", "(a Add b)"),
        ("(\na\n+\nb\n)", "(a Add b)"),
        ("a is not b", "(a NotEqual b)"),
        ("iffy + nothing", "(iffy Add nothing)"),
    ];
    for (text, expected) in cases {
        assert_eq!(shape_of(text), expected, "{text}");
    }
}

#[test]
fn constants_of_scales_end_with_their_line() {
    let text = "axis a { criterion b weight 1 curve {\n -10 -> 0\n -5 -> 3\n 0 -> 10\n } }";
    let tree = format!("{:?}", read(text).tree);
    assert_eq!(messages(text), "");
    assert_eq!(tree.matches("CurvePoint").count(), 3);
}

#[test]
fn frequencies_keep_count_and_period() {
    let text = "service a { visit 12 per year, call weekly, mail every 6 weeks, fair every month, trip n per quarter }";
    let tree = read(text).tree;
    let Item::Service(service) = &tree.declarations[0].item else {
        panic!("a service");
    };
    let found: Vec<(String, TimeUnit, bool)> = service
        .entries
        .iter()
        .map(|entry| match &entry.kind {
            ServiceEntryKind::Activity(_, Frequency::Per(count, unit, _)) => {
                (shape(count), *unit, false)
            }
            ServiceEntryKind::Activity(_, Frequency::Every(count, unit, _)) => {
                (shape(count), *unit, true)
            }
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("12", TimeUnit::Year, false),
        ("1", TimeUnit::Week, false),
        ("6", TimeUnit::Week, true),
        ("1", TimeUnit::Month, true),
        ("n", TimeUnit::Quarter, false),
    ];
    assert_eq!(
        found,
        expected.map(|(count, unit, every)| (count.to_owned(), unit, every))
    );
}

#[test]
fn words_of_the_language_stay_names() {
    for word in [
        "key", "text", "score", "visit", "share", "region", "date", "segment", "by", "order",
        "owner", "only", "none", "costs", "people", "from", "because", "stays", "k", "M", "h",
        "per", "one", "of", "in", "top", "as", "to",
    ] {
        let text = format!(
            "let {word} = {word} + 1\ncustomers key {word} {{\n  {word} text\n  b number\n}}\n\
             segments {{\n  {word} when {word} = 1\n  x otherwise\n}}\nparam {word} = 1"
        );
        assert_eq!(messages(&text), "", "{word}");
        assert_eq!(read(&text).tree.declarations.len(), 4, "{word}");
    }
    for word in [
        "and",
        "or",
        "not",
        "if",
        "is",
        "yes",
        "no",
        "today",
        "default",
        "otherwise",
    ] {
        let found = messages(&format!("let {word} = 1"));
        assert!(found.contains("reserved-name"), "{word}: {found}");
    }
}

#[test]
fn names_are_composed() {
    let tree = read("let a\u{30A}r = 1").tree;
    let Item::Let(value) = &tree.declarations[0].item else {
        panic!("a let");
    };
    assert_eq!(value.name.value, "år");
    assert_eq!(value.name.span.end - value.name.span.start, 4);
}

#[test]
fn a_broken_clause_leaves_the_others() {
    let tree = read("segments {\n a wen b\n c when d\n e otherwise\n}").tree;
    let Item::Segments(segments) = &tree.declarations[0].item else {
        panic!("segments");
    };
    assert_eq!(segments.clauses.len(), 2);
    assert!(matches!(segments.clauses[1].when, ClauseWhen::Otherwise(_)));
}

#[test]
fn spans_cover_what_was_written() {
    let text = "let a = (b  +  c)  # comment\n\nlet d = e\n";
    let parsed = read(text);
    let spans: Vec<&str> = parsed
        .tree
        .declarations
        .iter()
        .map(|declaration| &text[declaration.span.start as usize..declaration.span.end as usize])
        .collect();
    assert_eq!(spans, ["let a = (b  +  c)", "let d = e"]);
    let comment = parsed.comments.all()[0];
    assert_eq!(
        &text[comment.span.start as usize..comment.span.end as usize],
        "# comment"
    );
    assert!(!comment.own_line);
    assert_eq!(parsed.comments.between(0, 19).len(), 0);
    assert_eq!(parsed.comments.between(0, 20).len(), 1);
}

#[test]
fn sixty_four_levels_are_accepted_and_sixty_five_refused() {
    let nested = |levels: usize| format!("let a = {}1{}", "(".repeat(levels), ")".repeat(levels));
    assert_eq!(messages(&nested(64)), "");
    assert!(messages(&nested(65)).starts_with("1:73 too-deep"));
    let ladder = |levels: usize| format!("let a = {}0", "if b then 1\n else ".repeat(levels));
    assert_eq!(messages(&ladder(64)), "");
    assert!(messages(&ladder(65)).contains("too-deep"));
    let calls = |levels: usize| {
        format!(
            "let a = {}1{}",
            "max(".repeat(levels),
            ", 2)".repeat(levels)
        )
    };
    assert_eq!(messages(&calls(64)), "");
    assert!(messages(&calls(65)).contains("too-deep"));
    let groups = format!(
        "axis a {{{}{}",
        "group g weight 1 {".repeat(70),
        "}".repeat(71)
    );
    assert!(messages(&groups).contains("too-deep"));
    assert!(messages(&format!("let a = {}b", "not ".repeat(100_000))).contains("too-deep"));
    assert!(messages(&format!("let a = {}b", "-".repeat(100_000))).contains("too-"));
    assert!(messages(&format!("let a = b{}", " + b".repeat(100_000))).contains("too-long"));
    assert!(messages(&"(".repeat(100_000)).contains("too-deep"));
    let lines = "  and not b\n".repeat(500);
    assert_eq!(messages(&format!("let a = b\n{lines}")), "");
}

#[test]
fn time_is_linear() {
    let texts = [
        format!("let a = {}", "(".repeat(40)),
        format!("let a = {}", "max(".repeat(40)),
        format!("let a = {}", "rate[".repeat(40)),
        format!("let a = {}", "if (".repeat(30)),
        format!("activities {{ a {} }}", "(".repeat(40)),
        format!("let a = {}", "b is one of (".repeat(40)),
        format!("let a = {}", "b between (".repeat(40)),
    ];
    for text in texts {
        // The best of some runs: other work on the machine only slows.
        let runs = (0..5).map(|_| {
            let begun = Instant::now();
            assert_ne!(messages(&text), "", "{text}");
            begun.elapsed()
        });
        let took = runs.min().unwrap_or_default();
        assert!(took < Duration::from_millis(50), "{took:?} for {text}");
    }
    for text in [
        "{".repeat(20_000),
        "}(".repeat(20_000),
        "\n".repeat(100_000),
        "\"\n".repeat(2_000),
    ] {
        let begun = Instant::now();
        read(&text);
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
    }
}

#[test]
fn no_prefix_of_a_file_panics() {
    for (_, text) in FILES {
        // Every place where something opens or ends, and a sample elsewhere: all of them take long in a debug build.
        for (at, letter) in text.char_indices() {
            if at % 41 == 0 || matches!(letter, '{' | '(' | '\\' | '|') {
                check_spans(&text[..at]);
            }
        }
    }
}

#[test]
fn no_missing_or_doubled_line_panics() {
    let mut state = 20_261_121_u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).expect("small") % below
    };
    for (_, text) in FILES {
        let lines: Vec<&str> = text.lines().collect();
        for _ in 0..12 {
            let kept: Vec<&str> = lines.iter().filter(|_| random(8) > 0).copied().collect();
            check_spans(&kept.join("\n"));
            let mut broken: Vec<char> = text.chars().collect();
            for _ in 0..5 {
                let at = random(broken.len());
                broken[at] = ['(', '}', '"', ',', '\n', '-', 'ø', '#', '|', '\''][random(10)];
            }
            check_spans(&broken.into_iter().collect::<String>());
        }
    }
}

/// Parses, and holds that every place of a message lies in the text, and that what is lost is spoken of.
fn check_spans(text: &str) {
    let parsed = read(text);
    for diagnostic in &parsed.diagnostics {
        assert!(!diagnostic.labels.is_empty(), "{diagnostic:?}");
        for label in &diagnostic.labels {
            let range = label.span.start as usize..label.span.end as usize;
            assert!(text.get(range).is_some(), "{diagnostic:?} in {text}");
        }
    }
}
