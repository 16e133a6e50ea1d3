//! Freshening a stored response with a 304 or an answer to HEAD (RFC 9111 §3.2, §4.3.4 and §4.3.5).

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::caching::ResponseMetadata;
use crate::caching::storing::{connection_options, is_of_connection};
use crate::conditional::EntityTag;

/// Whether a 304 is about this stored response, the one whose validators the conditional request carried (RFC 9111 §4.3.4).
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

/// Whether a 200 to HEAD is about this stored response to GET: what it gives of validators and of the content's length, in
/// octets, is the same ([RFC 9111 §4.3.5](https://www.rfc-editor.org/rfc/rfc9111#section-4.3.5)). If not, what is stored is old.
///
/// ```
/// use wire_http::StatusCode;
/// use wire_http::caching::{ResponseMetadata, describes};
/// use wire_http::date::HttpDate;
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let response = |tag| ResponseMetadata::decode(StatusCode::OK, [("ETag", tag)], now, now);
/// let stored = response(&b"\"1\""[..])?;
/// assert!(describes(&response(b"\"1\"")?, Some(5), &stored, 5));
/// assert!(!describes(&response(b"\"1\"")?, Some(6), &stored, 5));
/// assert!(!describes(&response(b"\"2\"")?, None, &stored, 5));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[must_use]
pub fn describes(
    head: &ResponseMetadata<'_>,
    length: Option<u64>,
    stored: &ResponseMetadata<'_>,
    stored_length: u64,
) -> bool {
    let same_tag = head.entity_tag.is_none_or(|tag| {
        let same = |own: EntityTag<'_>| own.weak_eq(&tag) && own.is_weak() == tag.is_weak();
        stored.entity_tag.is_some_and(same)
    });
    same_tag
        && (head.last_modified.is_none() || head.last_modified == stored.last_modified)
        && length.is_none_or(|length| length == stored_length)
}

/// The fields of the stored response once those of the 304 have replaced theirs (RFC 9111 §3.2).
///
/// Fields of one connection, `Content-Length` and `Content-Range` keep what was stored: they describe the stored
/// content, which a 304 does not carry. An `Age` that was stored goes in any case: it counts from the validation now (RFC 9111
/// §5.1).
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
    let kept = stored.iter().filter(|(name, _)| {
        !name.eq_ignore_ascii_case("age") && !replaced.contains(&name.to_ascii_lowercase())
    });
    kept.chain(not_modified.iter().filter(|(name, _)| replaces(name)))
        .copied()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{describes, updated_fields, validates};
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
        assert!(!validates(&bare, &weak));
        assert!(!validates(&bare, &dated));
        assert!(!validates(&dated, &weak));
    }

    /// RFC 9111 §4.3.5: what HEAD gives has to match, what it leaves out does not.
    #[test]
    fn head_describes_what_it_does_not_contradict() {
        let stored = response(&[("ETag", "\"1\""), ("Last-Modified", DATE)]);
        for (fields, length, is_same) in [
            (&[][..], None, true),
            (&[], Some(3), true),
            (&[], Some(4), false),
            (&[("ETag", "\"1\""), ("Last-Modified", DATE)], Some(3), true),
            (&[("ETag", "W/\"1\"")], None, false),
            (&[("ETag", "\"2\""), ("Last-Modified", DATE)], None, false),
            (
                &[("Last-Modified", "Sun, 06 Nov 1994 08:49:38 GMT")],
                None,
                false,
            ),
        ] {
            let head = response(fields);
            assert_eq!(
                describes(&head, length, &stored, 3),
                is_same,
                "{fields:?} {length:?}"
            );
        }
        assert!(!describes(&stored, None, &response(&[]), 3));
    }

    /// RFC 9111 §5.1: how long ago the origin confirmed it is for the 304 to say.
    #[test]
    fn the_age_of_before_is_forgotten() {
        let stored = [("age", &b"100"[..]), ("ETag", b"\"1\"")];
        assert_eq!(updated_fields(&stored, &[]), [("ETag", &b"\"1\""[..])]);
        let aged = [("Age", &b"5"[..])];
        assert_eq!(
            updated_fields(&stored, &aged),
            [("ETag", &b"\"1\""[..]), ("Age", b"5")]
        );
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
