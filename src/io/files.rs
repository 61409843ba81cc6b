//! Opens and writes files: whole files in, whole files out, or nothing.
//! What stands in them is others' business.

use super::dataset::DataFile;
use super::formats::database::Database;
use crate::base::Diagnostic;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempPath;

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// Standard input.
    StandardInput,
    /// A query to a database.
    Database(Box<Database>),
    /// What was read before, of which nothing more will come.
    Held(Held),
}

/// Bytes that are kept to be read again.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    name: String,
    bytes: Arc<Vec<u8>>,
}

impl std::fmt::Debug for Held {
    /// The name and the size: what stands in it would be long.
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "{} ({} bytes)", self.name, self.bytes.len())
    }
}

impl Location {
    /// What the command line names: `-` is standard input, the rest a database or a file.
    pub fn new(path: &Path) -> Location {
        if path.as_os_str() == "-" {
            return Location::StandardInput;
        }
        match path.to_str() {
            Some(text) => Location::named(text, Path::new("")),
            None => Location::File(path.into()),
        }
    }

    /// What a rule file of that folder names: a database, or a file of the folder.
    pub fn named(text: &str, folder: &Path) -> Location {
        match Database::recognise(text, folder) {
            Some(database) => Location::Database(database.into()),
            None => Location::File(folder.join(text)),
        }
    }

    /// The file that is read, where it is one.
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Location::File(path) => Some(path),
            Location::StandardInput | Location::Held(_) => None,
            Location::Database(database) => database.path(),
        }
    }

    /// The name that people know it by.
    pub fn name(&self) -> String {
        match self {
            Location::File(path) => path.display().to_string(),
            Location::StandardInput => "standard input".into(),
            Location::Database(database) => database.name(),
            Location::Held(held) => held.name.clone(),
        }
    }

    /// Reads all of it.
    pub fn read(&self) -> Result<DataFile, Box<Diagnostic>> {
        self.open().and_then(|file| file.whole(false))
    }

    /// The same place with all that stands in it kept, so that it can be read more than once.
    pub fn held(&self) -> Result<Location, Box<Diagnostic>> {
        Ok(Location::Held(Held {
            name: self.name(),
            bytes: Arc::new(self.read()?.bytes),
        }))
    }

    /// Opens it; what is no ordinary file is read at once.
    pub fn open(&self) -> Result<DataFile, Box<Diagnostic>> {
        self.open_with(false)
    }

    /// Opens it; `fingerprint` says that one of the answer of a database is wanted.
    pub fn open_with(&self, fingerprint: bool) -> Result<DataFile, Box<Diagnostic>> {
        let name = self.name();
        let opened = match self {
            Location::File(path) => File::open(path).and_then(|file| {
                // A folder can be opened, and only reading it fails.
                if file.metadata()?.is_file() {
                    return Ok((Vec::new(), Some(file.into())));
                }
                read_whole(&mut &file).map(|bytes| (bytes, None))
            }),
            Location::StandardInput => {
                read_whole(&mut io::stdin().lock()).map(|bytes| (bytes, None))
            }
            Location::Held(held) => Ok((held.bytes.to_vec(), None)),
            Location::Database(database) => {
                let rows = database.read()?;
                return Ok(DataFile {
                    fingerprint: fingerprint.then(|| sha256_of(rows.sheet.parts())),
                    rows: Some(rows.into()),
                    ..DataFile::new(name, Vec::new())
                });
            }
        };
        match opened {
            Ok((bytes, unread)) => Ok(DataFile {
                unread,
                ..DataFile::new(name, bytes)
            }),
            Err(error) => Err(cannot_read(&name, &error).into()),
        }
    }
}

impl DataFile {
    /// The same file with all that stands in it, and its fingerprint where it is wanted.
    pub(super) fn whole(mut self, fingerprint: bool) -> Result<DataFile, Box<Diagnostic>> {
        if let Some(file) = self.unread.take() {
            let mut file = &*file;
            match file.rewind().and_then(|()| read_whole(&mut file)) {
                Ok(bytes) => self.bytes = bytes,
                Err(error) => return Err(cannot_read(&self.name, &error).into()),
            }
        }
        if fingerprint && self.fingerprint.is_none() {
            self.fingerprint = Some(sha256(&self.bytes));
        }
        Ok(self)
    }
}

