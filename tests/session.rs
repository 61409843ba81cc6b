//! A model from its main file on: what it uses, where it may look, and which messages come out.
//! All files are held in memory.

use std::path::Path;
use vekt::session::{LoadOptions, Loaded, MemoryFiles, load};
use vekt::value::Date;

const MODEL: &str = r#"model "Matrix" { edition 2026, currency NOK }
customers key id { id text, revenue money >= 0 }
param key_line = 5M between 0 and 10M
segments {
  key   when revenue >= key_line
  other otherwise
}
"#;

fn options() -> LoadOptions {
    LoadOptions::on(Date::parse("2026-11-21").expect("a date"))
}

fn loaded(files: &[(&str, &str)], main: &str) -> Loaded {
    let files = files
        .iter()
        .fold(MemoryFiles::new(), |all, (path, text)| all.with(path, text));
    load(Path::new(main), &files, &options())
}

/// Messages as `code: message [file:line …] (help)`.
fn messages(loaded: &Loaded) -> Vec<String> {
    let messages = loaded.diagnostics.iter().map(|it| {
        let places = it.labels.iter().filter_map(|label| {
            let source = loaded.sources.get(label.span.source)?;
            let line = source.position(label.span.start as usize).line;
            Some(format!("{}:{line}", source.name))
        });
        let places: Vec<String> = places.collect();
        let help = it
            .help
            .as_deref()
            .map_or(String::new(), |it| format!(" ({it})"));
        format!("{}: {} [{}]{help}", it.code, it.message, places.join(" "))
    });
    messages.collect()
}

fn told(files: &[(&str, &str)], main: &str) -> Vec<String> {
    messages(&loaded(files, main))
}

const NONE: [&str; 0] = [];

#[test]
fn follows_use_from_file_to_file() {
    let files = [
        ("/work/.git/HEAD", ""),
        ("/work/base/model.vekt", MODEL),
        (
            "/work/base/more.vekt",
            "use \"model.vekt\"\nlet double = revenue * 2",
        ),
        (
            "/work/clients/a.vekt",
            "use \"../base/more.vekt\"\nuse \"../base/./model.vekt\"\nreplace param key_line = 6M",
        ),
    ];
    let loaded = loaded(&files, "/work/clients/a.vekt");
    assert_eq!(messages(&loaded), NONE);
    let order: Vec<&str> = loaded
        .files
        .iter()
        .filter_map(|it| it.path.file_name()?.to_str())
        .collect();
    assert_eq!(order, ["model.vekt", "more.vekt", "a.vekt"]);
    let names: Vec<&str> = loaded
        .sources
        .iter()
        .map(|(_, it)| it.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "/work/clients/a.vekt",
            "/work/base/more.vekt",
            "/work/base/model.vekt"
        ]
    );
    assert_eq!(loaded.assembly.params.len(), 1);
    assert_eq!(loaded.assembly.replaced.len(), 1);
}

#[test]
fn a_file_with_two_names_is_one_file() {
    let files = MemoryFiles::new()
        .with("/work/base.vekt", MODEL)
        .with_link("/work/alias.vekt", "/work/base.vekt")
        .with(
            "/work/main.vekt",
            "use \"base.vekt\"\nuse \"alias.vekt\"\nlet a = revenue",
        );
    let loaded = load(Path::new("/work/main.vekt"), &files, &options());
    assert_eq!(messages(&loaded), NONE);
    assert_eq!(loaded.files.len(), 2);
}

#[test]
fn never_leaves_the_root() {
    let outside = |root: &str| {
        format!(
            "use-outside-root: `../base.vekt` lies outside the model's root [/work/a/main.vekt:1] (the root is `{root}`, the nearest folder above the main file with a `.git` or a `vekt.toml`, else its own)"
        )
    };
    let base = ("/work/base.vekt", MODEL);
    let main = ("/work/a/main.vekt", "use \"../base.vekt\"");
    assert_eq!(
        told(&[base, main], "/work/a/main.vekt"),
        [outside("/work/a")]
    );
    let toml = |path| (path, "");
    assert_eq!(
        told(
            &[base, main, toml("/work/a/vekt.toml")],
            "/work/a/main.vekt"
        ),
        [outside("/work/a")]
    );
    assert_eq!(
        told(&[base, main, toml("/work/vekt.toml")], "/work/a/main.vekt"),
        NONE
    );
    assert_eq!(
        told(&[base, main, toml("/.git/HEAD")], "/work/a/main.vekt"),
        NONE
    );
    // A link that leads out is refused like a path that does.
    let files = MemoryFiles::new()
        .with("/secret/base.vekt", MODEL)
        .with_link("/work/base.vekt", "/secret/base.vekt")
        .with("/work/main.vekt", "use \"base.vekt\"");
    let codes = load(Path::new("/work/main.vekt"), &files, &options()).diagnostics;
    assert_eq!(
        codes.iter().map(|it| it.code).collect::<Vec<_>>(),
        ["use-outside-root"]
    );
    for (path, code) in [
        ("/etc/passwd", "use-not-relative"),
        ("..\\\\base.vekt", "use-not-relative"),
        ("", "use-not-relative"),
    ] {
        let text = format!("use \"{path}\"");
        let told = told(&[("/work/main.vekt", &text)], "/work/main.vekt");
        assert!(told.len() == 1 && told[0].starts_with(code), "{told:?}");
    }
}

