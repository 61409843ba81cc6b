//! Opens and writes files: whole files in, whole files out, or nothing.
//! What stands in them is others' business.

use super::dataset::DataFile;
use crate::base::Diagnostic;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
}

impl Location {
    /// `-` is standard input, everything else a file.
    pub fn new(path: &Path) -> Location {
        if path.as_os_str() == "-" {
            Location::StandardInput
        } else {
            Location::File(path.into())
        }
    }

    /// The name that people know it by.
    pub fn name(&self) -> String {
        match self {
            Location::File(path) => path.display().to_string(),
            Location::StandardInput => "standard input".into(),
        }
    }

    /// Reads all of it.
    pub fn read(&self) -> Result<DataFile, Box<Diagnostic>> {
        let name = self.name();
        let bytes = match self {
            Location::File(path) => std::fs::read(path),
            Location::StandardInput => {
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
            }
        };
        match bytes {
            Ok(bytes) => Ok(DataFile { name, bytes }),
            Err(error) => Err(cannot_read(&name, &error).into()),
        }
    }
}

/// A message about a file that cannot be read.
pub fn cannot_read(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "cannot-read",
        format!("`{name}` cannot be read: {}", reason(error)),
    )
}

/// A message about a file that cannot be written.
pub fn cannot_write(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::error(
        "cannot-write",
        format!("`{}` cannot be written: {}", path.display(), reason(error)),
    )
}

/// What went wrong, in a few words.
fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".into(),
        io::ErrorKind::PermissionDenied => "permission is denied".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        io::ErrorKind::StorageFull => "the disk is full".into(),
        io::ErrorKind::BrokenPipe => "nobody reads any more".into(),
        _ => error.to_string(),
    }
}

/// Writes a whole file or nothing: to a file beside it that then takes its name.
pub fn write_whole(path: &Path, parts: &[Vec<u8>]) -> Result<(), Box<Diagnostic>> {
    write_parts(path, parts).map_err(|error| cannot_write(path, &error).into())
}

/// Writes a file anew, whole or not at all: what a link names, with the rights that the file had.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let rewritten = path.canonicalize().and_then(|real| {
        let rights = std::fs::metadata(&real)?.permissions();
        if rights.readonly() {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        write_parts(&real, &[bytes.to_vec()])?;
        std::fs::set_permissions(&real, rights)
    });
    rewritten.map_err(|error| cannot_write(path, &error).into())
}

/// The file that is being written, to be removed where the program is interrupted.
static UNFINISHED: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Removes a file that is being written.
pub fn forget_unfinished() {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(path) = unfinished.take() {
        let _ = std::fs::remove_file(path);
    }
}

fn set_unfinished(path: Option<&Path>) {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    *unfinished = path.map(PathBuf::from);
}

fn write_parts(path: &Path, parts: &[Vec<u8>]) -> io::Result<()> {
    // A device such as /dev/stdout is written to, not replaced.
    if let Ok(known) = std::fs::metadata(path)
        && !known.is_file()
    {
        if known.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut device = File::options().write(true).open(path)?;
        for part in parts {
            device.write_all(part)?;
        }
        return device.flush();
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vekt-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the umask leaves of it.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    set_unfinished(Some(file.path()));
    for part in parts {
        file.as_file_mut().write_all(part)?;
    }
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    set_unfinished(None);
    // The name itself is safe once the folder is; not every system can sync one.
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
    Ok(())
}

/// Whether two paths name the same file.
pub fn same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}
