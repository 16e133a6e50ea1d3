//! Content negotiation: `Accept`, `Accept-Charset`, `Accept-Encoding`, `Accept-Language`
//! ([RFC 9110 §12.5](https://www.rfc-editor.org/rfc/rfc9110#section-12.5)).
//!
//! Each type reads all lines of its field and has the same two questions: `quality` of one thing, and `best` of
//! several: the place of the offer with the highest weight, the earlier one where two are equal, `None` when none
//! is acceptable. A request without the field accepts everything: that is each type's `default()`.
//!
//! ```
//! use wire_http::{media_type::MediaType, negotiate::Accept};
//!
//! let offers = [MediaType::decode(b"application/json")?, MediaType::decode(b"text/html")?];
//! let accept = Accept::decode([&b"text/html, application/*;q=0.9"[..]])?;
//! assert_eq!(accept.best(&offers), Some(1));
//! # Ok::<(), wire_http::Error>(())
//! ```

mod accept;
mod charset;
mod encoding;
mod language;
mod quality;

pub use accept::{Accept, MediaRange};
pub use charset::AcceptCharset;
pub use encoding::AcceptEncoding;
pub use language::AcceptLanguage;
pub use quality::Quality;

/// The place of the best of `qualities`, the first of equals; `None` when none is acceptable.
fn best(qualities: impl Iterator<Item = Quality>) -> Option<usize> {
    let mut best: Option<(usize, Quality)> = None;
    for (place, quality) in qualities.enumerate() {
        if quality.is_acceptable() && best.is_none_or(|(_, so_far)| quality > so_far) {
            best = Some((place, quality));
        }
    }
    best.map(|(place, _)| place)
}
