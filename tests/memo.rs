//! `vekt read`: memos of the examples in four languages as they are (`UPDATE=1 cargo test --test memo`
//! writes them anew, to be read critically), and of all models of the judge without a gap in them.

#[path = "explain/models.rs"]
mod models;

use std::fs;
use std::path::Path;
use vekt::memo::{Language, memo};

const LANGUAGES: [(Language, &str); 4] = [
    (Language::English, "en"),
    (Language::Norwegian, "nb"),
    (Language::Swedish, "sv"),
    (Language::Finnish, "fi"),
];

#[test]
fn memos_of_the_examples_are_as_they_were_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/memo");
    fs::create_dir_all(&folder).expect("a folder");
    for model in models::examples() {
        let name = model
            .name
            .split('/')
            .rev()
            .nth(1)
            .expect("a folder")
            .to_owned();
        for (language, short) in LANGUAGES {
            let text = memo(&model.program, language).markdown();
            let file = folder.join(format!("{name}.{short}.md"));
            if std::env::var_os("UPDATE").is_some() {
                fs::write(&file, &text).expect("a memo");
            }
            let expected = fs::read_to_string(&file).unwrap_or_default();
            assert!(text == expected, "{} differs:\n{text}", file.display());
        }
    }
}

#[test]
fn memos_have_no_gaps() {
    let mut count = 0;
    for model in models::all() {
        assert!(model.inputs.customers.rows > 0 && !model.loaded.files.is_empty());
        for (language, _) in LANGUAGES {
            let page = memo(&model.program, language);
            for text in [page.markdown(), page.plain(80)] {
                let place = format!("{} {language:?}", model.name);
                // Lines that go on are indented; that is no gap.
                let text = text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
                let text = text.replace("|  |", "| |");
                for gap in ["{", "}", "  ", "****", " ,", "()"] {
                    assert!(!text.contains(gap), "{place} has `{gap}`:\n{text}");
                }
                assert!(text.lines().count() > 5, "{place}");
            }
            count += 1;
        }
    }
    assert!(count > 160, "{count}");
}
