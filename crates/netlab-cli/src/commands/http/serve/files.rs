//! From a safe path to a file below the root, and never to anything else.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
#[cfg(target_os = "linux")]
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use wire_http::path::SafePath;

#[cfg(target_os = "linux")]
use super::recent::Recent;
use crate::exit::Failure;
#[cfg(target_os = "linux")]
use crate::net::about_to_wait;
use crate::net::system_text;

/// The directory that is served.
pub(super) struct Root {
    /// Without symbolic links, so that what a path really is can be compared with it.
    directory: PathBuf,
    /// The directory itself, to open files below it in one step.
    #[cfg(target_os = "linux")]
    handle: File,
    #[cfg(target_os = "linux")]
    recent: Recent,
}

/// What a path leads to.
pub(super) enum Found {
    /// A file to send.
    File(FoundFile),
    /// A directory without an index page.
    Listing(PathBuf),
    /// A directory whose address lacks the final slash.
    Elsewhere,
    /// Nothing that may be seen.
    Nothing,
    /// Something the server may not read.
    Forbidden,
    /// Something that cannot be opened now: the system has no descriptor left, or the disk fails.
    Unavailable,
}

/// A file and what is known of it.
pub(super) struct FoundFile {
    pub(super) source: Source,
    pub(super) length: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) media_type: &'static str,
}

/// Where the octets of a file are.
pub(super) enum Source {
    /// In the file.
    Open(File),
    /// Here: it is a small one.
    #[cfg(target_os = "linux")]
    Read(Arc<[u8]>),
}

impl FoundFile {
    pub(super) fn new(file: File, path: &Path, metadata: &fs::Metadata) -> Self {
        Self {
            source: Source::Open(file),
            length: metadata.len(),
            modified: metadata.modified().ok(),
            media_type: media_type(path),
        }
    }

    /// An entity-tag's opaque part: changes whenever length or modification time do.
    pub(super) fn tag(&self) -> String {
        let nanoseconds = self
            .modified
            .and_then(|time| time.duration_since(UNIX_EPOCH).ok())
            .map_or(0, |since| since.as_nanos());
        format!("{nanoseconds:x}-{:x}", self.length)
    }
}

