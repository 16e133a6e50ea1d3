//! The rules of [RFC 5234](https://www.rfc-editor.org/rfc/rfc5234) appendix B,
//! [RFC 9110 §5.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6) and
//! [RFC 3986](https://www.rfc-editor.org/rfc/rfc3986) as predicates, each under its rule.
//!
//! Whitespace here is SP and HTAB and nothing else: `str::trim` would also take octets that HTTP does not know.
//!
//! ```
//! use wire_http::grammar::{is_token, trim_ows};
//!
//! let options: Vec<&[u8]> = b"keep-alive ,\tUpgrade".split(|octet| *octet == b',').map(trim_ows).collect();
//! assert_eq!(options, [&b"keep-alive"[..], b"Upgrade"]);
//! assert!(options.iter().all(|option| is_token(option)));
//! ```

/// `tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA`
/// (RFC 9110 §5.6.2).
///
/// ```
/// use wire_http::grammar::is_tchar;
///
/// assert!(is_tchar(b'a') && is_tchar(b'*'));
/// assert!(!is_tchar(b':') && !is_tchar(b' ') && !is_tchar(0xe9));
/// ```
#[inline]
#[must_use]
pub const fn is_tchar(octet: u8) -> bool {
    has(octet, TCHAR)
}

/// `token = 1*tchar` ([RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
///
/// ```
/// use wire_http::grammar::is_token;
///
/// assert!(is_token(b"Content-Type") && is_token(b"gzip"));
/// assert!(!is_token(b"text/html") && !is_token(b""));
/// ```
#[must_use]
pub fn is_token(octets: &[u8]) -> bool {
    !octets.is_empty() && octets.iter().all(|&octet| is_tchar(octet))
}

/// `OWS = *( SP / HTAB )` ([RFC 9110 §5.6.3](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.3)), one octet of it.
///
/// ```
/// use wire_http::grammar::is_ows;
///
/// assert!(is_ows(b' ') && is_ows(b'\t') && !is_ows(b'\r') && !is_ows(0x0b));
/// ```
#[inline]
#[must_use]
pub const fn is_ows(octet: u8) -> bool {
    matches!(octet, b' ' | b'\t')
}

/// `octets` without the OWS at both ends.
///
/// ```
/// assert_eq!(wire_http::grammar::trim_ows(b" \t a b\t"), b"a b");
/// ```
#[inline]
#[must_use]
pub const fn trim_ows(mut octets: &[u8]) -> &[u8] {
    while let [first, rest @ ..] = octets {
        if !is_ows(*first) {
            break;
        }
        octets = rest;
    }
    while let [rest @ .., last] = octets {
        if !is_ows(*last) {
            break;
        }
        octets = rest;
    }
    octets
}

/// What may stand in a field value: `field-vchar / SP / HTAB` with `field-vchar = VCHAR / obs-text`
/// ([RFC 9110 §5.5](https://www.rfc-editor.org/rfc/rfc9110#section-5.5)).
///
/// ```
/// use wire_http::grammar::is_field_octet;
///
/// assert!(is_field_octet(b'a') && is_field_octet(b'\t') && is_field_octet(0xff));
/// assert!(!is_field_octet(b'\r') && !is_field_octet(b'\n') && !is_field_octet(0) && !is_field_octet(0x7f));
/// ```
#[inline]
#[must_use]
pub const fn is_field_octet(octet: u8) -> bool {
    matches!(octet, b'\t' | b' '..=b'~' | 0x80..=0xff)
}

/// `obs-text = %x80-FF` ([RFC 9110 §5.5](https://www.rfc-editor.org/rfc/rfc9110#section-5.5)).
///
/// ```
/// use wire_http::grammar::is_obs_text;
///
/// assert!(is_obs_text(0x80) && !is_obs_text(0x7f));
/// ```
#[inline]
#[must_use]
pub const fn is_obs_text(octet: u8) -> bool {
    octet >= 0x80
}

