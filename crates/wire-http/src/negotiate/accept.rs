//! `Accept` (RFC 9110 §12.5.1).

use alloc::vec::Vec;

use crate::error::Error;
use crate::media_type::{MediaType, media_type};
use crate::negotiate::Quality;
use crate::negotiate::quality::quality_value;
use crate::parameter::{self, Parameter};
use crate::productions::{Field, Parsed, list, unexpected};

const ACCEPT: Field = Field {
    name: "Accept",
    reference: "RFC 9110 section 12.5.1",
};

/// The media types a user agent wants.
///
/// The most specific range that matches decides (`text/html;level=1`, `text/html`, `text/*`, `*/*`), not the
/// first nor the heaviest. An empty field says nothing and accepts everything, as no field does.
///
/// ```
/// use wire_http::{media_type::MediaType, negotiate::{Accept, Quality}};
///
/// let accept = Accept::decode([&b"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed"[..]])?;
/// let quality = |value| MediaType::decode(value).map(|media_type| accept.quality(&media_type).thousandths());
/// assert_eq!(quality(&b"text/plain;format=flowed"[..])?, 1000);
/// assert_eq!(quality(&b"text/plain"[..])?, 700);
/// assert_eq!(quality(&b"text/html"[..])?, 300);
/// assert_eq!(quality(&b"image/png"[..])?, 0);
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Accept<'a> {
    ranges: Vec<MediaRange<'a>>,
}

impl<'a> Accept<'a> {
    /// Reads all lines of the field. A parameter `q` is the weight wherever it stands.
    ///
    /// ```
    /// use wire_http::{RequestHead, media_type::MediaType, negotiate::Accept};
    ///
    /// let input = b"GET / HTTP/1.0\r\nAccept: text/html\r\nAccept: */*;q=0.1\r\n\r\n";
    /// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
    /// let accept = Accept::decode(head.fields().get_all("accept"))?;
    /// assert_eq!(accept.quality(&MediaType::new("image", "png")?).thousandths(), 100);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) where a member is no media range, or its weight is not 0 to 1 with at
    /// most three decimals; a server may then go on as if the field were absent.
    pub fn decode(lines: impl IntoIterator<Item = impl Into<&'a [u8]>>) -> Result<Self, Error> {
        Ok(Self {
            ranges: list(lines, ACCEPT, media_range)?,
        })
    }

    /// The ranges in the order sent.
    ///
    /// ```
    /// use wire_http::negotiate::Accept;
    ///
    /// assert_eq!(Accept::decode([&b"text/html, */*;q=0.8"[..]])?.ranges().len(), 2);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    #[must_use]
    pub fn ranges(&self) -> &[MediaRange<'a>] {
        &self.ranges
    }

    /// How much `media_type` is wanted.
    #[must_use]
    pub fn quality(&self, media_type: &MediaType<'_>) -> Quality {
        if self.ranges.is_empty() {
            return Quality::ONE;
        }
        let mut best: Option<((u8, usize), Quality)> = None;
        for range in self.ranges.iter().filter(|range| range.matches(media_type)) {
            let specificity = range.specificity();
            if best.is_none_or(|(so_far, _)| specificity > so_far) {
                best = Some((specificity, range.quality));
            }
        }
        best.map_or(Quality::NOT_ACCEPTABLE, |(_, quality)| quality)
    }

    /// The place of the best offer: the highest weight, of equals the first; `None` when none is acceptable (answer 406, or
    /// send what there is, [RFC 9110 §12.4.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.4.1)).
    #[must_use]
    pub fn best(&self, offers: &[MediaType<'_>]) -> Option<usize> {
        super::best(offers.iter().map(|offer| self.quality(offer)))
    }

    /// Appends the field's value.
    pub fn encode(&self, out: &mut Vec<u8>) {
        for (place, range) in self.ranges.iter().enumerate() {
            if place > 0 {
                out.extend_from_slice(b", ");
            }
            range.encode(out);
        }
    }
}

/// One member of `Accept` ([RFC 9110 §12.5.1](https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1)): `*/*`, `text/*` or a type, its
/// parameters and its weight.
///
/// ```
/// use wire_http::{media_type::MediaType, negotiate::Accept};
///
/// let accept = Accept::decode([&b"text/*;format=flowed;q=0.5"[..]])?;
/// let range = &accept.ranges()[0];
/// assert_eq!((range.type_(), range.subtype(), range.quality().thousandths()), ("text", "*", 500));
/// assert!(range.matches(&MediaType::decode(b"text/plain;format=flowed")?));
/// assert!(!range.matches(&MediaType::decode(b"text/plain")?));
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct MediaRange<'a> {
    type_: &'a str,
    subtype: &'a str,
    parameters: Vec<Parameter<'a>>,
    quality: Quality,
}

