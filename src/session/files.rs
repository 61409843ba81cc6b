//! The only door from the session to files: whoever opens a model hands in how they are read.
//! Here is the trait and files held in memory, for tests and the bench; nothing touches a disk.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// There is none.
    NotFound,
    /// It is a folder.
    IsFolder,
    /// It may not be read.
    Denied,
    /// Anything else, in the words of the system.
    Other(String),
}

/// How files are found and read.
pub trait Files {
    /// The bytes of a file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError>;

    /// The one absolute path of a file or folder, links followed, so that a file that is named in
    /// two ways is known as one.
    fn locate(&self, path: &Path) -> Result<PathBuf, ReadError>;

    /// Whether there is a file or folder.
    fn exists(&self, path: &Path) -> bool {
        self.locate(path).is_ok()
    }

    /// The names of the files in a folder, to suggest one where a name is misspelt.
    fn names(&self, _folder: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// Files held in memory. Paths that are not absolute stand below `/`.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<PathBuf, Vec<u8>>,
    links: BTreeMap<PathBuf, PathBuf>,
}

impl MemoryFiles {
    /// No files.
    pub fn new() -> Self {
        MemoryFiles::default()
    }

    /// With one more file.
    pub fn with(mut self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) -> Self {
        self.files
            .insert(absolute(path.as_ref()), content.as_ref().to_vec());
        self
    }

    /// With one more name for a file.
    pub fn with_link(mut self, path: impl AsRef<Path>, target: impl AsRef<Path>) -> Self {
        self.links
            .insert(absolute(path.as_ref()), absolute(target.as_ref()));
        self
    }
}

impl Files for MemoryFiles {
    fn read(&self, path: &Path) -> Result<Vec<u8>, ReadError> {
        let path = self.locate(path)?;
        self.files.get(&path).cloned().ok_or(ReadError::IsFolder)
    }

    fn locate(&self, path: &Path) -> Result<PathBuf, ReadError> {
        let path = absolute(path);
        let path = self.links.get(&path).cloned().unwrap_or(path);
        let is_there = self.files.keys().any(|file| file.starts_with(&path));
        is_there.then_some(path).ok_or(ReadError::NotFound)
    }

    fn names(&self, folder: &Path) -> Vec<String> {
        let folder = absolute(folder);
        self.files
            .keys()
            .filter(|file| file.parent() == Some(&*folder))
            .filter_map(|file| Some(file.file_name()?.to_str()?.to_owned()))
            .collect()
    }
}

fn absolute(path: &Path) -> PathBuf {
    normal(&Path::new("/").join(path))
}

/// A path without `.` and with `..` taken back where that is possible without looking at files.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match normal.components().next_back() {
                Some(Component::Normal(_)) => {
                    normal.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => normal.push(".."),
            },
            other => normal.push(other),
        }
    }
    normal
}
