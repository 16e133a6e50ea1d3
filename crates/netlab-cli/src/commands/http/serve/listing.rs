//! The page of a directory.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

use wire_http::path::{EncodedSegment, SafePath};

use super::super::clock;
use super::super::html::escape;
use super::files::Root;

/// The names below `directory`, directories first, left out what is hidden, what leads outside, what is neither file nor directory and what
/// is no text.
pub(super) fn page(root: &Root, path: &SafePath<'_>, directory: &Path) -> io::Result<String> {
    let mut entries: Vec<(bool, String, u64, String)> = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        // The target of a link counts, as it does when it is asked for.
        let metadata = match entry.metadata() {
            Ok(metadata) if !metadata.is_symlink() => metadata,
            _ => match root.see(&entry.path()) {
                Some(metadata) => metadata,
                None => continue,
            },
        };
        // A pipe or a device is not given either.
        if !metadata.is_file() && !metadata.is_dir() {
            continue;
        }
        if name.starts_with('.') || name.chars().any(char::is_control) || name.contains('\\') {
            continue;
        }
        let modified = metadata
            .modified()
            .map_or_else(|_| String::new(), |time| clock::at(time).to_string());
        entries.push((!metadata.is_dir(), name, metadata.len(), modified));
    }
    entries.sort_unstable();
    let title: String = path
        .segments()
        .iter()
        .map(|segment| format!("{}/", escape(segment)))
        .collect();
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>/{title}</title>\n</head>\n<body>\n<h1>/{title}</h1>\n<table>\n<tr><th>name<th>octets<th>last modified\n"
    );
    if !path.segments().is_empty() {
        page.push_str("<tr><td><a href=\"../\">../</a><td><td>\n");
    }
    for (is_file, name, length, modified) in &entries {
        let slash = if *is_file { "" } else { "/" };
        let length = if *is_file {
            length.to_string()
        } else {
            String::new()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            page,
            "<tr><td><a href=\"{}{slash}\">{}{slash}</a><td>{length}<td>{modified}",
            EncodedSegment(name),
            escape(name),
        );
    }
    page.push_str("</table>\n</body>\n</html>\n");
    Ok(page)
}