impl<'a> MediaRange<'a> {
    /// The type, `*` for any.
    #[must_use]
    pub fn type_(&self) -> &'a str {
        self.type_
    }

    /// The subtype, `*` for any.
    #[must_use]
    pub fn subtype(&self) -> &'a str {
        self.subtype
    }

    /// The parameters, without the weight.
    #[must_use]
    pub fn parameters(&self) -> &[Parameter<'a>] {
        &self.parameters
    }

    /// The weight.
    #[must_use]
    pub fn quality(&self) -> Quality {
        self.quality
    }

    /// Whether the range covers `media_type`: each of the range's parameters has to be there.
    #[must_use]
    pub fn matches(&self, media_type: &MediaType<'_>) -> bool {
        let part = |range: &str, part: &str| range == "*" || range.eq_ignore_ascii_case(part);
        part(self.type_, media_type.type_())
            && part(self.subtype, media_type.subtype())
            && self.parameters.iter().all(|wanted| {
                let charset = wanted.is("charset");
                media_type.parameter(wanted.name()).is_some_and(|value| {
                    value == wanted.value()
                        || (charset && value.eq_ignore_ascii_case(&wanted.value().octets()))
                })
            })
    }

    /// How much of the type is named, then how many parameters: greater goes before.
    fn specificity(&self) -> (u8, usize) {
        let named = match (self.type_, self.subtype) {
            ("*", _) => 0,
            (_, "*") => 1,
            _ => 2,
        };
        (named, self.parameters.len())
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.type_.as_bytes());
        out.push(b'/');
        out.extend_from_slice(self.subtype.as_bytes());
        parameter::encode_all(&self.parameters, out);
        if self.quality != Quality::ONE {
            out.extend_from_slice(alloc::format!(";q={}", self.quality).as_bytes());
        }
    }
}

/// `media-range [ weight ]`.
fn media_range(input: &[u8]) -> Parsed<'_, MediaRange<'_>> {
    // `*` is a token character, so a media range is a media type by its grammar.
    let (rest, media_type) = media_type(input)?;
    let (type_, subtype) = (media_type.type_(), media_type.subtype());
    if type_ == "*" && subtype != "*" {
        return unexpected(input, "\"*/*\"");
    }
    let mut parameters = media_type.parameters().to_vec();
    let mut quality = Quality::ONE;
    if let Some(weight) = parameter::find(&parameters, "q") {
        match quality_value(&weight.octets()) {
            Some(value) => quality = value,
            None => return unexpected(input, "a weight from 0 to 1 with at most three decimals"),
        }
        parameters.retain(|parameter| !parameter.is("q"));
    }
    Ok((
        rest,
        MediaRange {
            type_,
            subtype,
            parameters,
            quality,
        },
    ))
}

#[cfg(test)]
mod tests {
    use super::Accept;
    use crate::media_type::MediaType;
    use alloc::vec::Vec;

