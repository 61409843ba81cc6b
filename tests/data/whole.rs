//! Files appear whole or not at all: every write, sync and rename fails in turn, the disk is full,
//! nobody reads, the program is killed. No partial file, no false success.

use super::{folder, read_to_string, texts, vekt};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempPath;
use vekt::io::files::{Disk, Output, write_whole};

const MODEL: &[u8] = b"model \"Small\" { edition 2026, currency NOK, today 2026-11-21 }
customers key id from \"customers.csv\" {
  id text
  revenue money
}
segments {
  key when revenue >= 1M
  other otherwise
}
";

const CUSTOMERS: &[u8] = b"id,revenue\nC-1,5\nC-2,7\n";

/// A disk that fails at one of the things that are asked of it.
struct Failing {
    left: AtomicUsize,
}

impl Failing {
    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_sub(1, Ordering::Relaxed);
        if left == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl Disk for Failing {
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        if self.step().is_err() {
            // As a full disk does: a part of it is written.
            file.write_all(&bytes[..bytes.len() / 2])?;
            return Err(io::ErrorKind::StorageFull.into());
        }
        file.write_all(bytes)
    }

    fn sync(&self, file: &File) -> io::Result<()> {
        self.step()?;
        file.sync_all()
    }

    fn rename(&self, file: TempPath, path: &Path) -> io::Result<()> {
        self.step()?;
        file.persist(path).map_err(|error| error.error)
    }
}

#[test]
fn every_write_sync_and_rename_may_fail() {
    let mut fault = 0;
    loop {
        let folder = folder(&[("a", b"old a"), ("b", b"old b")]);
        let output = |name: &str| Output {
            path: folder.path().join(name),
            parts: vec![b"new ".to_vec(), name.into()],
        };
        let disk = Failing {
            left: AtomicUsize::new(fault),
        };
        let written = write_whole(&disk, &[output("a"), output("b")]);
        let names = fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(names, 2, "nothing unfinished stays");
        for name in ["a", "b"] {
            let text = read_to_string(&folder, name);
            let whole = [format!("old {name}"), format!("new {name}")];
            assert!(whole.contains(&text), "{text}");
        }
        if written.is_ok() {
            assert_eq!(read_to_string(&folder, "a"), "new a");
            assert_eq!(read_to_string(&folder, "b"), "new b");
            break;
        }
        // Before the first rename nothing may have changed.
        if fault < 6 {
            assert_eq!(read_to_string(&folder, "a"), "old a");
            assert_eq!(read_to_string(&folder, "b"), "old b");
        }
        fault += 1;
    }
    assert_eq!(fault, 8, "two parts and a sync each, then two renames");
}

#[test]
fn only_own_files_are_replaced_without_force() {
    let folder = folder(&[
        ("model.vekt", MODEL),
        ("customers.csv", CUSTOMERS),
        ("out.csv", b"somebody's work\n"),
        ("rejects.csv", b"somebody's list\n"),
    ]);
    let run = |more: &[&str]| {
        let arguments = [&["run", "model.vekt", "-q"], more].concat();
        texts(&vekt(folder.path(), &arguments))
    };
    let (code, _, errors) = run(&["-o", "out.csv"]);
    assert_eq!(code, Some(2), "{errors}");
    assert!(errors.contains("--force"), "{errors}");
    assert_eq!(read_to_string(&folder, "out.csv"), "somebody's work\n");
    let (code, _, errors) = run(&["--rejects", "rejects.csv"]);
    assert_eq!(code, Some(2), "{errors}");
    assert_eq!(run(&["-o", "out.csv", "--force"]).0, Some(0));
    let first = read_to_string(&folder, "out.csv");
    assert!(first.contains("C-1,other"), "{first}");
    // Now it is Vekt's own, and so it is without being asked again.
    assert_eq!(run(&["-o", "out.csv"]).0, Some(0));
    let account = read_to_string(&folder, "out.csv.meta.json");
    assert_eq!(run(&["-o", "out.csv"]).0, Some(0));
    assert_eq!(read_to_string(&folder, "out.csv.meta.json"), account);
    // An account of something else is none.
    fs::write(folder.path().join("out.csv.meta.json"), "{}").expect("written");
    assert_eq!(run(&["-o", "out.csv"]).0, Some(2));
    assert_eq!(run(&["--rejects", "rejects.csv", "--force"]).0, Some(0));
    assert_eq!(run(&["--rejects", "rejects.csv"]).0, Some(0));
}

