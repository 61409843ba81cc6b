//! The account beside a result: what was run on what, and what became of every row and amount. The
//! same inputs give the same bytes: it holds no time of day, no folder and no name of a machine.

use super::data::Data;
use super::dataset::FileReport;
use super::files::{sha256, sha256_of};
use super::reconcile::Account;
use super::rejects::Reject;
use super::totals::Total;
use crate::base::SourceMap;
use crate::eval::{CheckState, Outcome, shown_value};
use crate::model::expression::Literal;
use crate::model::program::Program;
use crate::model::types::Type;
use crate::session::RuleFile;
use crate::value::Values;
use crate::value::decimal::wide_text;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The version of the account's form.
const FORM: u32 = 1;

/// Where the account of a result stands: `OUT.meta.json`.
pub fn path_of(result: &Path) -> PathBuf {
    let mut name = result.as_os_str().to_owned();
    name.push(".meta.json");
    name.into()
}

/// Whether bytes are the account of a result of that name.
pub fn is_of(account: &[u8], result: &Path) -> bool {
    let Ok(account) = serde_json::from_slice::<serde_json::Value>(account) else {
        return false;
    };
    let text =
        |value: Option<&serde_json::Value>| value.and_then(|it| it.as_str().map(String::from));
    let named = text(account.get("result").and_then(|it| it.get("file")));
    text(account.get("vekt")).is_some() && named == Some(file_name(result))
}

/// What an account is made from.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// The model.
    pub program: &'a Program,
    /// The texts of the rule files.
    pub sources: &'a SourceMap,
    /// The rule files.
    pub rules: &'a [RuleFile],
    /// The data.
    pub data: &'a Data,
    /// What came out.
    pub outcome: &'a Outcome,
    /// Rows and sums.
    pub account: &'a Account,
    /// Params that were set for this run.
    pub set: &'a [(String, String)],
    /// The file of the result.
    pub result: &'a Path,
    /// The SHA-256 of its bytes.
    pub fingerprint: &'a str,
    /// The file of the rejects.
    pub rejects: Option<&'a Path>,
}

#[derive(Serialize)]
struct Meta<'a> {
    vekt: &'a str,
    form: u32,
    result: ResultFile,
    model: Model<'a>,
    today: Option<String>,
    scenario: Option<&'a str>,
    params: BTreeMap<&'a str, String>,
    set: BTreeMap<&'a str, &'a str>,
    data: Vec<DataFile<'a>>,
    rows: Vec<RowCounts<'a>>,
    money: Vec<MoneySums<'a>>,
    segments: BTreeMap<&'a str, Vec<Counted>>,
    excluded: Vec<Counted>,
    overrides: Overrides<'a>,
    checks: Vec<Check<'a>>,
    rejects: Option<Rejects>,
}

#[derive(Serialize)]
struct ResultFile {
    file: String,
    sha256: String,
    rows: usize,
    columns: Vec<String>,
}

#[derive(Serialize)]
struct Model<'a> {
    name: &'a str,
    fingerprint: String,
    files: Vec<RuleText>,
}

#[derive(Serialize)]
struct RuleText {
    file: String,
    sha256: String,
}

#[derive(Serialize)]
struct DataFile<'a> {
    dataset: &'a str,
    file: String,
    sha256: Option<&'a str>,
    form: &'a str,
    header_line: u64,
    lines_above_header: Vec<u64>,
    footer_lines: Vec<u64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    totals: Vec<StatedTotal<'a>>,
    blank_rows: usize,
    rows_of_nobody: usize,
    customers_without_rows: usize,
    rounded_cells: usize,
}

#[derive(Serialize)]
struct StatedTotal<'a> {
    line: u64,
    column: &'a str,
    stated: String,
    read: String,
}

#[derive(Serialize)]
struct RowCounts<'a> {
    dataset: &'a str,
    read: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    segmented: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    excluded: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    matched: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of_nobody: Option<u64>,
    rejected: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    orphans: Option<u64>,
}

#[derive(Serialize)]
struct MoneySums<'a> {
    dataset: &'a str,
    field: &'a str,
    read: String,
    used: String,
    apart: String,
    rejected: String,
}

#[derive(Serialize)]
struct Counted {
    name: String,
    count: u64,
}

#[derive(Serialize)]
struct Overrides<'a> {
    in_force: Vec<Override<'a>>,
    expired: usize,
}

#[derive(Serialize)]
struct Override<'a> {
    customer: &'a str,
    segment: &'a str,
    until: Option<String>,
    because: &'a str,
    by: Option<&'a str>,
}

#[derive(Serialize)]
struct Check<'a> {
    label: &'a str,
    only_warns: bool,
    held: bool,
}

#[derive(Serialize)]
struct Rejects {
    file: String,
    rows: usize,
    reasons: BTreeMap<&'static str, usize>,
}

