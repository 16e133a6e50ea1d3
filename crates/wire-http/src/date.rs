//! HTTP dates ([RFC 9110 §5.6.7](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7)).
//!
//! A date is a count of seconds, so that everything that compares dates works without the standard library. The
//! crate reads dates itself: §5.6.7 lets the meaning of a two-digit year depend on the present, which a function
//! of the text alone cannot know, and here the clock is always an argument.
//!
//! ```
//! use wire_http::date::HttpDate;
//!
//! let sent = HttpDate::from_unix(784_111_777).expect("before the year 10000");
//! assert_eq!(format!("Date: {sent}"), "Date: Sun, 06 Nov 1994 08:49:37 GMT");
//! assert_eq!(HttpDate::decode(b"Sun, 06 Nov 1994 08:49:37 GMT", sent)?, sent);
//! # Ok::<(), wire_http::Error>(())
//! ```

mod civil;

use core::fmt;

use nom::Parser;
use nom::bytes::complete::{tag, tag_no_case, take_while_m_n};

use self::civil::Civil;
use crate::error::Error;
use crate::productions::{Field, Parsed, expect, saturating_number, unexpected, whole};

const HTTP_DATE: Field = Field {
    name: "HTTP-date",
    reference: "RFC 9110 section 5.6.7",
};

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const DAY_NAMES: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const DAY_NAMES_LONG: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];
const MONTH_NAMES: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// A point in time, in whole seconds, in the years 0 to 9999.
///
/// It is written as an IMF-fixdate and read in the three forms a recipient must know.
///
/// ```
/// use wire_http::date::HttpDate;
///
/// let now = HttpDate::from_unix(1_800_000_000).expect("before the year 10000");
/// let date = HttpDate::decode(b"Sun, 06 Nov 1994 08:49:37 GMT", now)?;
/// assert_eq!(date, HttpDate::decode(b"Sunday, 06-Nov-94 08:49:37 GMT", now)?);
/// assert_eq!(date, HttpDate::decode(b"Sun Nov  6 08:49:37 1994", now)?);
/// assert_eq!(date.to_unix(), 784_111_777);
/// assert_eq!(date.to_string(), "Sun, 06 Nov 1994 08:49:37 GMT");
/// # Ok::<(), wire_http::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct HttpDate(i64);

impl HttpDate {
    /// 00:00:00 on 1 January of the year 0, the first date that can be written.
    pub const MIN: Self = Self(-62_167_219_200);
    /// 23:59:59 on 31 December 9999, the last date that can be written.
    pub const MAX: Self = Self(253_402_300_799);

    /// The date so many seconds after 1970 began (before it, if negative); `None` outside the years 0 to 9999.
    ///
    /// ```
    /// use wire_http::date::HttpDate;
    ///
    /// assert_eq!(HttpDate::from_unix(-1).expect("1969").to_string(), "Wed, 31 Dec 1969 23:59:59 GMT");
    /// assert_eq!(HttpDate::from_unix(HttpDate::MAX.to_unix() + 1), None);
    /// ```
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Option<Self> {
        if seconds >= Self::MIN.0 && seconds <= Self::MAX.0 {
            Some(Self(seconds))
        } else {
            None
        }
    }

    /// Seconds since 1970 began.
    #[must_use]
    pub const fn to_unix(self) -> i64 {
        self.0
    }

