//! Section 9 of the language: several files and a scenario become one set of declarations.
//! Each rule stands here once as it works and once as it is refused, with the message.

use vekt::base::{Source, SourceId, SourceMap};
use vekt::model::assembly::{Assembly, Member, assemble};
use vekt::syntax::parse;
use vekt::syntax::tree::{self, Expr, ExprKind};

mod parts;
mod scenarios;

const BASE: &str = r#"model "Base" { edition 2026, currency NOK }
customers key id {
  id      text
  region  text
  revenue money
}
table orders key id { id text, amount money }
lookup rate { "a" -> 1 }
rates { SEK 0.98, EUR 11 }
exclude "Own companies" when region is "own"
let double = revenue * 2
param key_line = 7 between 0 and 10
param low_line = 3
axis attractiveness {
  criterion potential weight 40% ramp 0 to 5M
  criterion region    weight 30% match { otherwise -> 1 }
  group finance       weight 30% {
    criterion margin weight 1 as is
    criterion growth weight 1 as is
  }
}
segments {
  key   when attractiveness >= key_line
  other otherwise
}
segments abc { A when revenue > 5, B otherwise }
override "C-1" to key because "Reference"
teams { farmers 7 people 1_650 h per year 17% with customers, hunters 5 people 1_650 h per year 17% with customers }
activities { visit 2 h by owner, call 20 min by owner }
service key, other { owner farmers, visit monthly }
check "Not one alone" max(share(revenue)) <= 15%
warn "Few exceptions" count() <= 5
output { id, segment }
test "base" { given { revenue = 1 }, expect segment is key }
scenario tougher "Tougher" { param key_line = 8 }
"#;

struct Result {
    assembly: Assembly,
    sources: SourceMap,
    messages: Vec<String>,
}

/// Assembles files in the order in which they apply, the main one last. Messages are
/// `code: message [file:line …] (help)`.
fn assembled(files: &[&str], scenario: Option<&str>) -> Result {
    let mut sources = SourceMap::default();
    let mut trees = Vec::new();
    for (at, text) in files.iter().enumerate() {
        let source = sources.add(Source::new(format!("{at}"), *text));
        let parsed = parse(source, text);
        assert_eq!(parsed.diagnostics, [], "{text}");
        trees.push((source, parsed.tree));
    }
    let assembled = assemble(&trees, scenario);
    let messages = assembled.diagnostics.iter().map(|it| {
        let places: String = it
            .labels
            .iter()
            .filter_map(|label| {
                let source = sources.get(label.span.source)?;
                let line = source.position(label.span.start as usize).line;
                Some(format!(" {}:{line}", source.name))
            })
            .collect();
        let help = it
            .help
            .as_deref()
            .map_or(String::new(), |it| format!(" ({it})"));
        format!(
            "{}: {} [{}]{help}",
            it.code,
            it.message,
            places.trim_start()
        )
    });
    Result {
        messages: messages.collect(),
        assembly: assembled.assembly,
        sources,
    }
}

/// What a client's file on top of the base is told.
fn told(client: &str) -> Vec<String> {
    assembled(&[BASE, client], None).messages
}

/// What a client's file gives; it must be right.
fn client(client: &str) -> Result {
    let result = assembled(&[BASE, client], None);
    assert_eq!(result.messages, Vec::<String>::new(), "{client}");
    result
}

/// What a scenario with these declarations gives.
fn scenario(declarations: &str) -> Result {
    let text = BASE.replace("param key_line = 8", declarations);
    assembled(&[&text], Some("tougher"))
}

fn scenario_told(declarations: &str) -> Vec<String> {
    scenario(declarations).messages
}

impl Result {
    fn text(&self, expr: &Expr) -> String {
        self.sources.text(expr.span).trim().to_owned()
    }

    fn replaced(&self) -> Vec<String> {
        self.assembly
            .replaced
            .iter()
            .map(|it| format!("{}{}", if it.removed { "remove " } else { "" }, it.what))
            .collect()
    }

