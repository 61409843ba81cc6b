//! Writes the data of the five examples: nothing comes in but the command line, and the CSV files under `examples/` go
//! out, byte for byte the same on every machine. It never uses anything but whole numbers and its own source of chance.
//!
//! ```text
//! cargo run --example generate                 rewrites the files in place
//! cargo run --example generate -- --check      exit code 1 where a file on disk differs
//! cargo run --release --example generate -- --customers 1000000 --out big.csv key-account-matrix
//! ```

mod abc_balance;
mod categories;
mod chance;
mod figures;
mod key_account_matrix;
mod profit_segments;
mod two_by_two;

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// One file of an example, as it should lie on disk.
pub struct Written {
    /// Where it lies, from the folder of the examples.
    pub path: &'static str,
    /// What it holds.
    pub bytes: Vec<u8>,
}

enum Task {
    Write,
    Check,
    Large { customers: u64, out: PathBuf },
}

const USAGE: &str = "usage: generate [--check | --customers N --out FILE key-account-matrix]";

fn main() -> ExitCode {
    let Some(task) = task(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let done = match task {
        Task::Write => write(&examples),
        Task::Check => check(&examples),
        Task::Large { customers, out } => large(customers, &out),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(4)
    })
}

fn task(mut arguments: impl Iterator<Item = String>) -> Option<Task> {
    let (mut check, mut customers, mut out, mut example) = (false, None, None, None);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--check" => check = true,
            "--customers" => customers = Some(arguments.next()?.parse::<u64>().ok()?),
            "--out" => out = Some(PathBuf::from(arguments.next()?)),
            "key-account-matrix" => example = Some(()),
            _ => return None,
        }
    }
    match (check, customers, out, example) {
        (false, None, None, None) => Some(Task::Write),
        (true, None, None, None) => Some(Task::Check),
        (false, Some(customers), Some(out), Some(())) => Some(Task::Large { customers, out }),
        _ => None,
    }
}

fn all() -> io::Result<Vec<Written>> {
    let mut files = key_account_matrix::files()?;
    files.extend(categories::files());
    files.extend(abc_balance::files());
    files.extend(profit_segments::files());
    files.extend(two_by_two::files());
    Ok(files)
}

fn write(examples: &Path) -> io::Result<ExitCode> {
    for file in all()? {
        fs::write(examples.join(file.path), &file.bytes)?;
        println!("{}  {} bytes", file.path, file.bytes.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn check(examples: &Path) -> io::Result<ExitCode> {
    let mut differing = 0;
    for file in all()? {
        let same = fs::read(examples.join(file.path)).is_ok_and(|bytes| bytes == file.bytes);
        if !same {
            differing += 1;
            eprintln!("{} is not what the generator writes", file.path);
        }
    }
    Ok(ExitCode::from(u8::from(differing > 0)))
}

fn large(customers: u64, out: &Path) -> io::Result<ExitCode> {
    let mut writer = BufWriter::with_capacity(1 << 20, File::create(out)?);
    key_account_matrix::write(&mut writer, customers)?;
    writer.flush()?;
    Ok(ExitCode::SUCCESS)
}