    /// Seconds from `earlier` to this date; 0 when `earlier` is not earlier.
    ///
    /// ```
    /// use wire_http::date::HttpDate;
    ///
    /// let (one, other) = (HttpDate::MIN, HttpDate::MIN.saturating_add(90));
    /// assert_eq!((other.seconds_since(one), one.seconds_since(other)), (90, 0));
    /// ```
    #[must_use]
    pub fn seconds_since(self, earlier: Self) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0)
    }

    /// The date so many seconds later, or [`MAX`](Self::MAX).
    ///
    /// ```
    /// use wire_http::date::HttpDate;
    ///
    /// let date = HttpDate::from_unix(784_111_777).expect("before the year 10000");
    /// assert_eq!(date.saturating_add(23).to_string(), "Sun, 06 Nov 1994 08:50:00 GMT");
    /// assert_eq!(date.saturating_add(u64::MAX), HttpDate::MAX);
    /// ```
    #[must_use]
    pub fn saturating_add(self, seconds: u64) -> Self {
        let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(seconds)).min(Self::MAX)
    }

    /// The date of a day and time, if they exist. `month` is 1 to 12.
    pub(crate) fn from_civil(year: i64, month: i64, day: i64, second_of_day: i64) -> Option<Self> {
        let civil = Civil { year, month, day };
        if day < 1 || day > civil.days_of_month() {
            return None;
        }
        let midnight = civil.to_day().checked_mul(DAY)?;
        Self::from_unix(midnight.checked_add(second_of_day)?)
    }

    /// Reads any of the three forms; names in any case, as
    /// [RFC 9111 §4.2](https://www.rfc-editor.org/rfc/rfc9111#section-4.2) asks of caches.
    ///
    /// `now` decides the century of a two-digit year: one that appears to be more than 50 years ahead is past.
    /// The day's name must be one, but is not compared with the date: it says nothing the date does not.
    /// A leap second (`:60`) is the first second of the next minute.
    ///
    /// ```
    /// use wire_http::date::HttpDate;
    ///
    /// let now = HttpDate::from_unix(1_800_000_000).expect("the year 2027");
    /// let year = |text| HttpDate::decode(text, now).map(|date| date.to_string()[12..16].to_string());
    /// assert_eq!(year(b"Sunday, 06-Nov-76 08:49:37 GMT")?, "2076");
    /// assert_eq!(year(b"Sunday, 06-Nov-78 08:49:37 GMT")?, "1978");
    /// assert_eq!(HttpDate::decode(b"Sun, 31 Feb 1994 08:49:37 GMT", now).unwrap_err().offset(), 0);
    /// # Ok::<(), wire_http::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`FieldSyntax`](crate::ErrorKind::FieldSyntax) for any other form, a zone other than GMT, and a day or time
    /// that does not exist.
    pub fn decode(value: &[u8], now: Self) -> Result<Self, Error> {
        let parts = whole(value, HTTP_DATE, date)?;
        let year = match parts.year {
            Year::Full(year) => year,
            // The last year with these digits in which the date is not more than 50 years ahead.
            Year::TwoDigits(year) => {
                let this_year = Civil::of_day(now.0.div_euclid(DAY)).year;
                let century = this_year.saturating_sub(this_year.rem_euclid(100));
                let latest = fifty_years_after(now);
                [100, 0, -100]
                    .into_iter()
                    .map(|step| century.saturating_add(year).saturating_add(step))
                    .find(|year| parts.at(*year).is_some_and(|date| date <= latest))
                    .unwrap_or(century.saturating_add(year))
            }
        };
        parts
            .at(year)
            .ok_or_else(|| HTTP_DATE.refuse(0, "a day and time that exist"))
    }
}

/// The IMF-fixdate.
impl fmt::Display for HttpDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, second) = (self.0.div_euclid(DAY), self.0.rem_euclid(DAY));
        let civil = Civil::of_day(day);
        // 1 January 1970 was a Thursday, three days after a Monday.
        let day_name = name(&DAY_NAMES, day.saturating_add(3).rem_euclid(7));
        let month_name = name(&MONTH_NAMES, civil.month.saturating_sub(1));
        write!(
            formatter,
            "{day_name}, {:02} {month_name} {:04} {:02}:{:02}:{:02} GMT",
            civil.day,
            civil.year,
            second / HOUR,
            second % HOUR / MINUTE,
            second % MINUTE
        )
    }
}

#[cfg(feature = "std")]
impl From<std::time::SystemTime> for HttpDate {
    /// Cuts fractions of a second off, towards the past; a time outside the years 0 to 9999 becomes the nearest
    /// date inside.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// use wire_http::date::HttpDate;
    ///
    /// assert_eq!(HttpDate::from(SystemTime::UNIX_EPOCH + Duration::from_millis(1999)).to_unix(), 1);
    /// assert_eq!(HttpDate::from(SystemTime::UNIX_EPOCH - Duration::from_millis(1)).to_unix(), -1);
    /// ```
    fn from(time: std::time::SystemTime) -> Self {
        let seconds = match time.duration_since(std::time::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_secs()).unwrap_or(i64::MAX),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                0_i64
                    .saturating_sub(whole)
                    .saturating_sub(i64::from(before.subsec_nanos() > 0))
            }
        };
        Self(seconds.clamp(Self::MIN.0, Self::MAX.0))
    }
}

#[cfg(feature = "std")]
impl From<HttpDate> for std::time::SystemTime {
    fn from(date: HttpDate) -> Self {
        let distance = core::time::Duration::from_secs(date.0.unsigned_abs());
        let time = if date.0 < 0 {
            Self::UNIX_EPOCH.checked_sub(distance)
        } else {
            Self::UNIX_EPOCH.checked_add(distance)
        };
        // Only a platform whose clock starts in 1970 has no such time.
        time.unwrap_or(Self::UNIX_EPOCH)
    }
}

/// A date as it was written, not yet known to exist.
struct Parts {
    year: Year,
    /// 1 to 12.
    month: i64,
    day: i64,
    second_of_day: i64,
}

enum Year {
    Full(i64),
    TwoDigits(i64),
}

impl Parts {
    /// The date in `year`, if it exists.
    fn at(&self, year: i64) -> Option<HttpDate> {
        HttpDate::from_civil(year, self.month, self.day, self.second_of_day)
    }
}

/// The same day and time as `now`, 50 years on (29 February becomes 1 March).
fn fifty_years_after(now: HttpDate) -> HttpDate {
    let mut civil = Civil::of_day(now.0.div_euclid(DAY));
    civil.year = civil.year.saturating_add(50);
    HttpDate(
        civil
            .to_day()
            .saturating_mul(DAY)
            .saturating_add(now.0.rem_euclid(DAY)),
    )
}