    /// Members as `name 0:40% 1:50% -2`: weights by step, and the step of removal.
    fn members(&self, axis: &str) -> Vec<String> {
        fn all(result: &Result, prefix: &str, members: &[Member], lines: &mut Vec<String>) {
            for member in members {
                let name = match &member.node {
                    tree::Member::Criterion(it) => &it.name.value,
                    tree::Member::Group(it) => &it.name.value,
                };
                let mut line = format!("{prefix}{name}");
                for (step, weight) in &member.weights {
                    line.push_str(&format!(" {step}:{}", result.text(weight)));
                }
                if let Some(step) = member.removed {
                    line.push_str(&format!(" -{step}"));
                }
                lines.push(line);
                all(result, &format!("{prefix}{name}."), &member.members, lines);
            }
        }
        let mut lines = Vec::new();
        for it in self.assembly.axes.iter().filter(|it| it.name.value == axis) {
            all(self, "", &it.members, &mut lines);
        }
        lines
    }

    fn param(&self, name: &str) -> String {
        let found = self.assembly.params.iter().find(|it| it.name.value == name);
        found.map_or("none".to_owned(), |it| self.text(&it.value))
    }

    fn fields(&self) -> Vec<&str> {
        let customers = self.assembly.customers.as_ref().expect("customers");
        customers
            .fields
            .iter()
            .map(|it| it.name.value.as_str())
            .collect()
    }
}

#[test]
fn one_file_alone() {
    let result = assembled(&[BASE], None);
    assert_eq!(result.messages, Vec::<String>::new());
    let assembly = &result.assembly;
    assert_eq!(result.fields(), ["id", "region", "revenue"]);
    assert_eq!(
        result.members("attractiveness"),
        [
            "potential 0:40%",
            "region 0:30%",
            "finance 0:30%",
            "finance.margin 0:1",
            "finance.growth 0:1"
        ]
    );
    let services: Vec<&str> = assembly
        .services
        .iter()
        .map(|it| it.segment.value.as_str())
        .collect();
    assert_eq!(services, ["key", "other"]);
    assert_eq!(assembly.tests.len(), 1);
    assert_eq!(assembly.scenarios.len(), 1);
    assert_eq!(assembly.scenario, None);
    assert_eq!(
        assembly.currencies.get(&SourceId(0)).map(String::as_str),
        Some("NOK")
    );
    assert_eq!(result.replaced(), Vec::<String>::new());
}

#[test]
fn nothing_is_declared_twice_in_one_file() {
    let twice = |more: &str| assembled(&[&format!("{BASE}{more}")], None).messages;
    let cases = [
        ("param key_line = 6", "param key_line", 12),
        ("let double = 1", "let double", 11),
        ("table orders key id { id text }", "table orders", 7),
        ("lookup rate { \"b\" -> 1 }", "lookup rate", 8),
        ("rates { EUR 12 }", "rate EUR", 9),
        (
            "exclude \"Own companies\" when yes",
            "exclude \"Own companies\"",
            10,
        ),
        (
            "axis attractiveness { criterion x weight 1 as is }",
            "axis attractiveness",
            14,
        ),
        (
            "criterion attractiveness.finance.margin weight 2 as is",
            "criterion attractiveness.finance.margin",
            18,
        ),
        ("segments { key otherwise }", "segments", 22),
        ("segments abc { A otherwise }", "segments abc", 26),
        (
            "override \"C-1\" to other because \"x\"",
            "override \"C-1\"",
            27,
        ),
        (
            "teams { hunters 1 people 1 h per year 1% with customers }",
            "team hunters",
            28,
        ),
        ("activities { call 1 h by owner }", "activity call", 29),
        ("service other { none }", "service other", 30),
        (
            "warn \"Not one alone\" count() > 1",
            "warn \"Not one alone\"",
            31,
        ),
        ("output { id }", "output", 33),
        (
            "test \"base\" { given { revenue = 1 }, expect segment is key }",
            "test \"base\"",
            34,
        ),
        (
            "scenario tougher { param key_line = 9 }",
            "scenario tougher",
            35,
        ),
        ("field customers.region text", "field customers.region", 4),
        ("model \"Two\" { currency SEK }", "model", 1),
        ("customers key id { id text }", "customers", 2),
    ];
    for (more, what, line) in cases {
        let expected = format!(
            "declared-twice: `{what}` is declared twice [0:36 0:{line}] (keep one of the two)"
        );
        assert_eq!(twice(more), [expected], "{more}");
    }
    assert_eq!(
        assembled(
            &["customers key id { id text, a text, a number }\nservice x, x { none }"],
            None
        )
        .messages,
        [
            "declared-twice: `field customers.a` is declared twice [0:1 0:1] (keep one of the two)",
            "declared-twice: `service x` is declared twice [0:2 0:2] (keep one of the two)",
        ]
    );
    assert_eq!(
        twice("weight attractiveness.potential 50%"),
        [
            "declared-twice: the weight of `attractiveness.potential` is stated twice [0:36 0:15] (keep one of the two)"
        ]
    );
}

