//! Every example in README.md and docs/ is run. A `vekt` block stands on tests/docs/prelude.vekt, a
//! `vekt-file` block alone; both must run well. A `vekt-wrong` block (or a `csv-wrong` one, read by
//! tests/docs/small.vekt) must give the code of the heading it stands under. Commands in `console`
//! blocks must print what is shown; `UPDATE=1 cargo test` writes it anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Block {
    page: String,
    heading: String,
    kind: String,
    line: usize,
    text: String,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let mut pages = vec![root().join("README.md")];
    let docs = fs::read_dir(root().join("docs")).expect("docs");
    pages.extend(docs.map(|entry| entry.expect("an entry").path()));
    pages.retain(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.sort();
    pages
}

fn blocks() -> Vec<Block> {
    let mut blocks = Vec::new();
    for path in pages() {
        let page = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let text = fs::read_to_string(&path).expect("a page");
        let (mut heading, mut open): (String, Option<Block>) = (String::new(), None);
        for (at, line) in text.lines().enumerate() {
            match (&mut open, line.strip_prefix("```")) {
                (None, Some(kind)) => {
                    let (page, heading, kind) =
                        (page.clone(), heading.clone(), kind.trim().to_owned());
                    open = Some(Block {
                        page,
                        heading,
                        kind,
                        line: at + 1,
                        text: String::new(),
                    });
                }
                (Some(_), Some(_)) => blocks.extend(open.take()),
                (Some(block), None) => block.text.push_str(&format!("{line}\n")),
                (None, None) => {
                    if let Some(title) = line.strip_prefix("## ") {
                        heading = title.to_owned();
                    }
                }
            }
        }
        assert!(open.is_none(), "{page}: a block is not closed");
    }
    blocks
}

/// A folder with the documentation's sample files, the block's text and, if given, other customers.
fn stage(text: &str, customers: Option<&str>) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for entry in fs::read_dir(root().join("tests/docs")).expect("tests/docs") {
        let path = entry.expect("an entry").path();
        fs::copy(&path, folder.path().join(path.file_name().expect("a name"))).expect("a copy");
    }
    fs::write(folder.path().join("block.vekt"), text).expect("a block");
    if let Some(customers) = customers {
        fs::write(folder.path().join("small.csv"), customers).expect("customers");
    }
    folder
}

fn vekt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("vekt runs")
}