fn name(names: &'static [&'static str], place: i64) -> &'static str {
    usize::try_from(place)
        .ok()
        .and_then(|place| names.get(place))
        .copied()
        .unwrap_or_default()
}

/// `IMF-fixdate / rfc850-date / asctime-date`: what follows the day's name tells them apart.
fn date(input: &[u8]) -> Parsed<'_, Parts> {
    if let Ok((rest, _)) = one_of(input, &DAY_NAMES_LONG, "a day name") {
        return date_and_time(rest, ("\"-\"", b"-"), 2, Year::TwoDigits);
    }
    let (rest, _) = one_of(input, &DAY_NAMES, "a day name")?;
    if rest.first() == Some(&b',') {
        date_and_time(rest, ("a space", b" "), 4, Year::Full)
    } else {
        asctime_date(rest)
    }
}

/// `", " 2DIGIT SP month SP 4DIGIT SP time-of-day SP "GMT"` (IMF-fixdate) or
/// `", " 2DIGIT "-" month "-" 2DIGIT SP time-of-day SP "GMT"` (rfc850-date).
fn date_and_time<'a>(
    rest: &'a [u8],
    (separator_name, separator): (&'static str, &'static [u8]),
    year_digits: usize,
    year_of: fn(i64) -> Year,
) -> Parsed<'a, Parts> {
    let (rest, _) = literal(rest, "\", \"", b", ")?;
    let (rest, day) = number(rest, 2)?;
    let (rest, _) = literal(rest, separator_name, separator)?;
    let (rest, month) = month(rest)?;
    let (rest, _) = literal(rest, separator_name, separator)?;
    let (rest, year) = number(rest, year_digits)?;
    let (rest, _) = literal(rest, "a space", b" ")?;
    let (rest, second_of_day) = time_of_day(rest)?;
    let (rest, _) = expect(rest, "\" GMT\"", tag_no_case(&b" GMT"[..]))?;
    Ok((
        rest,
        Parts {
            year: year_of(year),
            month,
            day,
            second_of_day,
        },
    ))
}

/// `SP month SP ( 2DIGIT / ( SP 1DIGIT )) SP time-of-day SP 4DIGIT`.
fn asctime_date(rest: &[u8]) -> Parsed<'_, Parts> {
    let (rest, _) = literal(rest, "a comma or a space", b" ")?;
    let (rest, month) = month(rest)?;
    let (rest, _) = literal(rest, "a space", b" ")?;
    let (rest, day) = match rest.strip_prefix(b" ") {
        Some(rest) => number(rest, 1)?,
        None => number(rest, 2)?,
    };
    let (rest, _) = literal(rest, "a space", b" ")?;
    let (rest, second_of_day) = time_of_day(rest)?;
    let (rest, _) = literal(rest, "a space", b" ")?;
    let (rest, year) = number(rest, 4)?;
    Ok((
        rest,
        Parts {
            year: Year::Full(year),
            month,
            day,
            second_of_day,
        },
    ))
}

/// `hour ":" minute ":" second` as seconds since midnight.
fn time_of_day(input: &[u8]) -> Parsed<'_, i64> {
    let (rest, hour) = number(input, 2)?;
    let (rest, _) = literal(rest, "\":\"", b":")?;
    let (rest, minute) = number(rest, 2)?;
    let (rest, _) = literal(rest, "\":\"", b":")?;
    let (rest, second) = number(rest, 2)?;
    if hour > 23 || minute > 59 || second > 60 {
        return unexpected(input, "a time of day");
    }
    let seconds = hour
        .saturating_mul(HOUR)
        .saturating_add(minute.saturating_mul(MINUTE))
        .saturating_add(second);
    Ok((rest, seconds))
}

/// A month's name as 1 to 12.
fn month(input: &[u8]) -> Parsed<'_, i64> {
    let (rest, place) = one_of(input, &MONTH_NAMES, "a month name")?;
    Ok((rest, place.saturating_add(1)))
}

/// The place of the one of `names` that is next.
fn one_of<'a>(input: &'a [u8], names: &[&str], expected: &'static str) -> Parsed<'a, i64> {
    for (place, name) in (0_i64..).zip(names) {
        if let Ok((rest, _)) = expect(input, expected, tag_no_case(name.as_bytes())) {
            return Ok((rest, place));
        }
    }
    unexpected(input, expected)
}

fn literal<'a>(
    input: &'a [u8],
    expected: &'static str,
    text: &'static [u8],
) -> Parsed<'a, &'a [u8]> {
    expect(input, expected, tag(text))
}

/// Exactly `count` digits.
fn number(input: &[u8], count: usize) -> Parsed<'_, i64> {
    let (rest, digits) = expect(
        input,
        "a digit",
        take_while_m_n(count, count, |octet: u8| octet.is_ascii_digit())
            .map(|digits: &[u8]| digits),
    )?;
    let value = saturating_number(digits);
    Ok((rest, i64::try_from(value).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests;
