//! Rule files of a revision, read through the git program: what stood in the repository then, with
//! the files that it uses. Nothing is checked out, nothing is written.

use crate::base::{Diagnostic, suggest};
use crate::session::{Files, ReadError};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of a revision.
#[derive(Clone, Debug)]
pub struct GitFiles {
    /// The folder of the repository.
    root: PathBuf,
    /// What stands before the colon, as it was written.
    revision: String,
    /// Where the command was given, below the root.
    prefix: String,
    /// The number of the revision's tree.
    tree: String,
    /// The files of the revision, absolute as if they were checked out.
    files: BTreeSet<PathBuf>,
}

impl GitFiles {
    /// The revision and the path of `REV:path`, where a text is one and no file of that name exists.
    pub fn split(text: &str) -> Option<(&str, &str)> {
        let (revision, path) = text.split_once(':')?;
        // A letter before a colon is a drive.
        let is_drive = revision.len() == 1 && revision.chars().all(|it| it.is_ascii_alphabetic());
        let is_revision = !revision.is_empty() && !path.is_empty() && !revision.contains("//");
        (is_revision && !is_drive && !Path::new(text).exists()).then_some((revision, path))
    }

    /// The files of a revision of the repository around the current folder.
    pub fn open(revision: &str) -> Result<GitFiles, Box<Diagnostic>> {
        let root = git(&["rev-parse", "--show-toplevel"])
            .map_err(|why| failed("this folder is in no git repository", &why))?;
        let prefix = git(&["rev-parse", "--show-prefix"])
            .map_err(|why| failed("this folder is in no git repository", &why))?;
        let root = PathBuf::from(line(&root));
        let wanted = format!("{revision}^{{tree}}");
        let tree = git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ]);
        let tree = tree.map_err(|_| unknown_revision(revision))?;
        let tree = line(&tree).to_owned();
        let names = git(&["ls-tree", "-r", "-z", "--name-only", "--full-tree", &tree])
            .map_err(|why| failed(&format!("the files of `{revision}` cannot be listed"), &why))?;
        let names = String::from_utf8_lossy(&names).into_owned();
        let files = names.split('\0').filter(|it| !it.is_empty());
        Ok(GitFiles {
            files: files.map(|name| root.join(name)).collect(),
            root,
            revision: revision.to_owned(),
            prefix: line(&prefix).to_owned(),
            tree,
        })
    }

    /// The absolute path that is meant: `REV:path` from the root, `REV:./path` from here.
    fn absolute(&self, path: &Path) -> PathBuf {
        let text = path.to_string_lossy();
        let Some(below) = text.strip_prefix(&format!("{}:", self.revision)) else {
            return path.to_owned();
        };
        let here = ["./", "../"].iter().any(|it| below.starts_with(it));
        let start = if here {
            self.root.join(&self.prefix)
        } else {
            self.root.clone()
        };
        let mut whole = PathBuf::new();
        for part in start.join(below).components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir => {
                    whole.pop();
                }
                part => whole.push(part),
            }
        }
        whole
    }
}

impl Files for GitFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let path = self.locate(path)?;
        if !self.files.contains(&path) {
            return Err(ReadError::IsFolder);
        }
        let below = path
            .strip_prefix(&self.root)
            .map_err(|_| ReadError::NotFound)?;
        let object = format!("{}:{}", self.tree, below.to_string_lossy());
        git(&["cat-file", "blob", &object]).map_err(ReadError::Other)
    }

    fn locate(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let path = self.absolute(path);
        // The repository ends here, as it does on disk.
        let is_there = path == self.root.join(".git")
            || self.files.contains(&path)
            || self.files.iter().any(|file| file.starts_with(&path));
        is_there.then_some(path).ok_or(ReadError::NotFound)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        // Beside `REV:model.vekt` stand the files of the root, each named in the same way.
        let (folder, before) = match folder.as_os_str().is_empty() {
            true => (self.root.clone(), format!("{}:", self.revision)),
            false => (self.absolute(folder), String::new()),
        };
        let inside = self.files.iter().filter(|it| it.parent() == Some(&*folder));
        let names = inside.filter_map(|it| it.file_name()?.to_str());
        names.map(|name| format!("{before}{name}")).collect()
    }
}

/// What git says; where it fails, why.
fn git(arguments: &[&str]) -> Result<Vec<u8>, String> {
    let output = Command::new("git")
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .map_err(|error| format!("git cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(said.lines().next().unwrap_or("git failed").to_owned())
}

fn line(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes)
        .unwrap_or("")
        .trim_end_matches(['\n', '\r'])
}

fn failed(message: &str, why: &str) -> Box<Diagnostic> {
    Diagnostic::error("git-failed", message).help(why).into()
}

fn unknown_revision(revision: &str) -> Box<Diagnostic> {
    let message = format!("git knows no revision `{revision}`");
    let names = git(&["for-each-ref", "--format=%(refname:short)"]).unwrap_or_default();
    let names = String::from_utf8_lossy(&names).into_owned();
    let near = suggest::nearest(revision, names.lines().chain(["HEAD"]));
    let help = near.map(|near| format!("the nearest is `{near}`"));
    let other = "write for example `HEAD~1:model.vekt`".to_owned();
    Diagnostic::error("git-failed", message)
        .help(help.unwrap_or(other))
        .into()
}
