//! Opens and writes files: whole files in, whole files out, or nothing.
//! What stands in them is others' business.

use super::dataset::DataFile;
use crate::base::Diagnostic;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
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

    /// Opens it; what is no ordinary file is read at once.
    pub fn open(&self) -> Result<DataFile, Box<Diagnostic>> {
        let name = self.name();
        let opened = match self {
            Location::File(path) => File::open(path).and_then(|file| {
                // A folder can be opened, and only reading it fails.
                if file.metadata()?.is_file() {
                    return Ok((Vec::new(), Some(file)));
                }
                read_whole(&mut &file).map(|bytes| (bytes, None))
            }),
            Location::StandardInput => {
                read_whole(&mut io::stdin().lock()).map(|bytes| (bytes, None))
            }
        };
        match opened {
            Ok((bytes, unread)) => Ok(DataFile {
                name,
                bytes,
                unread,
            }),
            Err(error) => Err(cannot_read(&name, &error).into()),
        }
    }
}

impl DataFile {
    /// The name, and all that stands in it.
    pub(super) fn all(self) -> Result<(String, Vec<u8>), Box<Diagnostic>> {
        let Some(mut file) = self.unread else {
            return Ok((self.name, self.bytes));
        };
        match file.rewind().and_then(|()| read_whole(&mut file)) {
            Ok(bytes) => Ok((self.name, bytes)),
            Err(error) => Err(cannot_read(&self.name, &error).into()),
        }
    }
}

fn read_whole(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
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
    write_whole_by(path, |file| {
        parts.iter().try_for_each(|part| file.write_all(part))
    })
}

/// The same for what is written part by part.
pub fn write_whole_by(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), Box<Diagnostic>> {
    write_by(path, write).map_err(|error| cannot_write(path, &error).into())
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

fn write_by(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    // A device such as /dev/stdout is written to, not replaced.
    if let Ok(known) = std::fs::metadata(path)
        && !known.is_file()
    {
        if known.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut device = File::options().write(true).open(path)?;
        write(&mut device)?;
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
    write(file.as_file_mut())?;
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