#[test]
fn a_later_file_says_replace() {
    let result = client(
        r#"
replace param key_line = 6.5
replace weight attractiveness.potential 50%
replace criterion attractiveness.region weight 10% as is capped
replace field customers.region number
field customers.city text
replace let double = revenue
replace service key { none }
replace segments abc { A otherwise }
replace teams { hunters 6 people 1_650 h per year 17% with customers }
teams { others 1 people 1_650 h per year 17% with customers }
replace activities { visit 3 h by owner }
replace rates { SEK 0.99 }
replace warn "Not one alone" count() > 2
replace override "C-1" to other because "Left"
replace exclude "Own companies" when region is "us"
replace output { id }
replace scenario tougher { param key_line = 9 }
let new = 1
"#,
    );
    assert_eq!(result.param("key_line"), "6.5");
    assert_eq!(result.fields(), ["id", "region", "revenue", "city"]);
    assert_eq!(
        result.members("attractiveness")[..2],
        [
            "potential 0:40% 1:50%".to_owned(),
            "region 0:30% 1:10%".to_owned()
        ]
    );
    let teams: Vec<&str> = result
        .assembly
        .teams
        .iter()
        .map(|it| it.name.value.as_str())
        .collect();
    assert_eq!(teams, ["farmers", "hunters", "others"]);
    assert_eq!(result.text(&result.assembly.teams[1].people), "6");
    assert_eq!(result.assembly.params[0].name.value, "key_line");
    assert!(result.assembly.checks[0].only_warns);
    assert!(
        result.assembly.tests.is_empty(),
        "tests of a used file run against it alone"
    );
    let mut replaced = result.replaced();
    replaced.sort_unstable();
    assert_eq!(
        replaced,
        [
            "activity visit",
            "criterion attractiveness.region",
            "exclude \"Own companies\"",
            "field customers.region",
            "let double",
            "output",
            "override \"C-1\"",
            "param key_line",
            "rate EUR",
            "rate SEK",
            "scenario tougher",
            "segments abc",
            "service key",
            "team hunters",
            "warn \"Not one alone\"",
            "weight attractiveness.potential",
        ]
    );
    let told = &result.assembly.replaced[0];
    assert_eq!(result.sources.text(told.by), "key_line");
    assert_eq!(
        (told.by.source, told.before.source),
        (SourceId(1), SourceId(0))
    );
}

#[test]
fn restating_without_replace_is_refused() {
    assert_eq!(
        told("param key_line = 6"),
        [
            "needs-replace: `param key_line` is already declared in a used file [1:1 0:12] (write `replace param key_line …` to restate it)"
        ]
    );
    assert_eq!(
        told("teams { hunters 6 people 1_650 h per year 17% with customers }"),
        [
            "needs-replace: `team hunters` is already declared in a used file [1:1 0:28] (write `replace teams { hunters … }` to restate it)"
        ]
    );
    assert_eq!(
        told("weight attractiveness.potential 50%"),
        [
            "needs-replace: `weight attractiveness.potential` is already declared in a used file [1:1 0:15] (write `replace weight attractiveness.potential …` to restate it)"
        ]
    );
    assert_eq!(
        told("model \"Client\" { edition 2026 }"),
        [
            "needs-replace: `model` is already declared in a used file [1:1 0:1] (write `replace model …` to restate it)"
        ]
    );
    assert_eq!(told("segments { key otherwise }").len(), 1);
    assert_eq!(told("check \"Few exceptions\" count() > 1").len(), 1);
    assert_eq!(told("service other { none }").len(), 1);
}

