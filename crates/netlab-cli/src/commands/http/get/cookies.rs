//! `--cookies FILE`: what servers want remembered, kept as JSON between runs (RFC 6265).

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use cookie_store::CookieStore;
use wire_http::Fields;
use wire_http::cookie::{SetCookie, domain_matches, encode_pairs};

use crate::commands::http::clock;
use crate::commands::http::web_url::WebUrl;
use crate::exit::Failure;
use crate::net::system_text;

/// The cookies of a file.
pub(super) struct Jar {
    file: PathBuf,
    store: CookieStore,
}

impl Jar {
    /// The cookies in `file`; none if there is no such file yet.
    pub(super) fn open(file: PathBuf) -> Result<Self, Failure> {
        let store = match fs::read(&file) {
            Ok(octets) => cookie_store::serde::json::load(octets.as_slice()).map_err(|error| {
                Failure::cannot_start(format!(
                    "{} is not a cookie file of netlab: {error}; name another file",
                    file.display()
                ))
            })?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => CookieStore::default(),
            Err(error) => {
                return Err(Failure::cannot_start(format!(
                    "cannot read {}: {}",
                    file.display(),
                    system_text(&error)
                )));
            }
        };
        Ok(Self { file, store })
    }

    /// The Cookie field for a request.
    pub(super) fn field(&self, url: &WebUrl) -> Option<Vec<u8>> {
        let mut cookies = self.store.matches(url.as_url());
        // RFC 6265 §5.4: those with longer paths first, then the older ones, which is the order of the store.
        cookies.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        let pairs: Vec<(&[u8], &[u8])> = cookies
            .into_iter()
            .map(|cookie| (cookie.name().as_bytes(), cookie.value().as_bytes()))
            // What would break the field stays here, and keeps none of the others back.
            .filter(|pair| encode_pairs([*pair]).is_ok())
            .collect();
        if pairs.is_empty() {
            return None;
        }
        encode_pairs(pairs).ok()
    }

    /// Remembers what a response set.
    pub(super) fn keep(&mut self, fields: &Fields<'_>, url: &WebUrl) {
        for value in fields.get_all("Set-Cookie") {
            let Some(text) = value.to_str() else { continue };
            // A cookie for a whole top-level domain would go to strangers. No list of public suffixes comes with the tool.
            let host = url.as_url().host_str().unwrap_or_default();
            let is_own_host = !host.contains('.');
            let is_too_wide = |domain: &str| !is_own_host && !domain.contains('.');
            let Ok(cookie) = SetCookie::decode(value.as_bytes()) else {
                continue;
            };
            let domain = cookie.domain().map(std::str::from_utf8);
            let is_foreign = domain.is_some_and(|domain| {
                !domain.is_ok_and(|domain| domain_matches(host, domain) && !is_too_wide(domain))
            });
            if !is_foreign {
                // The store does not know all forms of dates (RFC 6265 §5.1.1); the last of several Expires counts.
                let end = cookie.expires_at(clock::now());
                let end = end.map_or_else(String::new, |end| format!("; Expires={end}"));
                // What else the store refuses is to be ignored (RFC 6265 §5.3).
                let _ = self.store.parse(&format!("{text}{end}"), url.as_url());
            }
        }
    }

    /// Writes the file, whole or not at all.
    pub(super) fn save(&self) -> Result<(), Failure> {
        let failure = |reason: String| {
            Failure::failed(format!("cannot write {}: {reason}", self.file.display()))
        };
        let mut name = self.file.clone().into_os_string();
        // Another run may be writing the same cookies.
        name.push(format!(".{}.new", std::process::id()));
        let new = PathBuf::from(name);
        let file = File::create(&new).map_err(|error| failure(system_text(&error)))?;
        let mut writer = BufWriter::new(file);
        cookie_store::serde::json::save_incl_expired_and_nonpersistent(&self.store, &mut writer)
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let written = writer.flush().and_then(|()| fs::rename(&new, &self.file));
                written.map_err(|error| system_text(&error))
            })
            .map_err(|reason| {
                let _ = fs::remove_file(&new);
                failure(reason)
            })
    }
}