#[test]
fn circles_are_spelled_out() {
    let files = [
        ("/w/a.vekt", "use \"b.vekt\""),
        ("/w/b.vekt", "use \"c.vekt\""),
        ("/w/c.vekt", "use \"a.vekt\""),
        ("/w/d.vekt", "use \"b.vekt\""),
        ("/w/self.vekt", "use \"./self.vekt\""),
    ];
    let help = "(move what both need into a file of its own)";
    assert_eq!(
        told(&files, "/w/a.vekt"),
        [format!(
            "use-circle: files use each other in a circle: /w/a.vekt -> /w/b.vekt -> /w/c.vekt -> /w/a.vekt [/w/c.vekt:1] {help}"
        )]
    );
    assert_eq!(
        told(&files, "/w/self.vekt"),
        [format!(
            "use-circle: `/w/self.vekt` uses itself [/w/self.vekt:1] {help}"
        )]
    );
    assert_eq!(told(&files, "/w/d.vekt").len(), 1);
    let long: Vec<(String, String)> = (0..100)
        .map(|at| (format!("/w/{at}.vekt"), format!("use \"{}.vekt\"", at + 1)))
        .collect();
    let long: Vec<(&str, &str)> = long
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_str()))
        .collect();
    let told = told(&long, "/w/0.vekt");
    assert!(
        told.len() == 1
            && told[0].starts_with("use-too-deep: files use each other more than 64 deep"),
        "{told:?}"
    );
}

#[test]
fn says_which_file_it_could_not_read() {
    let files = [
        (
            "/w/main.vekt",
            "use \"bsae.vekt\"\nuse \"more\"\nuse \"data.csv\"",
        ),
        ("/w/base.vekt", MODEL),
        ("/w/more/x.vekt", ""),
        ("/w/data.csv", "id;revenue"),
    ];
    assert_eq!(
        told(&files, "/w/main.vekt"),
        [
            "file-not-found: there is no file `/w/bsae.vekt` [/w/main.vekt:1] (the nearest is `base.vekt`)",
            "file-unreadable: `/w/more` is a folder [/w/main.vekt:2]",
            "not-a-rule-file: `/w/data.csv` is not a rule file [/w/main.vekt:3] (rule files end in `.vekt`)",
        ]
    );
    assert_eq!(
        told(&files, "/w/mian.vekt"),
        ["file-not-found: there is no file `/w/mian.vekt` [] (the nearest is `main.vekt`)"]
    );
    assert_eq!(
        told(&files, "/w/data.csv"),
        ["not-a-rule-file: `/w/data.csv` is not a rule file [] (rule files end in `.vekt`)"]
    );
    let files = MemoryFiles::new()
        .with(
            "/w/main.vekt",
            "let a = 1\nuse \"latin.vekt\"\nuse \"zip.vekt\"",
        )
        .with("/w/latin.vekt", b"# ok\nlet \xe5r = 1")
        .with("/w/zip.vekt", b"PK\0\0");
    assert_eq!(
        messages(&load(Path::new("/w/main.vekt"), &files, &options())),
        [
            "not-a-text-file: `/w/zip.vekt` is not a text file [/w/main.vekt:3] (rule files are text in UTF-8 and end in `.vekt`)",
            "not-utf8: `/w/latin.vekt` is not UTF-8: line 2 holds the byte e5 [/w/latin.vekt:2 /w/main.vekt:2] (save the file as UTF-8)",
        ]
    );
}

#[test]
fn messages_come_by_place_and_not_without_end() {
    let text = format!("{MODEL}param key_line = 1\nlet broken = (\nlet again = 1\nlet again = 2\n");
    let told = told(&[("/w/m.vekt", &text)], "/w/m.vekt");
    let lines: Vec<&str> = told
        .iter()
        .map(|it| it.split(':').next().unwrap_or(""))
        .collect();
    assert_eq!(lines[0], "declared-twice", "{told:?}");
    assert_eq!(lines.last(), Some(&"declared-twice"), "{told:?}");
    let many: String = (0..150).map(|_| "let again = 1\n").collect();
    let loaded = loaded(&[("/w/m.vekt", &format!("{MODEL}{many}"))], "/w/m.vekt");
    assert_eq!(loaded.diagnostics.len(), 101);
    assert_eq!(
        loaded.diagnostics[100].message,
        "49 more messages are not shown"
    );
    assert!(loaded.program.is_none());
}

#[test]
fn mistakes_in_scenarios_show_without_choosing_them() {
    let text = format!(
        "{MODEL}scenario bold {{ param key_lin = 1M }}\nscenario fine {{ param key_line = 1M }}"
    );
    assert_eq!(
        told(&[("/w/m.vekt", &text)], "/w/m.vekt"),
        [
            "nothing-to-restate: there is no `param key_lin` for the scenario `bold` to restate [/w/m.vekt:8] (the nearest is `key_line`)"
        ]
    );
    let files = MemoryFiles::new().with("/w/m.vekt", MODEL);
    let options = LoadOptions {
        scenario: Some("bold".to_owned()),
        ..options()
    };
    assert_eq!(
        messages(&load(Path::new("/w/m.vekt"), &files, &options)),
        ["unknown-scenario: there is no scenario `bold` [] (the model declares no scenarios)"]
    );
}