/// Runs the tests of a block and gives the exit code and everything that was said.
fn run_tests(block: &Block) -> (i32, String) {
    let text = match block.text.contains("customers key") {
        true => block.text.clone(),
        false => format!("use \"prelude.vekt\"\n{}", block.text),
    };
    let folder = stage(&text, None);
    let output = vekt(folder.path(), &["test", "block.vekt"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code().unwrap_or(-1), said + &errors)
}

#[test]
fn tests_of_good_blocks_hold() {
    let mut count = 0;
    let mut wrong = Vec::new();
    let good = |block: &&Block| ["vekt", "vekt-file"].contains(&block.kind.as_str());
    for block in blocks().iter().filter(good) {
        if !block.text.lines().any(|line| line.starts_with("test ")) {
            continue;
        }
        let (code, said) = run_tests(block);
        if code != 0 {
            let place = format!("{}:{}", block.page, block.line);
            wrong.push(format!("{place} ends with {code}:\n{said}"));
        }
        count += 1;
    }
    assert!(count > 10, "only {count} blocks with tests were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Runs a block and gives the exit code and everything that was said.
fn run(block: &Block) -> (i32, String) {
    let (model, text, customers) = match block.kind.as_str() {
        "vekt-file" => ("block.vekt", block.text.clone(), None),
        "csv-wrong" => ("small.vekt", String::new(), Some(block.text.as_str())),
        _ if block.text.contains("customers key") => ("block.vekt", block.text.clone(), None),
        _ => (
            "block.vekt",
            format!("use \"prelude.vekt\"\n{}", block.text),
            None,
        ),
    };
    let folder = stage(&text, customers);
    let output = vekt(folder.path(), &["run", model]);
    let mut said = String::from_utf8_lossy(&output.stderr).into_owned();
    let code = output.status.code().unwrap_or(-1);
    if code != 0 || customers.is_some() {
        return (code, said);
    }
    // What only a look at all customers shows.
    let output = vekt(folder.path(), &["check", model]);
    said.push_str(&String::from_utf8_lossy(&output.stdout));
    (output.status.code().unwrap_or(-1), said)
}

#[test]
fn good_blocks_run() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for block in blocks()
        .iter()
        .filter(|block| ["vekt", "vekt-file"].contains(&block.kind.as_str()))
    {
        let (code, said) = run(block);
        if code != 0 {
            wrong.push(format!(
                "{}:{} ends with {code}:\n{said}",
                block.page, block.line
            ));
        }
        count += 1;
    }
    assert!(count > 20, "only {count} blocks were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_blocks_give_the_code_of_their_heading() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for block in blocks()
        .iter()
        .filter(|block| block.kind.ends_with("-wrong"))
    {
        let (code, said) = run(block);
        let name = block.heading.trim_matches('`');
        let expected = if block.kind == "csv-wrong" { 3 } else { 2 };
        if !said.contains(&format!("[{name}]")) || (code != expected && code != 3 && code != 0) {
            wrong.push(format!(
                "{}:{} `{name}`: ends with {code}:\n{said}",
                block.page, block.line
            ));
        }
        count += 1;
    }
    assert!(count >= 60, "only {count} wrong blocks were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn commands_print_what_is_shown() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page");
        let mut fresh = String::new();
        let mut parts = text.split_inclusive("```console\n");
        fresh.push_str(parts.next().unwrap_or(""));
        for part in parts {
            let (block, rest) = part.split_once("```").expect("a closed block");
            let folder = tempfile::tempdir().expect("a folder");
            copy_folder(&root().join("examples"), &folder.path().join("examples"));
            let mut shown = String::new();
            for command in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
                shown.push_str(&format!("$ {command}\n{}", answer(folder.path(), command)));
                count += 1;
            }
            if shown != block {
                wrong.push(format!("{}:\n{shown}", path.display()));
            }
            fresh.push_str(&shown);
            fresh.push_str("```");
            fresh.push_str(rest);
        }
        if std::env::var_os("UPDATE").is_some() && fresh != text {
            fs::write(&path, fresh).expect("a page");
        }
    }
    assert!(count > 3, "only {count} commands were found");
    assert!(
        wrong.is_empty() || std::env::var_os("UPDATE").is_some(),
        "{}",
        wrong.join("\n")
    );
}

/// What a command prints. `| head -N` keeps the first lines, as in a shell.
fn answer(folder: &Path, command: &str) -> String {
    let (command, limit) = match command.split_once(" | head -") {
        Some((command, count)) => (command, count.trim().parse().expect("a number")),
        None => (command, usize::MAX),
    };
    let words = words_of(command);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["vekt", arguments @ ..] => {
            let output = vekt(folder, arguments);
            let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
            said.push_str(&String::from_utf8_lossy(&output.stderr));
            said.lines()
                .take(limit)
                .map(|line| format!("{}\n", line.trim_end()))
                .collect()
        }
        ["cat", file] => {
            let text = fs::read_to_string(folder.join(file)).expect("a file");
            text.lines()
                .take(limit)
                .map(|line| format!("{line}\n"))
                .collect()
        }
        other => panic!("the documentation runs only `vekt` and `cat`, not {other:?}"),
    }
}

/// The words of a command; single and double quotes hold one together, as in a shell.
fn words_of(command: &str) -> Vec<String> {
    let (mut words, mut open) = (vec![String::new()], None);
    for letter in command.chars() {
        match (open, letter) {
            (Some(quote), _) if letter == quote => open = None,
            (None, '\'' | '"') => open = Some(letter),
            (None, ' ') => words.push(String::new()),
            _ => words.last_mut().expect("a word").push(letter),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}
