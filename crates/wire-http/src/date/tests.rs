use super::HttpDate;
use alloc::string::ToString;

/// 21 November 2026, 02:00:00.
const NOW: HttpDate = HttpDate(1_795_226_400);

fn unix(value: &str) -> Option<i64> {
    HttpDate::decode(value.as_bytes(), NOW)
        .ok()
        .map(HttpDate::to_unix)
}

/// RFC 9110 §5.6.7, its three examples.
#[test]
fn reads_the_three_forms() {
    for value in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ] {
        assert_eq!(unix(value), Some(784_111_777), "{value}");
    }
    assert_eq!(unix("Sun Nov 16 08:49:37 1994"), Some(784_975_777));
    assert_eq!(NOW.to_string(), "Sat, 21 Nov 2026 02:00:00 GMT");
}

/// RFC 9111 §4.2: a cache matches without regard to case; only GMT is a zone.
#[test]
fn knows_no_case_and_no_other_zone() {
    assert_eq!(unix("sun, 06 nOV 1994 08:49:37 gmt"), Some(784_111_777));
    for value in [
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun, 06 Nov 1994 08:49:37",
    ] {
        assert_eq!(unix(value), None, "{value}");
    }
}

/// RFC 9110 §5.6.7: more than 50 years ahead is "the most recent year in the past that had the same last two digits".
#[test]
fn two_digit_years_depend_on_the_clock() {
    let year = |value: &str, now| {
        HttpDate::decode(value.as_bytes(), now)
            .unwrap()
            .to_string()
            .get(12..16)
            .map(ToString::to_string)
            .unwrap()
    };
    assert_eq!(year("Saturday, 21-Nov-76 02:00:00 GMT", NOW), "2076");
    assert_eq!(year("Saturday, 21-Nov-76 02:00:01 GMT", NOW), "1976");
    assert_eq!(year("Friday, 31-Dec-99 23:59:59 GMT", NOW), "1999");
    assert_eq!(year("Friday, 01-Jan-26 00:00:00 GMT", NOW), "2026");
    let in_1999 = HttpDate::decode(b"Fri, 31 Dec 1999 00:00:00 GMT", NOW).unwrap();
    assert_eq!(year("Saturday, 01-Jan-50 00:00:00 GMT", in_1999), "1950");
    assert_eq!(year("Friday, 31-Dec-99 23:59:59 GMT", in_1999), "1999");
    assert_eq!(year("Friday, 01-Jan-49 00:00:00 GMT", in_1999), "2049");
    assert_eq!(year("Saturday, 01-Jan-00 00:00:00 GMT", in_1999), "2000");
    assert_eq!(year("Tuesday, 29-Feb-00 00:00:00 GMT", NOW), "2000");
}

#[test]
fn knows_which_days_exist() {
    assert!(unix("Thu, 29 Feb 2024 00:00:00 GMT").is_some());
    assert!(unix("Tue, 29 Feb 2000 00:00:00 GMT").is_some());
    for value in [
        "Thu, 29 Feb 2023 00:00:00 GMT",
        "Thu, 29 Feb 1900 00:00:00 GMT",
        "Thu, 31 Apr 2023 00:00:00 GMT",
        "Thu, 00 Apr 2023 00:00:00 GMT",
        "Thu, 01 Apr 2023 24:00:00 GMT",
        "Thu, 01 Apr 2023 00:60:00 GMT",
        "Thu, 01 Apr 2023 00:00:61 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
    ] {
        assert_eq!(unix(value), None, "{value}");
    }
    assert_eq!(
        unix("Sat, 31 Dec 2016 23:59:60 GMT"),
        unix("Sun, 01 Jan 2017 00:00:00 GMT")
    );
    assert_eq!(unix("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
    assert_eq!(unix("Wed, 31 Dec 1969 23:59:59 GMT"), Some(-1));
    assert_eq!(unix("Sat, 01 Jan 0000 00:00:00 GMT"), Some(HttpDate::MIN.0));
    assert_eq!(unix("Fri, 31 Dec 9999 23:59:59 GMT"), Some(HttpDate::MAX.0));
}

#[test]
fn refuses_other_forms_and_says_where() {
    for (value, offset) in [
        ("", 0),
        ("0", 0),
        ("-1", 0),
        ("Sun, 6 Nov 1994 08:49:37 GMT", 5),
        ("Sun,06 Nov 1994 08:49:37 GMT", 3),
        ("Sun, 06 Nov 94 08:49:37 GMT", 12),
        ("Sun, 06-Nov-1994 08:49:37 GMT", 7),
        ("Sun, 06 Nov 1994 8:49:37 GMT", 17),
        ("Sun, 06 Nov 1994 08:49:37 GMT;", 29),
        ("Sunday, 06-Nov-1994 08:49:37 GMT", 17),
        ("Sun Nov 6 08:49:37 1994", 8),
        ("Xxx, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 1994  08:49:37 GMT", 17),
        ("Sun, 06 Nov +994 08:49:37 GMT", 12),
    ] {
        let error = HttpDate::decode(value.as_bytes(), NOW).unwrap_err();
        assert_eq!(error.offset(), offset, "{value}: {error}");
    }
}

#[test]
fn every_day_of_the_calendar_comes_back() {
    let mut day = HttpDate::MIN.0;
    while day <= HttpDate::MAX.0 {
        // Every 97th day meets every day of month and week.
        let date = HttpDate(day);
        assert_eq!(HttpDate::decode(date.to_string().as_bytes(), NOW), Ok(date));
        day += 97 * super::DAY + 3601;
    }
}

/// Another crate's view of the same years.
#[cfg(feature = "std")]
#[test]
fn agrees_with_httpdate() {
    for day in 0..40_000_i64 {
        let date = HttpDate::from_unix(day * 86_400 + day % 86_400).unwrap();
        let theirs = httpdate::fmt_http_date(date.into());
        assert_eq!(date.to_string(), theirs);
        assert_eq!(
            httpdate::parse_http_date(&theirs).map(HttpDate::from).ok(),
            Some(date)
        );
    }
}

#[cfg(feature = "std")]
#[test]
fn converts_to_system_time_and_back() {
    for seconds in [HttpDate::MIN.0, -1, 0, 1, HttpDate::MAX.0] {
        let time = std::time::SystemTime::from(HttpDate(seconds));
        assert_eq!(HttpDate::from(time).to_unix(), seconds);
    }
    let before = std::time::UNIX_EPOCH - core::time::Duration::from_millis(1);
    assert_eq!(HttpDate::from(before).to_unix(), -1);
}
