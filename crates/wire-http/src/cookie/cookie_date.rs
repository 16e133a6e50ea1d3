//! The dates of `Expires` in cookies (RFC 6265 §5.1.1): far more forgiving than HTTP dates.

use crate::date::HttpDate;
use crate::productions::ascii;

/// Reads a cookie-date; `None` where [RFC 6265 §5.1.1](https://www.rfc-editor.org/rfc/rfc6265#section-5.1.1) says to fail:
/// no time, day, month or year, a year before 1601, a day or time that does not exist. Two-digit years from 70 on are of the
/// 20th century, those below of the 21st; the zone is not looked at.
///
/// ```
/// use wire_http::cookie::decode_cookie_date;
///
/// let date = decode_cookie_date(b"Wed, 09 Jun 2021 10:18:14 GMT").expect("a date");
/// assert_eq!(decode_cookie_date(b"10:18:14 9-jun-21"), Some(date));
/// assert_eq!(date.to_string(), "Wed, 09 Jun 2021 10:18:14 GMT");
/// ```
#[must_use]
pub fn decode_cookie_date(text: &[u8]) -> Option<HttpDate> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text
        .split(|octet| is_delimiter(*octet))
        .filter(|token| !token.is_empty())
    {
        if time.is_none()
            && let Some(found) = time_of_day(token)
        {
            time = Some(found);
        } else if day.is_none()
            && let Some(found) = leading_number(token, 1, 2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_number(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = leading_number(token, 2, 4)
        {
            year = Some(found);
        }
    }
    let year = match year? {
        year @ 70..=99 => year.saturating_add(1900),
        year @ 0..=69 => year.saturating_add(2000),
        year => year,
    };
    let (hour, minute, second) = time?;
    if year < 1601 || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let second_of_day = hour
        .saturating_mul(3600)
        .saturating_add(minute.saturating_mul(60))
        .saturating_add(second);
    HttpDate::from_civil(year, month?, day?, second_of_day)
}

/// `delimiter = %x09 / %x20-2F / %x3B-40 / %x5B-60 / %x7B-7E`.
fn is_delimiter(octet: u8) -> bool {
    matches!(octet, 0x09 | 0x20..=0x2f | 0x3b..=0x40 | 0x5b..=0x60 | 0x7b..=0x7e)
}

/// `least*mostDIGIT [ non-digit *OCTET ]`.
fn leading_number(token: &[u8], least: usize, most: usize) -> Option<i64> {
    let (number, _) = split_number(token, least, most)?;
    Some(number)
}

/// The number at the start, and what follows its digits.
fn split_number(token: &[u8], least: usize, most: usize) -> Option<(i64, &[u8])> {
    let count = token
        .iter()
        .take_while(|octet| octet.is_ascii_digit())
        .count();
    if count < least || count > most {
        return None;
    }
    let (digits, rest) = token.split_at_checked(count)?;
    Some((ascii(digits).parse().ok()?, rest))
}

/// `hms-time [ non-digit *OCTET ]`.
fn time_of_day(token: &[u8]) -> Option<(i64, i64, i64)> {
    let (hour, rest) = split_number(token, 1, 2)?;
    let (minute, rest) = split_number(rest.strip_prefix(b":")?, 1, 2)?;
    let (second, _) = split_number(rest.strip_prefix(b":")?, 1, 2)?;
    Some((hour, minute, second))
}

/// The first three letters of a month, in any case, as 1 to 12.
fn month_number(token: &[u8]) -> Option<i64> {
    const NAMES: [&[u8; 3]; 12] = [
        b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov",
        b"dec",
    ];
    let name = token.first_chunk::<3>()?;
    let place = NAMES
        .iter()
        .position(|month| month.eq_ignore_ascii_case(name))?;
    i64::try_from(place).ok()?.checked_add(1)
}

#[cfg(test)]
mod tests {
    use super::decode_cookie_date;
    use alloc::string::ToString;

    /// RFC 6265 §5.1.1.
    #[test]
    fn reads_what_the_wild_sends() {
        for text in [
            "Wed, 09 Jun 2021 10:18:14 GMT",
            "Wed, 09-Jun-2021 10:18:14 GMT",
            "Wednesday, 09-June-21 10:18:14 GMT",
            "Wed Jun  9 10:18:14 2021",
            "9 JUN 2021 10:18:14 PST",
            "10:18:14 9th juniper 21x",
            "09/jun/2021;10:18:14",
        ] {
            assert_eq!(
                decode_cookie_date(text.as_bytes()).unwrap().to_string(),
                "Wed, 09 Jun 2021 10:18:14 GMT",
                "{text}"
            );
        }
        assert_eq!(decode_cookie_date(b"1 Jan 70 0:0:0").unwrap().to_unix(), 0);
        assert_eq!(
            decode_cookie_date(b"1 Jan 69 0:0:0").unwrap().to_string(),
            "Tue, 01 Jan 2069 00:00:00 GMT"
        );
        assert!(decode_cookie_date(b"1 Jan 1601 0:0:0").is_some());
    }

    #[test]
    fn fails_where_the_rfc_says_so() {
        for text in [
            "",
            "Jun 2021 10:18:14",
            "9 2021 10:18:14",
            "9 Jun 10:18:14",
            "9 Jun 2021",
            "32 Jan 2021 10:18:14",
            "31 Jun 2021 10:18:14",
            "0 Jun 2021 10:18:14",
            "9 Jun 1600 10:18:14",
            "9 Jun 2021 24:18:14",
            "9 Jun 2021 10:60:14",
            "9 Jun 2021 10:18:60",
            "9 Jun 2021 10:18",
            "9 Jun 20211 10:18:14",
        ] {
            assert_eq!(decode_cookie_date(text.as_bytes()), None, "{text}");
        }
    }
}