impl Root {
    /// The directory at `path`.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        let failure = |reason: String| {
            Failure::cannot_start(format!("cannot serve {}: {reason}", path.display()))
        };
        let directory = path.canonicalize().map_err(|error| {
            let reason = system_text(&error);
            // What is typed after other servers' names.
            failure(match path.to_str().map(str::parse::<u16>) {
                Some(Ok(port)) => {
                    format!("{reason}; a port is given as --listen 127.0.0.1:{port}")
                }
                _ => reason,
            })
        })?;
        if !directory.is_dir() {
            return Err(failure("it is not a directory".to_owned()));
        }
        Ok(Self {
            #[cfg(target_os = "linux")]
            handle: File::open(&directory).map_err(|error| failure(system_text(&error)))?,
            #[cfg(target_os = "linux")]
            recent: Recent::new(),
            directory,
        })
    }

    /// What `path` leads to. Hidden names (with a dot before them) lead to nothing, symbolic links only to what is below the root.
    pub(super) fn find(&self, path: &SafePath<'_>) -> Found {
        let mut below = PathBuf::new();
        for segment in path.segments() {
            if segment.starts_with('.') {
                return Found::Nothing;
            }
            below.push(&**segment);
        }
        #[cfg(target_os = "linux")]
        if let Some(found) = self.find_beneath(&below, path)
            && !(matches!(found, Found::Nothing) && self.is_replaced())
        {
            return found;
        }
        let wanted = self.directory.join(&below);
        let (real, metadata) = match self.resolve(&wanted) {
            Ok(resolved) => resolved,
            Err(found) => return found,
        };
        if !metadata.is_dir() {
            if path.is_directory() {
                return Found::Nothing;
            }
            return Self::open_file(&real, &metadata);
        }
        if !path.is_directory() {
            return Found::Elsewhere;
        }
        match self.resolve(&real.join("index.html")) {
            Ok((index, metadata)) if metadata.is_file() => Self::open_file(&index, &metadata),
            _ => Found::Listing(real),
        }
    }

    /// What is known of the entry of a directory, if it is to be seen: links that lead outside of the root are not.
    pub(super) fn see(&self, entry: &Path) -> Option<fs::Metadata> {
        self.resolve(entry).ok().map(|(_, metadata)| metadata)
    }

    /// Where `wanted` really is, if that is below the root.
    fn resolve(&self, wanted: &Path) -> Result<(PathBuf, fs::Metadata), Found> {
        let not_seen = |error: io::Error| match error.kind() {
            io::ErrorKind::PermissionDenied => Found::Forbidden,
            _ => Found::Nothing,
        };
        let real = wanted.canonicalize().map_err(not_seen)?;
        if !real.starts_with(&self.directory) {
            return Err(Found::Nothing);
        }
        let metadata = fs::metadata(&real).map_err(not_seen)?;
        Ok((real, metadata))
    }

    fn open_file(path: &Path, metadata: &fs::Metadata) -> Found {
        // Opening a pipe would wait for its other end.
        if !metadata.is_file() {
            return Found::Nothing;
        }
        match File::open(path) {
            Ok(file) => Found::File(FoundFile::new(file, path, metadata)),
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Found::Forbidden,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
            Err(_) => Found::Unavailable,
        }
    }

    /// The file at `below`, opened in one step in which the system itself lets nothing lead outside of the root. `None` for
    /// what the other way must look at: listings, links with absolute paths, old systems.
    #[cfg(target_os = "linux")]
    fn find_beneath(&self, below: &Path, path: &SafePath<'_>) -> Option<Found> {
        let index = path.is_directory().then(|| below.join("index.html"));
        let wanted = index.as_deref().unwrap_or(below);
        if let Some(found) = self.recent.get(&self.handle, wanted) {
            return Some(Found::File(found));
        }
        let file = match self.open_beneath(below)? {
            Ok(file) => file,
            Err(found) => return Some(found),
        };
        let metadata = file.metadata().ok()?;
        if metadata.is_file() {
            return Some(if path.is_directory() {
                Found::Nothing
            } else {
                self.found(file, below, &metadata)
            });
        }
        if !metadata.is_dir() {
            return Some(Found::Nothing);
        }
        let Some(index) = index else {
            return Some(Found::Elsewhere);
        };
        let file = self.open_beneath(&index)?.ok()?;
        let metadata = file.metadata().ok().filter(fs::Metadata::is_file)?;
        Some(self.found(file, &index, &metadata))
    }

    #[cfg(target_os = "linux")]
    fn found(&self, file: File, path: &Path, metadata: &fs::Metadata) -> Found {
        let mut found = FoundFile::new(file, path, metadata);
        // One that is not kept is as good.
        let _ = self.recent.keep(path, &mut found);
        Found::File(found)
    }

    /// Whether another directory has come in the place of the one that was opened, as when a site is made anew.
    #[cfg(target_os = "linux")]
    fn is_replaced(&self) -> bool {
        use std::os::unix::fs::MetadataExt as _;
        let identity = |metadata: fs::Metadata| (metadata.dev(), metadata.ino());
        let opened = self.handle.metadata().map(identity);
        let there = fs::metadata(&self.directory).map(identity);
        matches!((opened, there), (Ok(opened), Ok(there)) if opened != there)
    }

    #[cfg(target_os = "linux")]
    fn open_beneath(&self, below: &Path) -> Option<Result<File, Found>> {
        use rustix::fs::{Mode, OFlags, ResolveFlags, openat2};
        use rustix::io::Errno;
        let below = if below.as_os_str().is_empty() {
            Path::new(".")
        } else {
            below
        };
        // Without NONBLOCK, opening a pipe would wait for its other end.
        let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
        let open = |resolve| openat2(&self.handle, below, flags, Mode::empty(), resolve);
        let opened = match open(resolve | ResolveFlags::CACHED) {
            Err(Errno::AGAIN) => {
                // The disk, or another machine, has to be asked. Where there is no other thread, the others wait.
                let _ = about_to_wait();
                open(resolve)
            }
            // Linux before 5.12 does not know the flag.
            Err(Errno::INVAL) => open(resolve),
            opened => opened,
        };
        match opened {
            Ok(fd) => Some(Ok(File::from(fd))),
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NAMETOOLONG) => {
                Some(Err(Found::Nothing))
            }
            Err(Errno::ACCESS) => Some(Err(Found::Forbidden)),
            Err(_) => None,
        }
    }
}

/// The media type of a file named so.
fn media_type(path: &Path) -> &'static str {
    match mime_guess::from_path(path).first_raw() {
        // Browsers guess the character set otherwise, each in its own way.
        Some("text/html") => "text/html; charset=utf-8",
        Some("text/plain") => "text/plain; charset=utf-8",
        Some("text/css") => "text/css; charset=utf-8",
        Some("text/javascript") => "text/javascript; charset=utf-8",
        Some(media_type) => media_type,
        None => "application/octet-stream",
    }
}
