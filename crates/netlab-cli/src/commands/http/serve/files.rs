//! From a safe path to a file below the root, and never to anything else.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use wire_http::path::SafePath;

use crate::exit::Failure;
use crate::net::system_text;

/// The directory that is served.
pub(super) struct Root {
    /// Without symbolic links, so that what a path really is can be compared with it.
    directory: PathBuf,
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
}

/// An open file and what is known of it.
pub(super) struct FoundFile {
    pub(super) file: File,
    pub(super) length: u64,
    pub(super) modified: Option<SystemTime>,
    pub(super) media_type: &'static str,
}

impl FoundFile {
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
        let directory = path
            .canonicalize()
            .map_err(|error| failure(system_text(&error)))?;
        if !directory.is_dir() {
            return Err(failure("it is not a directory".to_owned()));
        }
        Ok(Self { directory })
    }

    /// What `path` leads to. Hidden names (with a dot before them) lead to nothing, symbolic links only to what is below the root.
    pub(super) fn find(&self, path: &SafePath<'_>) -> Found {
        let mut wanted = self.directory.clone();
        for segment in path.segments() {
            if segment.starts_with('.') {
                return Found::Nothing;
            }
            wanted.push(&**segment);
        }
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
        let Ok(file) = File::open(path) else {
            return Found::Forbidden;
        };
        let media_type = match mime_guess::from_path(path).first_raw() {
            // Browsers guess the character set otherwise, each in its own way.
            Some("text/html") => "text/html; charset=utf-8",
            Some("text/plain") => "text/plain; charset=utf-8",
            Some("text/css") => "text/css; charset=utf-8",
            Some("text/javascript") => "text/javascript; charset=utf-8",
            Some(media_type) => media_type,
            None => "application/octet-stream",
        };
        Found::File(FoundFile {
            file,
            length: metadata.len(),
            modified: metadata.modified().ok(),
            media_type,
        })
    }
}