/// `qdtext = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text`
/// ([RFC 9110 §5.6.4](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4)).
///
/// ```
/// use wire_http::grammar::is_qdtext;
///
/// assert!(is_qdtext(b' ') && is_qdtext(b','));
/// assert!(!is_qdtext(b'"') && !is_qdtext(b'\\'));
/// ```
#[inline]
#[must_use]
pub const fn is_qdtext(octet: u8) -> bool {
    is_field_octet(octet) && octet != b'"' && octet != b'\\'
}

/// What may follow the backslash of a `quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )`
/// ([RFC 9110 §5.6.4](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4)).
///
/// ```
/// use wire_http::grammar::is_quotable;
///
/// assert!(is_quotable(b'"') && is_quotable(b'\\') && !is_quotable(b'\n'));
/// ```
#[inline]
#[must_use]
pub const fn is_quotable(octet: u8) -> bool {
    is_field_octet(octet)
}

/// The octets of the `quoted-string` at the start of `octets`, quotes included; `None` if there is no whole one
/// ([RFC 9110 §5.6.4](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.4)).
///
/// ```
/// use wire_http::grammar::quoted_string;
///
/// assert_eq!(quoted_string(br#""a \" b"; q=1"#), Some(&br#""a \" b""#[..]));
/// assert_eq!(quoted_string(br#""no end\""#), None);
/// ```
#[must_use]
pub fn quoted_string(octets: &[u8]) -> Option<&[u8]> {
    let mut position = 1_usize;
    if octets.first() != Some(&b'"') {
        return None;
    }
    loop {
        match *octets.get(position)? {
            b'"' => return octets.get(..=position),
            b'\\' => {
                position = position.checked_add(1)?;
                if !is_quotable(*octets.get(position)?) {
                    return None;
                }
            }
            octet if is_qdtext(octet) => {}
            _ => return None,
        }
        position = position.checked_add(1)?;
    }
}

/// `unreserved / sub-delims`, what a `reg-name` has besides percent-encoding
/// ([RFC 3986 §3.2.2](https://www.rfc-editor.org/rfc/rfc3986#section-3.2.2)).
///
/// ```
/// use wire_http::grammar::is_reg_name_octet;
///
/// assert!(b"a-1.test_~!$&'()*+,;=".iter().all(|octet| is_reg_name_octet(*octet)));
/// assert!(!b"@:/?#[]% ".iter().any(|octet| is_reg_name_octet(*octet)));
/// ```
#[inline]
#[must_use]
pub const fn is_reg_name_octet(octet: u8) -> bool {
    has(octet, REG_NAME)
}

/// `pchar / "/" / "?"` without percent-encoding: what path and query have
/// ([RFC 3986 §3.3](https://www.rfc-editor.org/rfc/rfc3986#section-3.3), §3.4).
///
/// ```
/// use wire_http::grammar::is_path_octet;
///
/// assert!(b"/a:b@c?d=e".iter().all(|octet| is_path_octet(*octet)));
/// assert!(!b"#[]%\\ \"<>".iter().any(|octet| is_path_octet(*octet)));
/// ```
#[inline]
#[must_use]
pub const fn is_path_octet(octet: u8) -> bool {
    has(octet, PATH)
}

/// Whether all of `octets` may stand in a `reg-name`, as [`is_reg_name_octet`] says.
#[inline]
pub(crate) fn all_reg_name(octets: &[u8]) -> bool {
    all_common(octets, is_common_in_hosts) || all(octets, REG_NAME)
}

/// Whether all of `octets` may stand in path and query, as [`is_path_octet`] says.
#[inline]
pub(crate) fn all_path(octets: &[u8]) -> bool {
    all_common(octets, is_common_in_paths) || all(octets, PATH)
}

/// Whether there are eight octets at least and `common` holds for all of them. It is asked for sixteen at once, the last of
/// which overlap those before: that costs less than taking what is left one by one.
#[inline(always)]
fn all_common(octets: &[u8], common: impl Fn(u8) -> bool) -> bool {
    let sixteen = |octets: &[u8; 16]| octets.iter().fold(true, |all, &octet| all & common(octet));
    match (
        octets.last_chunk::<16>(),
        octets.first_chunk::<8>(),
        octets.last_chunk::<8>(),
    ) {
        (Some(last), ..) => sixteen(last) && octets.as_chunks::<16>().0.iter().all(sixteen),
        (None, Some(first), Some(last)) => {
            let mut both = [0; 16];
            let (front, back) = both.split_at_mut(8);
            front.copy_from_slice(first);
            back.copy_from_slice(last);
            // Mapped as a whole, since the compiler would take the octets of a copy one by one.
            let ones = both.map(|octet| u8::from(common(octet)));
            u128::from_ne_bytes(ones) == u128::from_ne_bytes([1; 16])
        }
        _ => false,
    }
}