/// Many customers, so that a run takes a while.
fn many() -> Vec<u8> {
    let mut text = String::from("id,revenue\n");
    for row in 0..8_000 {
        text.push_str(&format!("C-{row},{}\n", row * 37));
    }
    text.into_bytes()
}

#[test]
#[cfg(unix)]
fn a_full_device_is_no_success() {
    let folder = folder(&[("model.vekt", MODEL), ("customers.csv", CUSTOMERS)]);
    let device = Path::new("/dev/full");
    if !device.exists() {
        return;
    }
    let (code, _, errors) = texts(&vekt(
        folder.path(),
        &["run", "model.vekt", "-q", "-o", "/dev/full"],
    ));
    assert_eq!(code, Some(4), "{errors}");
    assert!(errors.contains("the disk is full"), "{errors}");
    let full = File::options().write(true).open(device).expect("it opens");
    let status = Command::new(env!("CARGO_BIN_EXE_vekt"))
        .current_dir(folder.path())
        .args(["run", "model.vekt", "-q", "--format", "csv"])
        .stdout(full)
        .stderr(Stdio::null())
        .status()
        .expect("it runs");
    assert_eq!(status.code(), Some(4));
}

/// A disk of a megabyte; where none can be made, that is said and nothing is tested.
#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_leaves_nothing_behind() {
    let folder = folder(&[("model.vekt", MODEL), ("customers.csv", &many())]);
    let small = folder.path().join("small");
    fs::create_dir(&small).expect("a folder");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(&small)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !mounted {
        println!("skipped: no small disk can be mounted here");
        return;
    }
    fs::write(small.join("out.csv"), "id\nold\n").expect("written");
    let arguments = ["run", "model.vekt", "-q", "-o", "small/out.csv", "--force"];
    let (code, _, errors) = texts(&vekt(folder.path(), &arguments));
    let left: Vec<_> = fs::read_dir(&small)
        .expect("a folder")
        .map(|it| it.expect("an entry").file_name())
        .collect();
    let old = fs::read_to_string(small.join("out.csv")).unwrap_or_default();
    let unmounted = Command::new("umount").arg(&small).status();
    assert!(unmounted.is_ok_and(|status| status.success()));
    assert_eq!(code, Some(4), "{errors}");
    assert!(errors.contains("the disk is full"), "{errors}");
    assert_eq!(old, "id\nold\n");
    assert_eq!(left, ["out.csv"]);
}

#[test]
#[cfg(unix)]
fn killed_at_any_moment_no_result_is_partial() {
    let folder = folder(&[("model.vekt", MODEL), ("customers.csv", &many())]);
    let arguments = ["run", "model.vekt", "-q", "-o", "out.csv", "--force"];
    let begun = std::time::Instant::now();
    assert_eq!(texts(&vekt(folder.path(), &arguments)).0, Some(0));
    let whole_run = begun.elapsed();
    let whole = fs::read(folder.path().join("out.csv")).expect("a result");
    // tests/all asks for more.
    let kills = std::env::var("VEKT_KILLS").map_or(25, |it| it.parse().expect("a number"));
    let (mut killed, mut unfinished) = (0, 0);
    for kill in 0..kills {
        fs::remove_file(folder.path().join("out.csv")).unwrap_or_default();
        let mut child = Command::new(env!("CARGO_BIN_EXE_vekt"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("it runs");
        // Spread over the run, most of them where it writes.
        let part = whole_run.as_secs_f64() * (f64::from(kill) / f64::from(kills));
        std::thread::sleep(Duration::from_secs_f64(part));
        let _ = child.kill();
        let code = child.wait().expect("it ends").code();
        killed += u32::from(code.is_none());
        match fs::read(folder.path().join("out.csv")) {
            Ok(bytes) => assert!(bytes == whole, "a partial result of {} bytes", bytes.len()),
            Err(_) => assert_ne!(code, Some(0), "a success without a result"),
        }
        for entry in fs::read_dir(folder.path()).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_some_and(|it| it == "tmp") {
                unfinished += 1;
                fs::remove_file(path).expect("removed");
            }
        }
    }
    println!("{killed} of {kills} runs were killed before their end, {unfinished} left a file");
    assert!(killed >= kills / 10, "{killed} of {kills}");
}