    fn media_type(value: &'static str) -> MediaType<'static> {
        MediaType::decode(value.as_bytes()).unwrap()
    }

    /// RFC 9110 §12.5.1, the table of qualities.
    #[test]
    fn agrees_with_the_table() {
        let accept = Accept::decode([
            &b"text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"[..],
        ])
        .unwrap();
        for (value, thousandths) in [
            ("text/plain;format=flowed", 1000),
            ("text/plain", 700),
            ("text/html", 300),
            ("image/jpeg", 500),
            ("text/plain;format=fixed", 400),
            ("text/html;level=3", 300),
        ] {
            assert_eq!(
                accept.quality(&media_type(value)).thousandths(),
                thousandths,
                "{value}"
            );
        }
    }

    /// RFC 9110 §8.3.1 and §8.3.2: of the values of parameters, that of charset has no case.
    #[test]
    fn parameters_of_a_range_have_to_be_there() {
        let accept = Accept::decode([&b"text/plain;a=B, text/html;charset=UTF-8"[..]]).unwrap();
        let [plain, _] = accept.ranges() else {
            panic!("two ranges")
        };
        assert_eq!(plain.parameters().len(), 1);
        for (value, is_wanted) in [
            ("text/plain;a=B", true),
            ("text/plain;a=b", false),
            ("text/plain;a=C", false),
            ("text/plain", false),
            ("text/html;charset=utf-8", true),
            ("text/html;charset=utf-7", false),
            ("text/html;Charset=\"Utf-8\";a=b", true),
        ] {
            let quality = accept.quality(&media_type(value));
            assert_eq!(quality.is_acceptable(), is_wanted, "{value}");
        }
    }

    /// RFC 9110 §12.5.1: "audio/*; q=0.2, audio/basic".
    #[test]
    fn prefers_basic_audio() {
        let accept = Accept::decode([&b"audio/*; q=0.2, audio/basic"[..]]).unwrap();
        let offers = [media_type("audio/ogg"), media_type("audio/basic")];
        assert_eq!(accept.best(&offers), Some(1));
        assert_eq!(accept.best(&[media_type("text/html")]), None);
    }

    /// RFC 9110 §12.5.1: "text/plain; q=0.5, text/html, text/x-dvi; q=0.8, text/x-c".
    #[test]
    fn orders_the_elaborate_example() {
        let accept = Accept::decode([
            &b"text/plain; q=0.5, text/html,"[..],
            b"text/x-dvi; q=0.8, text/x-c",
        ])
        .unwrap();
        assert_eq!(accept.ranges().len(), 4);
        assert_eq!(
            accept.best(&[media_type("text/plain"), media_type("text/x-dvi")]),
            Some(1)
        );
        assert_eq!(
            accept.best(&[media_type("text/x-c"), media_type("text/html")]),
            Some(0)
        );
    }

    #[test]
    fn a_weight_counts_wherever_it_stands() {
        let accept = Accept::decode([&b"text/html;Q=0.5;level=1"[..]]).unwrap();
        assert_eq!(
            accept
                .quality(&media_type("text/html;level=1"))
                .thousandths(),
            500
        );
        assert_eq!(accept.quality(&media_type("text/html")).thousandths(), 0);
    }

    #[test]
    fn a_parameter_does_not_go_before_a_type_and_the_first_of_equals_counts() {
        let accept =
            Accept::decode([&b"*/*;level=1;q=0.1, text/*;q=0.2, text/*;q=0.3"[..]]).unwrap();
        assert_eq!(
            accept
                .quality(&media_type("text/html;level=1"))
                .thousandths(),
            200
        );
        assert_eq!(
            accept
                .quality(&media_type("image/png;level=1"))
                .thousandths(),
            100
        );
    }

    #[test]
    fn no_field_and_an_empty_field_accept_everything() {
        assert_eq!(Accept::default().best(&[media_type("a/b")]), Some(0));
        assert_eq!(Accept::decode([&b" , ,"[..]]).unwrap(), Accept::default());
    }

    #[test]
    fn says_where_it_went_wrong() {
        for (value, offset) in [
            (&b"text/html;q=2"[..], 0),
            (b"a/b, */c", 5),
            (b"a/b c/d", 4),
            (b"a/b, ;q=1", 5),
            (b"*", 1),
        ] {
            assert_eq!(
                Accept::decode([value]).unwrap_err().offset(),
                offset,
                "{}",
                value.escape_ascii()
            );
        }
        // The second line starts after the first, a comma and a space.
        assert_eq!(
            Accept::decode([&b"a/b"[..], b"c d"]).unwrap_err().offset(),
            6
        );
    }

    #[test]
    fn writes_what_it_read() {
        let accept = Accept::decode([&b"text/html;level=\"1\" ; q=0.50,*/*"[..]]).unwrap();
        let mut out = Vec::new();
        accept.encode(&mut out);
        assert_eq!(out, b"text/html;level=1;q=0.5, */*");
        assert_eq!(Accept::decode([&out[..]]).unwrap(), accept);
    }
}
