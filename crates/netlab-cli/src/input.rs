//! What a command reads: a file, or stdin.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::path::Path;

use crate::exit::Failure;
use crate::net::system_text;

/// Opens `path`, or stdin if there is none, or for `-`; with what to call it. Neither has a buffer of std, which would hide how much
/// there is to read.
pub(crate) fn open(path: Option<&Path>) -> Result<(File, String), Failure> {
    let path = path.filter(|path| path.as_os_str() != "-");
    let name = path.map_or_else(|| "stdin".to_owned(), |path| path.display().to_string());
    let file = match path {
        None => io::stdin().as_fd().try_clone_to_owned().map(File::from),
        Some(path) => open_file(path),
    };
    match file {
        Ok(file) => Ok((file, name)),
        Err(error) => {
            let reason = system_text(&error);
            Err(Failure::cannot_start(format!(
                "cannot open {name}: {reason}"
            )))
        }
    }
}

/// A directory opens, too, and only reading it fails.
fn open_file(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    Ok(file)
}
