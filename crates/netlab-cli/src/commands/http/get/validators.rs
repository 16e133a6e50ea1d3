//! `--if-changed`: the validators of what `-o` saved, kept beside it (RFC 9110 §8.8, §13.1).

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use wire_http::Fields;
use wire_http::conditional::EntityTag;

use crate::commands::http::web_url::WebUrl;

/// What a server said about the version that was saved.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Validators {
    url: String,
    etag: Option<String>,
    last_modified: Option<String>,
}

impl Validators {
    /// Those of `output`, if it is still there and came from `url`.
    pub(super) fn load(output: &Path, url: &WebUrl) -> Option<Self> {
        if !output.is_file() {
            return None;
        }
        let text = fs::read(beside(output)).ok()?;
        let validators: Self = serde_json::from_slice(&text).ok()?;
        (validators.url == url.to_string()).then_some(validators)
    }

    /// Those in a response for `url`, if it has any.
    pub(super) fn of(url: &WebUrl, fields: &Fields<'_>) -> Option<Self> {
        let text = |name: &str| Some(fields.get_only(name)?.to_str()?.to_owned());
        let etag = text("ETag").filter(|tag| EntityTag::decode(tag.as_bytes()).is_ok());
        let last_modified = text("Last-Modified");
        (etag.is_some() || last_modified.is_some()).then(|| Self {
            url: url.to_string(),
            etag,
            last_modified,
        })
    }

    /// The conditional fields that ask for another version only.
    pub(super) fn conditions(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let tag = self.etag.as_deref().map(|tag| ("If-None-Match", tag));
        let date = self.last_modified.as_deref();
        let date = date.map(|date| ("If-Modified-Since", date));
        tag.into_iter().chain(date)
    }

    /// Keeps them for the next time.
    pub(super) fn save(&self, output: &Path) -> std::io::Result<()> {
        fs::write(beside(output), serde_json::to_vec(self)?)
    }

    /// Forgets those of an earlier version.
    pub(super) fn forget(output: &Path) {
        // There may be none.
        let _ = fs::remove_file(beside(output));
    }
}

/// `page.html` has its validators in `page.html.validators`.
fn beside(output: &Path) -> PathBuf {
    let mut name = output.as_os_str().to_owned();
    name.push(".validators");
    PathBuf::from(name)
}