#[test]
fn what_follows_from_unread_text_is_not_told() {
    let text = "model \"M\" { edition 2026 }\nparam a 1\nparam b = 1\nscenario s { param a = 2, param c = 2 }\n";
    let told = told(&[("/w/m.vekt", text)], "/w/m.vekt");
    let restated: Vec<&String> = told
        .iter()
        .filter(|it| it.starts_with("nothing-to-restate"))
        .collect();
    assert_eq!(restated.len(), 1, "{told:?}");
    assert!(restated[0].contains("param c"), "{told:?}");
}

#[test]
fn a_use_that_could_not_be_read_hides_what_it_would_bring() {
    let main = "use base.vekt # the base\nreplace param key_line = 6M\nparam two 2";
    let loaded = loaded(&[("/w/base.vekt", MODEL), ("/w/m.vekt", main)], "/w/m.vekt");
    let lines: Vec<u32> = loaded
        .diagnostics
        .iter()
        .map(|it| it.labels[0].span.start)
        .collect();
    assert_eq!(lines.len(), 2, "{:?}", messages(&loaded));
}

const SCENARIO: &str = "scenario tight \"Tight\" { param key_line = 8M }\n";

fn with(text: &str, change: impl FnOnce(&mut LoadOptions)) -> Loaded {
    let files = MemoryFiles::new().with("/w/m.vekt", text);
    let mut options = options();
    change(&mut options);
    load(Path::new("/w/m.vekt"), &files, &options)
}

fn set(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

#[test]
fn params_are_set_from_outside() {
    let text = format!("{MODEL}{SCENARIO}");
    let value = |loaded: &Loaded| {
        let program = loaded.program.as_ref();
        program.map(|it| format!("{:?}", it.params[0].value))
    };
    let plain = with(&text, |_| {});
    assert_eq!(value(&plain).as_deref(), Some("Number(5000000000000)"));
    let tight = with(&text, |it| it.scenario = Some("tight".to_owned()));
    assert_eq!(value(&tight).as_deref(), Some("Number(8000000000000)"));
    let both = with(&text, |it| {
        it.scenario = Some("tight".to_owned());
        it.params = set("key_line", "9M");
    });
    assert_eq!(value(&both).as_deref(), Some("Number(9000000000000)"));
    for (name, value, code) in [
        ("key_lin", "9M", "unknown-param"),
        ("key_line", "11M", "param-out-of-bounds"),
        ("key_line", "9,5", "decimal-comma"),
        ("key_line", "", "unexpected"),
    ] {
        for scenario in [None, Some("tight".to_owned())] {
            let loaded = with(&text, |it| {
                it.scenario = scenario;
                it.params = set(name, value);
            });
            let codes: Vec<&str> = loaded.diagnostics.iter().map(|it| it.code).collect();
            assert_eq!(codes, [code], "{name}={value}");
            assert!(loaded.program.is_none());
        }
    }
}

#[test]
fn the_day_is_the_runs_else_the_models_else_the_local_one() {
    let today = |text: &str, day: Option<&str>| {
        let loaded = with(text, |it| it.today = day.and_then(Date::parse));
        let warnings = messages(&loaded);
        (loaded.program.map(|it| it.today.to_string()), warnings)
    };
    let dated = MODEL.replace("currency NOK", "currency NOK, today 2026-05-17");
    let is = |day: &str| (Some(day.to_owned()), Vec::new());
    assert_eq!(today(MODEL, None), is("2026-11-21"));
    assert_eq!(today(&dated, None), is("2026-05-17"));
    assert_eq!(today(&dated, Some("2026-01-01")), is("2026-01-01"));
    let valid = MODEL.replace(
        "currency NOK",
        "currency NOK, valid 2027-01-01 to 2027-12-31",
    );
    let (day, warnings) = today(&format!("{valid}{SCENARIO}"), None);
    assert_eq!(day.as_deref(), Some("2026-11-21"));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].starts_with("today-outside-valid"),
        "{warnings:?}"
    );
}

#[test]
fn a_scenario_of_a_used_file_that_no_longer_fits_only_warns() {
    let base = format!("{MODEL}{SCENARIO}");
    let main = "use \"base.vekt\"\nremove param key_line\nreplace segments { key when revenue > 1, other otherwise }";
    let files = [("/w/base.vekt", base.as_str()), ("/w/m.vekt", main)];
    let loaded = loaded(&files, "/w/m.vekt");
    let found: Vec<(&str, bool)> = loaded
        .diagnostics
        .iter()
        .map(|it| (it.code, it.is_error()))
        .collect();
    assert_eq!(found, [("nothing-to-restate", false)]);
    assert!(loaded.program.is_some());
}