/// Letters, digits, hyphen and dot: what nearly all hosts have, and no load but comparisons.
#[inline]
const fn is_common_in_hosts(octet: u8) -> bool {
    // From the hyphen to "9", but for the slash.
    let other = (octet.wrapping_sub(b'-') <= b'9' - b'-') & (octet != b'/');
    is_letter(octet) | other
}

/// What nearly all paths and queries have, and no load but comparisons.
#[inline]
const fn is_common_in_paths(octet: u8) -> bool {
    // From "&" to ";" are most sub-delims, the slash, digits and the colon; two more differ by one bit.
    let other = octet.wrapping_sub(b'&') <= b';' - b'&';
    is_letter(octet) | other | (octet | 2 == b'?') | (octet == b'_')
}

#[inline]
const fn is_letter(octet: u8) -> bool {
    (octet | 0x20).wrapping_sub(b'a') <= b'z' - b'a'
}

/// The value of one hexadecimal digit: `HEXDIG` ([RFC 5234](https://www.rfc-editor.org/rfc/rfc5234) appendix B.1) in either
/// case.
///
/// ```
/// use wire_http::grammar::hex_value;
///
/// assert_eq!((hex_value(b'7'), hex_value(b'a'), hex_value(b'F'), hex_value(b'g')), (Some(7), Some(10), Some(15), None));
/// ```
#[inline]
#[must_use]
#[expect(clippy::indexing_slicing, reason = "256 entries cover every u8")]
pub const fn hex_value(octet: u8) -> Option<u8> {
    match HEX_VALUES[octet as usize] {
        value @ 0..16 => Some(value),
        _ => None,
    }
}

const TCHAR: u8 = 1;
const REG_NAME: u8 = 2;
const PATH: u8 = 4;

#[inline]
const fn has(octet: u8, class: u8) -> bool {
    class_of(octet) & class != 0
}

/// Whether all of `octets` are of `class`, eight at a time: a test for each octet costs as much as the rest of a head.
#[inline]
fn all(octets: &[u8], class: u8) -> bool {
    let common = |octets: &[u8]| {
        octets
            .iter()
            .fold(class, |common, &octet| common & class_of(octet))
            != 0
    };
    match octets.last_chunk::<8>() {
        // The last eight overlap those before, which costs less than taking what is left one by one.
        Some(last) => common(last) && octets.as_chunks::<8>().0.iter().all(|eight| common(eight)),
        None => common(octets),
    }
}

#[inline]
#[expect(clippy::indexing_slicing, reason = "256 entries cover every u8")]
const fn class_of(octet: u8) -> u8 {
    CLASSES[octet as usize]
}

/// What each octet is worth as a hexadecimal digit; 16 for those that are none.
static HEX_VALUES: [u8; 256] = {
    let mut values = [16_u8; 256];
    let mut index = 0_u8;
    loop {
        let value = match index {
            b'0'..=b'9' => index.wrapping_sub(b'0'),
            b'a'..=b'f' => index.wrapping_sub(b'a').wrapping_add(10),
            b'A'..=b'F' => index.wrapping_sub(b'A').wrapping_add(10),
            _ => 16,
        };
        #[expect(clippy::indexing_slicing, reason = "256 entries cover every u8")]
        {
            values[index as usize] = value;
        }
        if index == u8::MAX {
            break;
        }
        index = index.wrapping_add(1);
    }
    values
};