#[test]
fn replacing_what_is_not_there_is_refused() {
    let nothing = |what: &str, place: &str, help: &str| {
        vec![format!(
            "nothing-to-replace: there is no `{what}` to replace [{place}] ({help})"
        )]
    };
    let cases = [
        (
            "param key_lin = 6",
            "param key_lin",
            "the nearest is `key_line`",
        ),
        ("let key_line = 6", "let key_line", "it is `param key_line`"),
        (
            "let wholly_new = 6",
            "let wholly_new",
            "without `replace` it is declared as new",
        ),
        (
            "field customers.regoin text",
            "field customers.regoin",
            "the nearest is `customers.region`",
        ),
        (
            "criterion attractiveness.potentail weight 1% as is",
            "criterion attractiveness.potentail",
            "the nearest is `attractiveness.potential`",
        ),
        (
            "group attractiveness.new weight 1% { criterion x weight 1 as is }",
            "group attractiveness.new",
            "without `replace` it is declared as new",
        ),
        (
            "segments abd { A otherwise }",
            "segments abd",
            "the nearest is `abc`",
        ),
        (
            "check \"Not one alon\" count() > 1",
            "check \"Not one alon\"",
            "the nearest is `\"Not one alone\"`",
        ),
        (
            "service kye { none }",
            "service kye",
            "the nearest is `key`",
        ),
        (
            "teams { hunter 1 people 1 h per year 1% with customers }",
            "team hunter",
            "the nearest is `hunters`",
        ),
    ];
    for (declaration, what, help) in cases {
        let declaration = format!("replace {declaration}");
        assert_eq!(
            told(&declaration),
            nothing(what, "1:1", help),
            "{declaration}"
        );
    }
    assert_eq!(
        assembled(&["param a = 1\nreplace param b = 2"], None).messages,
        nothing("param b", "0:2", "without `replace` it is declared as new")
    );
    assert_eq!(
        told("replace weight attractiveness.potentia 5%"),
        [
            "unknown-member: there is no criterion or group `attractiveness.potentia` to weigh [1:1] (the nearest is `attractiveness.potential`)"
        ]
    );
    assert_eq!(
        told("criterion attractivenes.x weight 5% as is"),
        [
            "unknown-member: there is no axis `attractivenes` [1:1] (the nearest is `attractiveness`)"
        ]
    );
    assert_eq!(
        told("criterion attractiveness.finanse.x weight 5 as is"),
        [
            "unknown-member: there is no group `attractiveness.finanse` [1:1] (the nearest is `attractiveness.finance`)"
        ]
    );
    assert_eq!(
        told("field order.x text"),
        ["unknown-table: there is no table `order` [1:1] (the nearest is `orders`)"]
    );
}

#[test]
fn declarations_of_one_file_may_stand_in_any_order() {
    let text = "criterion a.g.y weight 1 as is capped\nfield customers.b text\ngroup a.g weight 1 { criterion x weight 1 as is }\n\
                axis a { criterion x weight 1 as is }\ncustomers key id { id text }";
    let result = assembled(&[text], None);
    assert_eq!(result.messages, Vec::<String>::new());
    assert_eq!(
        result.members("a"),
        ["x 0:1", "g 0:1", "g.x 0:1", "g.y 0:1"]
    );
    assert_eq!(result.fields(), ["id", "b"]);
}

#[test]
fn every_mistake_is_told() {
    let told =
        told("param key_line = 1\nreplace let doubel = 1\nremove team hunter\nlet double = 2");
    let codes: Vec<&str> = told.iter().filter_map(|it| it.split(':').next()).collect();
    assert_eq!(
        codes,
        [
            "needs-replace",
            "nothing-to-replace",
            "needs-replace",
            "nothing-to-remove"
        ]
    );
}

#[test]
fn expressions_keep_their_places() {
    let result = client("replace param key_line = 6.5");
    let value = &result.assembly.params[0].value;
    assert_eq!(value.span.source, SourceId(1));
    assert!(matches!(&*value.kind, ExprKind::Number(number) if number.digits == "6.5"));
}