fn read_whole(from: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The SHA-256 of bytes, as `sha256sum` shows it.
pub fn sha256(bytes: &[u8]) -> String {
    sha256_of(std::iter::once(bytes))
}

/// The SHA-256 of bytes in parts.
pub fn sha256_of(parts: impl IntoIterator<Item = impl AsRef<[u8]>>) -> String {
    let mut hash = Sha256::new();
    parts
        .into_iter()
        .for_each(|part| hash.update(part.as_ref()));
    sha256_text(hash)
}

/// A finished SHA-256, as `sha256sum` shows it.
pub(super) fn sha256_text(hash: Sha256) -> String {
    let bytes = hash.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The SHA-256 of a file that is made on the way.
#[derive(Clone, Debug, Default)]
pub struct Fingerprint(Sha256);

impl Fingerprint {
    /// Takes the next bytes.
    pub fn take(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// As `sha256sum` shows it.
    pub fn text(self) -> String {
        sha256_text(self.0)
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

/// A file to be written.
#[derive(Clone, Debug)]
pub struct Output {
    /// Where.
    pub path: PathBuf,
    /// The bytes, in parts.
    pub parts: Vec<Vec<u8>>,
}

/// What is asked of a disk. Tests let each of them fail in turn.
pub trait Disk: Sync {
    /// Writes bytes at the end of a file.
    fn write(&self, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        file.write_all(bytes)
    }

    /// Waits until a file is on the disk.
    fn sync(&self, file: &File) -> io::Result<()> {
        file.sync_all()
    }

    /// Gives a finished file its name, in the place of one that had it.
    fn rename(&self, file: TempPath, path: &Path) -> io::Result<()> {
        file.persist(path).map_err(|error| error.error)
    }
}

/// The disk of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct RealDisk;

impl Disk for RealDisk {}

/// Writes whole files or nothing: each to a file of its folder without a name of its own; only when
/// all of them are on the disk they take their names, in their order.
pub fn write_whole(disk: &dyn Disk, outputs: &[Output]) -> Result<(), Box<Diagnostic>> {
    let mut staged = Staged::new(disk);
    for output in outputs {
        staged.add(output)?;
    }
    staged.name_all()
}

/// What takes the bytes of a file one part after the other.
pub type Sink<'s> = dyn FnMut(&[u8]) -> io::Result<()> + Send + 's;

/// Files that are written and not yet in their places. What is not named in the end is removed as
/// it goes out of use.
pub struct Staged<'d> {
    disk: &'d dyn Disk,
    ready: Vec<(Option<Unfinished>, PathBuf)>,
}

impl<'d> Staged<'d> {
    /// No files yet.
    pub fn new(disk: &'d dyn Disk) -> Staged<'d> {
        Staged {
            disk,
            ready: Vec::new(),
        }
    }

    /// Writes a file whose bytes are known.
    pub fn add(&mut self, output: &Output) -> Result<(), Box<Diagnostic>> {
        self.add_made(&output.path, |sink| {
            output.parts.iter().try_for_each(|part| sink(part))
        })
    }

    /// Writes a file whose bytes are made on the way, and waits until it is on the disk.
    pub fn add_made<T>(
        &mut self,
        path: &Path,
        make: impl FnOnce(&mut Sink<'_>) -> io::Result<T>,
    ) -> Result<T, Box<Diagnostic>> {
        match prepare(self.disk, path, make) {
            Ok((file, made)) => {
                self.ready.push((file, path.into()));
                Ok(made)
            }
            Err(error) => Err(cannot_write(path, &error).into()),
        }
    }

    /// Gives all files their names, in their order.
    pub fn name_all(mut self) -> Result<(), Box<Diagnostic>> {
        let paths: Vec<PathBuf> = self.ready.iter().map(|(_, path)| path.clone()).collect();
        let disk = self.disk;
        let named = self.ready.drain(..).try_for_each(|(file, path)| {
            let Some(file) = file else { return Ok(()) };
            file.beside(&path)
                .and_then(|file| disk.rename(file, &path))
                .map_err(|error| cannot_write(&path, &error).into())
        });
        drop(self);
        for path in paths {
            // The name itself is safe once the folder is; not every system can sync one.
            if let Ok(folder) = File::open(folder_of(&path)) {
                let _ = folder.sync_all();
            }
        }
        named
    }
}

impl Drop for Staged<'_> {
    fn drop(&mut self) {
        self.ready.clear();
        UNFINISHED
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }
}

/// Writes a file anew, whole or not at all: what a link names, with the rights that the file had.
pub fn rewrite(path: &Path, bytes: &[u8]) -> Result<(), Box<Diagnostic>> {
    let failed = |error: io::Error| Box::new(cannot_write(path, &error));
    let real = path.canonicalize().map_err(failed)?;
    let rights = std::fs::metadata(&real).map_err(failed)?.permissions();
    if rights.readonly() {
        return Err(failed(io::ErrorKind::PermissionDenied.into()));
    }
    let output = Output {
        path: real.clone(),
        parts: vec![bytes.to_vec()],
    };
    write_whole(&RealDisk, &[output])?;
    std::fs::set_permissions(&real, rights).map_err(failed)
}

/// The files that are being written, to be removed where the program is interrupted.
static UNFINISHED: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// Removes the files that are being written.
pub fn forget_unfinished() {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for path in unfinished.drain(..) {
        let _ = std::fs::remove_file(path);
    }
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Writes a file of its folder; `None` for a device, which is written to and not replaced.
fn prepare<T>(
    disk: &dyn Disk,
    path: &Path,
    make: impl FnOnce(&mut Sink<'_>) -> io::Result<T>,
) -> io::Result<(Option<Unfinished>, T)> {
    if let Ok(known) = std::fs::metadata(path)
        && !known.is_file()
    {
        if known.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        let mut device = File::options().write(true).open(path)?;
        let made = make(&mut |part| disk.write(&mut device, part))?;
        return device.flush().map(|()| (None, made));
    }
    let (mut file, unfinished) = match unnamed(folder_of(path)) {
        Some(file) => (file.try_clone()?, Unfinished::Unnamed(file)),
        None => {
            let (file, place) = builder().tempfile_in(folder_of(path))?.into_parts();
            (file, Unfinished::Named(remembered(place)))
        }
    };
    let made = make(&mut |part| disk.write(&mut file, part))?;
    disk.sync(&file)?;
    Ok((Some(unfinished), made))
}

/// A file that is written and not yet in its place.
enum Unfinished {
    /// It has no name: whatever kills the program, the system takes it away.
    Unnamed(File),
    /// It has a name for the time being, on systems without files that have none.
    Named(TempPath),
}

impl Unfinished {
    /// The file with a name for the time being, in the folder of its place.
    fn beside(self, path: &Path) -> io::Result<TempPath> {
        match self {
            Unfinished::Unnamed(file) => {
                let named = builder().make_in(folder_of(path), |place| link(&file, place))?;
                Ok(remembered(named.into_temp_path()))
            }
            Unfinished::Named(place) => Ok(place),
        }
    }
}

/// How files are called for the time being, and who may read them: as any new file, what the umask
/// leaves of it.
fn builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".vekt-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// A name that goes where the program is interrupted.
fn remembered(place: TempPath) -> TempPath {
    let mut unfinished = UNFINISHED.lock().unwrap_or_else(PoisonError::into_inner);
    unfinished.push(place.to_path_buf());
    place
}

/// A new file of a folder that has no name; `None` where the system has none such.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    // A name can only be given through this folder.
    Path::new("/proc/self/fd").exists().then_some(())?;
    rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666))
        .ok()
        .map(File::from)
}

/// Gives a file that has no name one that is not taken.
#[cfg(target_os = "linux")]
fn link(file: &File, place: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD};
    use std::os::fd::AsRawFd;
    let open = format!("/proc/self/fd/{}", file.as_raw_fd());
    Ok(rustix::fs::linkat(
        CWD,
        open,
        CWD,
        place,
        AtFlags::SYMLINK_FOLLOW,
    )?)
}

#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Refuses to replace a file that this program did not write: one without its account beside it.
pub fn may_replace(path: &Path, force: bool) -> Result<(), Box<Diagnostic>> {
    let regular = std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() > 0);
    let own = || {
        let account = std::fs::read(super::meta::path_of(path)).unwrap_or_default();
        super::meta::is_of(&account, path)
    };
    if force || !regular || own() {
        return Ok(());
    }
    not_own(path, "there is no account of it beside it")
}

/// Refuses to replace a file that does not begin as such files do.
pub fn may_replace_beginning(
    path: &Path,
    beginning: &[u8],
    force: bool,
) -> Result<(), Box<Diagnostic>> {
    let regular = std::fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() > 0);
    let own = || {
        let mut start = vec![0; beginning.len()];
        let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
        read.is_ok() && start == beginning
    };
    if force || !regular || own() {
        return Ok(());
    }
    not_own(path, "it does not begin as such a file does")
}

fn not_own(path: &Path, why: &str) -> Result<(), Box<Diagnostic>> {
    let name = path.display();
    let message = format!("`{name}` was not written by Vekt: {why}");
    Err(Diagnostic::error("not-own-file", message)
        .help("name another file, or overwrite it with `--force`")
        .into())
}

/// Whether two paths name the same file.
pub fn same_file(left: &Path, right: &Path) -> bool {
    match (left.canonicalize(), right.canonicalize()) {
        (Ok(left), Ok(right)) => left == right,
        _ => left == right,
    }
}
