//! The program as people call it: commands, exit codes, what goes to which stream, what is written.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

const MODEL: &str = r#"model "Small" {
  edition 2026
  currency NOK
  today 2026-11-21
}

customers key id from "customers.csv" {
  id       text
  name     text
  revenue  money    >= 0
  growth   percent?
  region   one of "Øst", "Vest"
}

exclude "Own companies" when starts_with(name, "Own")

segments {
  key    "Nøkkelkunde"  when revenue >= 1M
  other  "Andre"        otherwise
}

check "There is a key customer"  count(where segment is key) >= 1
"#;

const CUSTOMERS: &str = "id;name;revenue;growth;region\n\
    C-1;Fjord AS;1 500 000,50;12,5 %;Øst\n\
    C-2;=cmd;20 000;;Vest\n\
    C-3;Own Shop;7;3 %;Vest\n";

/// A folder with a model and its customers.
fn folder(model: &str, customers: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("model.vekt"), model).expect("written");
    fs::write(folder.path().join("customers.csv"), customers).expect("written");
    folder
}

fn vekt(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

const RESULT: &str = "id,segment,decided_by\n\
    C-1,key,clause 1\n\
    C-2,other,clause 2\n\
    C-3,,excluded: Own companies\n";

#[test]
fn run_in_a_pipe_writes_the_result_and_tells_on_the_side() {
    let folder = folder(MODEL, CUSTOMERS);
    let (code, out, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert_eq!((code, out.as_str()), (Some(0), RESULT), "{errors}");
    for part in ["Nøkkelkunde", "Own companies", "There is a key customer"] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[test]
fn run_to_a_file_writes_it_whole_and_tells_on_standard_output() {
    let folder = folder(MODEL, CUSTOMERS);
    let arguments = [
        "run",
        "model.vekt",
        "customers.csv",
        "-o",
        "out.csv",
        "--labels",
    ];
    let (code, out, errors) = texts(&vekt(folder.path(), &arguments));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    let written = fs::read_to_string(folder.path().join("out.csv")).expect("a result");
    assert!(written.contains("C-1,Nøkkelkunde,clause 1\n"), "{written}");
    assert!(out.contains("out.csv"), "{out}");
    let (code, out, _) = texts(&vekt(
        folder.path(),
        &["run", "model.vekt", "-o", "out.csv", "--quiet"],
    ));
    assert_eq!((code, out.as_str()), (Some(0), ""));
    let written = fs::read_to_string(folder.path().join("out.csv")).expect("a result");
    assert_eq!(written, RESULT);
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 4, "no unfinished file stays beside the account");
}

#[test]
fn customers_come_from_standard_input_too() {
    let folder = folder(MODEL, "nothing");
    let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["run", "model.vekt", "-", "--format", "csv"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(CUSTOMERS.as_bytes()).expect("written");
    drop(input);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(texts(&output).1, RESULT);
}

#[test]
fn a_check_that_does_not_hold_ends_with_1_and_the_result_is_written() {
    let poor = CUSTOMERS.replace("1 500 000,50", "15 000,50");
    let folder = folder(MODEL, &poor);
    let (code, out, _) = texts(&vekt(
        folder.path(),
        &["run", "model.vekt", "-o", "out.csv"],
    ));
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("There is a key customer"), "{out}");
    assert!(folder.path().join("out.csv").exists());
}

#[test]
fn a_wrong_rule_file_ends_with_2_and_its_place() {
    let folder = folder(&MODEL.replace("revenue >= 1M", "revenu >= 1M"), CUSTOMERS);
    let (code, out, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(errors.contains("model.vekt:18:30: error["), "{errors}");
    assert!(errors.contains("`revenue`"), "{errors}");
    assert!(!errors.contains('\u{1b}'), "{errors}");
    let (code, out, errors) = texts(&vekt(
        folder.path(),
        &["check", "--format", "short", "model.vekt"],
    ));
    assert_eq!((code, errors.as_str()), (Some(2), ""));
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn a_wrong_command_line_ends_with_2() {
    let folder = folder(MODEL, CUSTOMERS);
    for arguments in [
        &["run"][..],
        &["walk"],
        &["run", "model.vekt", "--table", "visits=x.csv"],
        &["run", "model.vekt", "--set", "x=1"],
        &["run", "model.vekt", "--scenario", "none"],
        &["run", "model.vekt", "--today", "21.11.2026"],
        &["run", "model.vekt", "--separator", "ab"],
        &["run", "model.vekt", "-o", "customers.csv"],
        &["run", "model.vekt", "-o", "model.vekt"],
        &["run", "none.vekt"],
    ] {
        let (code, out, errors) = texts(&vekt(folder.path(), arguments));
        assert_eq!(
            (code, out.as_str()),
            (Some(2), ""),
            "{arguments:?} {errors}"
        );
        assert!(!errors.is_empty());
    }
    assert_eq!(
        fs::read_to_string(folder.path().join("customers.csv")).expect("read"),
        CUSTOMERS
    );
}

#[test]
fn bad_data_ends_with_3_and_nothing_is_written() {
    for (wrong, expected) in [
        ("id;name;region;growth\n1;a;Øst;1\n", "no column `revenue`"),
        (
            "id;name;revenue;revenue;growth;region\n1;a;1;1;;Øst\n",
            "2 columns for `revenue`",
        ),
        (
            "id;name;revenue;growth;region\n;a;1;;Øst\n",
            "the key is empty",
        ),
        (
            "id;name;revenue;growth;region\n1;a;1;;Øst\n1;b;1;;Øst\n",
            "`1` stands in line 2 already",
        ),
        (
            "id;name;revenue;growth;region\n1;a;-1;;Øst\n",
            "`-1` is not >= 0",
        ),
        (
            "id;name;revenue;growth;region\n1;a;1;;Nord\n",
            "`Nord` is not in the list",
        ),
        (
            "id;name;revenue;growth;region\n1;a;x;;Øst\n",
            "`x` is not a number",
        ),
        (
            "id;name;revenue;growth;region\n1;a;1;;Øst;\n",
            "the row has 6 cells, the header has 5",
        ),
        ("", "the file is empty"),
        (
            "id;name;revenue;growth;region\n",
            "has a header and no rows",
        ),
        ("id;name\0;revenue;growth;region\n", "is not a text file"),
    ] {
        let folder = folder(MODEL, wrong);
        let output = vekt(folder.path(), &["run", "model.vekt", "-o", "out.csv"]);
        let (code, out, errors) = texts(&output);
        assert_eq!((code, out.as_str()), (Some(3), ""), "{errors}");
        assert!(errors.contains("customers.csv"), "{errors}");
        assert!(errors.contains(expected), "{expected} in {errors}");
        assert!(!folder.path().join("out.csv").exists());
    }
}

#[test]
fn bytes_of_two_encodings_end_with_3() {
    let folder = folder(MODEL, "");
    let bytes = b"id;name;revenue;growth;region\n1;a;1;;\xD8st\n2;\xC3\xA5;1;;Vest\n";
    fs::write(folder.path().join("customers.csv"), bytes).expect("written");
    let (code, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert_eq!(code, Some(3));
    let said = "UTF-8 in places only: byte D8 in line 2";
    assert!(errors.contains(said), "{errors}");
}

#[test]
fn the_first_twenty_bad_rows_are_shown_and_all_counted() {
    let mut customers = String::from("id;name;revenue;growth;region\n");
    for row in 0..50 {
        customers.push_str(&format!("C-{row};\u{1b}[31mred;x;;Øst\n"));
    }
    let folder = folder(MODEL, &customers);
    let (code, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert_eq!(code, Some(3));
    assert_eq!(
        errors.matches("`x` is not a number").count(),
        20,
        "{errors}"
    );
    assert!(errors.contains("and 30 more"), "{errors}");
    assert!(!errors.contains('\u{1b}'), "{errors}");
}

#[test]
fn files_that_are_not_there_end_with_4() {
    let folder = folder(MODEL, CUSTOMERS);
    for arguments in [
        &["run", "model.vekt", "none.csv"][..],
        &["run", "model.vekt", "-o", "no/such/folder/out.csv"],
        &["check", "model.vekt", "--data", "none.csv"],
    ] {
        let (code, out, errors) = texts(&vekt(folder.path(), arguments));
        assert_eq!(code, Some(4), "{errors}");
        let said = format!("{out}{errors}");
        assert!(said.contains("no such file or folder"), "{said}");
    }
}

const WITH_TABLES: &str = r#"model "Tables" { edition 2026, currency NOK, scores 0 to 10 with 1 decimal, today 2026-11-21 }
customers key id from "customers.csv" {
  id    text
  name  text
}
table orders key customer from "orders.csv" {
  customer  text?
  product   text
  amount    money in currency  >= 0
  currency  text
  date      date
}
lookup price from "products.csv" product -> price money
rates { EUR 11.5 }
let bought = sum(orders.amount)
let listed = sum(price[orders.product] default 0)
axis size {
  criterion bought weight 100% ramp 0 to 100
}
segments {
  big    when bought >= 100
  small  otherwise
}
output { id, name, bought, listed, size, share(bought) as "share", latest(orders.date) as "last", segment }
"#;

#[test]
fn tables_and_lookups_are_joined_and_texts_are_guarded() {
    let folder = folder(
        WITH_TABLES,
        "id,name\n007,=1+1\n8,\"A, \"\"B\"\"\"\n9,'plain\n",
    );
    let orders = "customer;product;amount;currency;date\n007;a;10,5;EUR;1.11.2026\n\
        8;b;3;NOK;20.10.2026\n;a;1;NOK;1.1.2026\n007;c;0;NOK;2.11.2026\n";
    fs::write(folder.path().join("orders.csv"), orders).expect("written");
    let products = "product,price\na,99.90\nb,1\n";
    fs::write(folder.path().join("products.csv"), products).expect("written");
    let (code, out, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    let expected = "id,name,bought,listed,size,share,last,segment\n\
        007,'=1+1,120.75,99.9,10.0,97.5758%,2026-11-02,big\n\
        8,\"A, \"\"B\"\"\",3,1,0.3,2.4242%,2026-10-20,small\n\
        9,'plain,0,0,0.0,0%,,small\n";
    assert_eq!((code, out.as_str()), (Some(0), expected), "{errors}");
    assert!(
        errors.contains("orders.csv: 1 row belongs to nobody"),
        "{errors}"
    );
    fs::write(
        folder.path().join("more.csv"),
        orders.replace("8;b", "80;b"),
    )
    .expect("written");
    let arguments = ["run", "model.vekt", "--table", "orders=more.csv"];
    let (code, out, errors) = texts(&vekt(folder.path(), &arguments));
    assert_eq!((code, out.as_str()), (Some(3), ""));
    assert!(errors.contains("no customer has the key `80`"), "{errors}");
    assert!(errors.contains("line 3"), "{errors}");
}

#[test]
fn a_value_out_of_range_names_customer_expression_and_values() {
    let model = MODEL.replace("revenue >= 1M", "revenue * 1bn >= 1M");
    let folder = folder(&model, CUSTOMERS);
    let (code, out, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert_eq!((code, out.as_str()), (Some(3), ""));
    for part in [
        "model.vekt:18:30",
        "customer `C-1`",
        "`revenue * 1bn`",
        "1500000.5",
        "line 2",
    ] {
        assert!(errors.contains(part), "{part} in {errors}");
    }
}

#[test]
fn errors_says_what_a_message_means() {
    let folder = tempfile::tempdir().expect("a folder");
    let (code, out, _) = texts(&vekt(folder.path(), &["errors"]));
    assert_eq!(code, Some(0));
    if let Some(first) = out.lines().next() {
        let (code, text, _) = texts(&vekt(folder.path(), &["errors", first]));
        assert_eq!(code, Some(0));
        assert!(text.starts_with(first), "{text}");
    }
    let (code, out, errors) = texts(&vekt(folder.path(), &["errors", "no-such-code"]));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert!(errors.contains("no-such-code"), "{errors}");
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_ends_with_130() {
    let folder = folder(MODEL, CUSTOMERS);
    let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["run", "model.vekt", "-", "-o", "out.csv"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("it runs");
    // It waits for standard input, which stays open; only then is there something to interrupt.
    let input = child.stdin.take();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let kill = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .expect("kill runs");
    assert!(kill.success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    drop(input);
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn check_says_what_was_recognised_in_the_data() {
    let folder = folder(MODEL, CUSTOMERS);
    let (code, out, errors) = texts(&vekt(
        folder.path(),
        &["check", "model.vekt", "--data", "customers.csv"],
    ));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    for part in [
        "3 rows of customers",
        "semicolon",
        "decimal comma",
        "33.3 %",
    ] {
        assert!(out.contains(part), "{part} in {out}");
    }
}

#[test]
fn json_messages_are_one_object() {
    let folder = folder(&MODEL.replace("revenue >= 1M", "revenu >= 1M"), CUSTOMERS);
    let (code, out, _) = texts(&vekt(
        folder.path(),
        &["check", "model.vekt", "--format", "json"],
    ));
    assert_eq!(code, Some(2));
    let document: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(document["version"], 1);
    let first = &document["diagnostics"][0];
    assert_eq!(first["severity"], "error");
    assert_eq!(first["places"][0]["file"], "model.vekt");
    assert_eq!(first["places"][0]["line"], 18);
    assert_eq!(first["places"][0]["column"], 30);
}

#[test]
fn colour_is_for_terminals_and_for_those_who_ask() {
    let folder = folder(&MODEL.replace("revenue >= 1M", "revenu >= 1M"), CUSTOMERS);
    let (_, _, errors) = texts(&vekt(
        folder.path(),
        &["run", "model.vekt", "--color", "always"],
    ));
    assert!(errors.contains('\u{1b}'), "{errors}");
    let (_, _, errors) = texts(&vekt(folder.path(), &["run", "model.vekt"]));
    assert!(!errors.contains('\u{1b}'), "{errors}");
}

#[test]
fn new_fills_an_empty_folder_and_no_other() {
    let folder = folder(MODEL, CUSTOMERS);
    let (code, out, _) = texts(&vekt(folder.path(), &["new", "--list"]));
    assert_eq!(code, Some(0));
    let template = out
        .lines()
        .nth(1)
        .and_then(|line| line.split_whitespace().next());
    let template = template.expect("a template");
    let (code, out, errors) = texts(&vekt(
        folder.path(),
        &["new", "start", "--template", template],
    ));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    let (code, out, errors) = texts(&vekt(
        folder.path(),
        &["run", "start/model.vekt", "-o", "out.csv"],
    ));
    assert_eq!((code, errors.as_str()), (Some(0), ""), "{out}");
    let (code, _, errors) = texts(&vekt(folder.path(), &["new", "start"]));
    assert_eq!(code, Some(2));
    assert!(errors.contains("is not empty"), "{errors}");
    let (code, _, errors) = texts(&vekt(
        folder.path(),
        &["new", "other", "--template", "nothing"],
    ));
    assert_eq!(code, Some(2), "{errors}");
    assert!(!folder.path().join("other").exists());
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_ends_quietly() {
    let folder = folder(MODEL, CUSTOMERS);
    let command = format!(
        "{} run model.vekt | true; echo ${{PIPESTATUS[0]}}",
        env!("CARGO_BIN_EXE_vekt")
    );
    let output = Command::new("bash")
        .current_dir(folder.path())
        .args(["-c", &command])
        .output()
        .expect("it runs");
    // Nothing is said about it, but the result was not delivered.
    let (_, out, errors) = texts(&output);
    assert_eq!(out, "4\n");
    assert!(!errors.contains("error"), "{errors}");
}