/// The bytes of the account.
pub fn account(facts: &Facts<'_>) -> Vec<u8> {
    let Facts {
        program, outcome, ..
    } = *facts;
    let meta = Meta {
        vekt: env!("CARGO_PKG_VERSION"),
        form: FORM,
        result: ResultFile {
            file: file_name(facts.result),
            sha256: facts.fingerprint.into(),
            rows: outcome.rows,
            columns: outcome.columns.iter().map(|it| it.header.clone()).collect(),
        },
        model: model(facts),
        // The day of a run that looks at none would differ from day to day.
        today: program.uses_today.then(|| program.today.to_string()),
        scenario: program.scenario.as_deref(),
        params: program
            .params
            .iter()
            .map(|param| (param.name.as_str(), literal(&param.ty, &param.value)))
            .collect(),
        set: facts
            .set
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        data: facts.data.reports.iter().map(data_file).collect(),
        rows: rows(facts),
        money: facts
            .account
            .sums
            .iter()
            .map(|sums| MoneySums {
                dataset: &sums.dataset,
                field: &sums.field,
                read: wide_text(sums.read),
                used: wide_text(sums.used),
                apart: wide_text(sums.apart),
                rejected: wide_text(sums.rejected),
            })
            .collect(),
        segments: outcome
            .segmentations
            .iter()
            .map(|it| {
                let pairs = it.segments.iter().zip(&it.counts);
                (it.column.as_str(), pairs.map(counted).collect())
            })
            .collect(),
        excluded: excluded(outcome),
        overrides: overrides(program, facts.data),
        checks: outcome
            .checks
            .iter()
            .map(|check| Check {
                label: &check.label,
                only_warns: check.only_warns,
                held: check.state == CheckState::Held,
            })
            .collect(),
        rejects: facts.rejects.map(|path| rejects(path, &facts.data.rejects)),
    };
    let mut bytes = serde_json::to_vec_pretty(&meta).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().into_owned()
}

fn model<'a>(facts: &Facts<'a>) -> Model<'a> {
    let texts = facts.rules.iter().filter_map(|rules| {
        let source = facts.sources.get(rules.source)?;
        Some(RuleText {
            file: file_name(&rules.path),
            sha256: sha256(source.text.as_bytes()),
        })
    });
    let files: Vec<RuleText> = texts.collect();
    Model {
        name: &facts.program.name,
        fingerprint: sha256_of(files.iter().map(|it| it.sha256.as_bytes())),
        files,
    }
}

fn data_file(report: &FileReport) -> DataFile<'_> {
    DataFile {
        dataset: &report.dataset,
        file: file_name(Path::new(&report.file)),
        sha256: report.fingerprint.as_deref(),
        form: &report.form,
        header_line: report.header_line,
        lines_above_header: report.above.iter().map(|it| it.line).collect(),
        footer_lines: report.footer.iter().map(|it| it.line).collect(),
        totals: report.totals.iter().map(stated_total).collect(),
        blank_rows: report.blank_rows,
        rows_of_nobody: report.nobodys,
        customers_without_rows: report.without_rows,
        rounded_cells: report.fields.iter().map(|it| it.rounded).sum(),
    }
}

fn stated_total(total: &Total) -> StatedTotal<'_> {
    StatedTotal {
        line: total.line,
        column: &total.column,
        stated: wide_text(total.stated),
        read: wide_text(total.read),
    }
}

fn rows<'a>(facts: &Facts<'a>) -> Vec<RowCounts<'a>> {
    let counts = facts.account.rows.iter().enumerate();
    counts
        .map(|(at, rows)| {
            let of_customers = |count| (at == 0).then_some(count);
            let of_table = |count| (at > 0).then_some(count);
            let orphan = |reject: &&Reject| {
                let codes = ["unknown-customer", "customer-rejected"];
                let is_one = |code: &str| codes.contains(&code);
                reject.dataset == rows.dataset
                    && reject.reasons.iter().any(|reason| is_one(reason.code))
            };
            RowCounts {
                dataset: &rows.dataset,
                read: rows.read,
                segmented: of_customers(rows.used),
                excluded: of_customers(rows.apart),
                matched: of_table(rows.used),
                of_nobody: of_table(rows.apart),
                rejected: rows.rejected,
                orphans: of_table(facts.data.rejects.iter().filter(orphan).count() as u64),
            }
        })
        .collect()
}

fn counted((name, count): (&String, &u64)) -> Counted {
    Counted {
        name: name.clone(),
        count: *count,
    }
}

fn excluded(outcome: &Outcome) -> Vec<Counted> {
    let mut counts = vec![0; outcome.reasons.len()];
    if let Some(column) = &outcome.excluded
        && let Values::Choice(reasons) = &column.values
    {
        for (row, reason) in reasons.iter().enumerate() {
            if let Some(count) = counts.get_mut(*reason as usize)
                && !column.is_missing(row)
            {
                *count += 1;
            }
        }
    }
    outcome.reasons.iter().zip(&counts).map(counted).collect()
}

fn overrides<'a>(program: &'a Program, data: &Data) -> Overrides<'a> {
    let segments = program.main_segmentation().map(|(_, it)| &it.segments);
    let all = program.overrides.iter();
    let in_force = all
        .filter(|it| !it.expired && !data.rejected_keys.contains(&it.customer.value))
        .map(|it| Override {
            customer: &it.customer.value,
            segment: segments
                .and_then(|segments| segments.get(it.segment.0))
                .map_or("", |segment| &segment.name),
            until: it.until.map(|day| day.to_string()),
            because: &it.because,
            by: it.by.as_deref(),
        });
    Overrides {
        in_force: in_force.collect(),
        expired: program.overrides.iter().filter(|it| it.expired).count(),
    }
}

fn rejects(path: &Path, rejects: &[Reject]) -> Rejects {
    let mut reasons = BTreeMap::new();
    for reason in rejects.iter().flat_map(|reject| &reject.reasons) {
        *reasons.entry(reason.code).or_default() += 1;
    }
    Rejects {
        file: file_name(path),
        rows: rejects.len(),
        reasons,
    }
}

fn literal(ty: &Type, value: &Literal) -> String {
    match value {
        Literal::Number(number) => shown_value(ty, i128::from(*number)),
        Literal::Flag(true) => "yes".into(),
        Literal::Flag(false) => "no".into(),
        Literal::Choice(position) => shown_value(ty, i128::from(*position)),
        Literal::Text(text) => text.to_string(),
    }
}