/// The classes each octet belongs to, so that a test is one load.
static CLASSES: [u8; 256] = {
    let mut classes = [0_u8; 256];
    let mut index = 0_u8;
    loop {
        let mut class = 0;
        if matches!(index, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
            || index.is_ascii_alphanumeric()
        {
            class |= TCHAR;
        }
        let unreserved =
            index.is_ascii_alphanumeric() || matches!(index, b'-' | b'.' | b'_' | b'~');
        let sub_delims = matches!(index, b'!' | b'$' | b'&'..=b',' | b';' | b'=');
        if unreserved || sub_delims {
            class |= REG_NAME | PATH;
        }
        if matches!(index, b':' | b'@' | b'/' | b'?') {
            class |= PATH;
        }
        #[expect(clippy::indexing_slicing, reason = "256 entries cover every u8")]
        {
            classes[index as usize] = class;
        }
        if index == u8::MAX {
            break;
        }
        index = index.wrapping_add(1);
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    fn members(predicate: fn(u8) -> bool) -> alloc::vec::Vec<u8> {
        (0..=u8::MAX).filter(|&octet| predicate(octet)).collect()
    }

    #[test]
    fn tchar_is_the_list_of_rfc_9110_5_6_2() {
        let mut expected: alloc::vec::Vec<u8> = b"!#$%&'*+-.^_`|~0123456789".to_vec();
        expected.extend(b'a'..=b'z');
        expected.extend(b'A'..=b'Z');
        expected.sort_unstable();
        assert_eq!(members(is_tchar), expected);
    }

    #[test]
    fn reg_name_is_the_list_of_rfc_3986_3_2_2() {
        let mut expected: alloc::vec::Vec<u8> = b"-._~!$&'()*+,;=0123456789".to_vec();
        expected.extend(b'a'..=b'z');
        expected.extend(b'A'..=b'Z');
        expected.sort_unstable();
        assert_eq!(members(is_reg_name_octet), expected);
        expected.extend(b":@/?");
        expected.sort_unstable();
        assert_eq!(members(is_path_octet), expected);
    }

    /// Wherever octets are looked at together, one and two wrong ones at any place are found.
    #[test]
    fn runs_are_judged_as_their_octets_are() {
        for len in 0..50 {
            let right = alloc::vec![b'a'; len];
            assert!(all_reg_name(&right) && all_path(&right));
            for one in 0..len {
                for other in one..len {
                    for wrong in [b'<', b'%', b' ', 0x7f, 0xc3] {
                        let mut run = right.clone();
                        (run[one], run[other]) = (wrong, wrong);
                        assert!(!all_reg_name(&run), "{}", run.escape_ascii());
                        assert!(!all_path(&run), "{}", run.escape_ascii());
                    }
                }
            }
        }
    }

    #[test]
    fn hexadecimal_digits_have_their_values() {
        for octet in 0..=u8::MAX {
            let expected = char::from(octet)
                .to_digit(16)
                .filter(|_| octet.is_ascii())
                .and_then(|value| u8::try_from(value).ok());
            assert_eq!(hex_value(octet), expected, "{octet:#04x}");
        }
    }

    #[test]
    fn many_octets_are_judged_as_each_of_them() {
        for len in 0..36 {
            for place in 0..len {
                for octet in 0..=u8::MAX {
                    let mut octets = alloc::vec![b'a'; len];
                    octets[place] = octet;
                    assert_eq!(all_reg_name(&octets), is_reg_name_octet(octet));
                    assert_eq!(all_path(&octets), is_path_octet(octet));
                }
            }
        }
    }

    #[test]
    fn ows_is_space_and_tab_only() {
        assert_eq!(members(is_ows), b"\t ");
        assert_eq!(trim_ows(b" \t a b\x0b \t"), b"a b\x0b");
        assert_eq!(trim_ows(b" \t "), b"");
    }

    #[test]
    fn quoted_strings_end_at_the_unescaped_quote() {
        assert_eq!(quoted_string(br#""a\"b";c"#), Some(&br#""a\"b""#[..]));
        assert_eq!(quoted_string(b"\"\xe9\t \""), Some(&b"\"\xe9\t \""[..]));
        for bad in [
            &b""[..],
            b"a",
            b"\"",
            b"\"a",
            b"\"\\\"",
            b"\"\0\"",
            b"\"\\\x01\"",
            b"\"\r\"",
        ] {
            assert_eq!(quoted_string(bad), None, "{bad:?}");
        }
    }
}
