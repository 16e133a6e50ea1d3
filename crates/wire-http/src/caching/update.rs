//! Freshening a stored response with a 304 (RFC 9111 §3.2 and §4.3.4).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::caching::ResponseMetadata;
use crate::caching::storing::{connection_options, is_of_connection};

/// Whether a 304 is about this stored response, the one whose validators the conditional request carried (§4.3.4).
///
/// A strong tag must be the same; else a weak tag or the modification date; a 304 without validators is about a
/// stored response that has none either.
///
/// ```
/// use wire_http::StatusCode;
/// use wire_http::caching::{ResponseMetadata, validates};
/// use wire_http::date::HttpDate;
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let response = |status, tag| ResponseMetadata::decode(status, [("ETag", tag)], now, now);
/// let stored = response(StatusCode::OK, &b"\"1\""[..])?;
/// assert!(validates(&response(StatusCode::NOT_MODIFIED, b"\"1\"")?, &stored));
/// assert!(!validates(&response(StatusCode::NOT_MODIFIED, b"\"2\"")?, &stored));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[must_use]
pub fn validates(not_modified: &ResponseMetadata<'_>, stored: &ResponseMetadata<'_>) -> bool {
    match (not_modified.entity_tag, not_modified.last_modified) {
        (Some(tag), _) if !tag.is_weak() => {
            stored.entity_tag.is_some_and(|own| own.strong_eq(&tag))
        }
        (Some(tag), _) => stored.entity_tag.is_some_and(|own| own.weak_eq(&tag)),
        (None, Some(date)) => stored.last_modified == Some(date),
        (None, None) => stored.entity_tag.is_none() && stored.last_modified.is_none(),
    }
}

/// The fields of the stored response once those of the 304 have replaced theirs (§3.2).
///
/// Fields of one connection, `Content-Length` and `Content-Range` keep what was stored: they describe the stored
/// content, which a 304 does not carry.
///
/// ```
/// use wire_http::caching::updated_fields;
///
/// let stored = [("Date", &b"old"[..]), ("Content-Length", b"5"), ("ETag", b"\"1\"")];
/// let new = [("date", &b"new"[..]), ("Content-Length", b"0"), ("Connection", b"close")];
/// let updated = updated_fields(&stored, &new);
/// assert_eq!(updated, [("Content-Length", &b"5"[..]), ("ETag", b"\"1\""), ("date", b"new")]);
/// ```
#[must_use]
pub fn updated_fields<'f>(
    stored: &[(&'f str, &'f [u8])],
    not_modified: &[(&'f str, &'f [u8])],
) -> Vec<(&'f str, &'f [u8])> {
    let options = connection_options(not_modified);
    let replaces = |name: &str| {
        !is_of_connection(name)
            && !name.eq_ignore_ascii_case("content-length")
            && !name.eq_ignore_ascii_case("content-range")
            && !options.contains(&name.to_ascii_lowercase())
    };
    let replaced: BTreeSet<String> = not_modified
        .iter()
        .filter(|(name, _)| replaces(name))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    let kept = stored
        .iter()
        .filter(|(name, _)| !replaced.contains(&name.to_ascii_lowercase()));
    kept.chain(not_modified.iter().filter(|(name, _)| replaces(name)))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{updated_fields, validates};
    use crate::caching::ResponseMetadata;
    use crate::date::HttpDate;
    use crate::status::StatusCode;

    const DATE: &str = "Sun, 06 Nov 1994 08:49:37 GMT";

    fn response(fields: &[(&'static str, &'static str)]) -> ResponseMetadata<'static> {
        let now = HttpDate::from_unix(1_800_000_000).unwrap();
        let fields = fields.iter().map(|(name, value)| (*name, value.as_bytes()));
        ResponseMetadata::decode(StatusCode::OK, fields, now, now).unwrap()
    }

    /// RFC 9111 §4.3.4.
    #[test]
    fn validators_select() {
        let strong = response(&[("ETag", "\"1\""), ("Last-Modified", DATE)]);
        let weak = response(&[("ETag", "W/\"1\"")]);
        let dated = response(&[("Last-Modified", DATE)]);
        let bare = response(&[]);
        assert!(validates(&strong, &strong));
        assert!(!validates(&strong, &weak));
        assert!(validates(&weak, &strong));
        assert!(validates(&dated, &strong));
        assert!(validates(&bare, &bare));
        assert!(!validates(&bare, &strong));
        assert!(!validates(&dated, &weak));
    }

    /// RFC 9111 §3.2: all lines of a replaced field go.
    #[test]
    fn fields_are_replaced_whole() {
        let stored = [("A", &b"1"[..]), ("B", b"2"), ("a", b"3")];
        let new = [
            ("a", &b"4"[..]),
            ("X-Hop", b"5"),
            ("Connection", b"x-hop"),
            ("Content-Range", b"bytes 0-0/1"),
        ];
        assert_eq!(
            updated_fields(&stored, &new),
            [("B", &b"2"[..]), ("a", b"4")]
        );
    }
}
