//! Times of signatures: seconds since 1970, modulo 2³² (RFC 4034 §3.1.5), written YYYYMMDDHHmmSS (§3.2).

/// Year, month and day of a number of days since 1970-01-01 in the Gregorian calendar.
pub(super) fn date(days: u32) -> (u32, u32, u32) {
    // Years that begin in March have their leap day at the end; eras of 400 years all have 146,097 days.
    let shifted = days.saturating_add(719_468);
    let (era, day_of_era) = (shifted / 146_097, shifted % 146_097);
    let leaps = (day_of_era / 1460)
        .saturating_sub(day_of_era / 36_524)
        .saturating_add(day_of_era / 146_096);
    let year_of_era = day_of_era.saturating_sub(leaps) / 365;
    let day_of_year = day_of_era.saturating_sub(days_before_year(year_of_era));
    let month = day_of_year.saturating_mul(5).saturating_add(2) / 153;
    let day = day_of_year
        .saturating_sub(days_before_month(month))
        .saturating_add(1);
    let (month, carry) = if month < 10 {
        (month.saturating_add(3), 0)
    } else {
        (month.saturating_sub(9), 1)
    };
    (
        era.saturating_mul(400)
            .saturating_add(year_of_era)
            .saturating_add(carry),
        month,
        day,
    )
}

/// Seconds since 1970 modulo 2³² of 14 digits, or of a plain number of seconds.
pub(super) fn parse(text: &[u8]) -> Option<u32> {
    let number = crate::text::lexer::decimal(text)?;
    if text.len() != 14 {
        return u32::try_from(number).ok();
    }
    let part = |divisor: u64, size: u64| number.checked_div(divisor)?.checked_rem(size);
    let (year, month, day) = (
        part(10_000_000_000, 10_000)?,
        part(100_000_000, 100)?,
        part(1_000_000, 100)?,
    );
    let (hour, minute, second) = (part(10_000, 100)?, part(100, 100)?, part(1, 100)?);
    if year < 1970
        || !(1..=12).contains(&month)
        || day == 0
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let [year, month, day] = [year, month, day].map(|part| u32::try_from(part).unwrap_or(0));
    if day > month_days(year, month) {
        return None;
    }
    // March is month 0 of its year.
    let (year, month) = if month > 2 {
        (year, month.saturating_sub(3))
    } else {
        (year.saturating_sub(1), month.saturating_add(9))
    };
    let (era, year_of_era) = (year / 400, year % 400);
    let days = u64::from(era)
        .saturating_mul(146_097)
        .saturating_add(u64::from(days_before_year(year_of_era)))
        .saturating_add(u64::from(days_before_month(month)))
        .saturating_add(u64::from(day))
        .saturating_sub(719_469);
    let seconds = days
        .saturating_mul(86_400)
        .saturating_add(hour.saturating_mul(3600))
        .saturating_add(minute.saturating_mul(60))
        .saturating_add(second);
    u32::try_from(seconds & 0xFFFF_FFFF).ok()
}

fn month_days(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 31,
    }
}

/// Days of an era before its year.
fn days_before_year(year: u32) -> u32 {
    year.saturating_mul(365)
        .saturating_add(year / 4)
        .saturating_sub(year / 100)
}

/// Days of a year that begins in March before its month, counted from 0.
fn days_before_month(month: u32) -> u32 {
    month.saturating_mul(153).saturating_add(2) / 5
}

#[cfg(test)]
mod tests {
    use super::{date, parse};

    /// RFC 4034 §3.3 and days around the leap days.
    #[test]
    fn dates_go_both_ways() {
        assert_eq!(parse(b"20030322173103"), Some(1_048_354_263));
        assert_eq!(date(1_048_354_263 / 86_400), (2003, 3, 22));
        for (days, ymd) in [
            (0, (1970, 1, 1)),
            (59, (1970, 3, 1)),
            (11_016, (2000, 2, 29)),
            (11_017, (2000, 3, 1)),
            (49_710, (2106, 2, 7)),
        ] {
            assert_eq!(date(days), ymd);
        }
        // The last day of each month, the leap days of the calendar, and a leap second.
        for (text, seconds) in [
            (&b"19700101000000"[..], 0),
            (b"19700131000000", 2_592_000),
            (b"19700430000000", 10_281_600),
            (b"19700630000000", 15_552_000),
            (b"19700930000000", 23_500_800),
            (b"19701130000000", 28_771_200),
            (b"20000229000000", 951_782_400),
            (b"20240229000000", 1_709_164_800),
            (b"20161231235960", 1_483_228_800),
        ] {
            assert_eq!(parse(text), Some(seconds), "{}", text.escape_ascii());
        }
        assert_eq!(parse(b"21060207062815"), Some(u32::MAX));
        // RFC 4034 §3.1.5: modulo 2^32.
        assert_eq!(parse(b"21060207062816"), Some(0));
        assert_eq!(parse(b"1048354263"), Some(1_048_354_263));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            &b"20030022173103"[..],
            b"20031322173103",
            b"20030229000000",
            b"20030322243103",
            b"20030322176003",
            b"20030322173161",
            b"20030300000000",
            b"20030132000000",
            b"20030431000000",
            b"20030631000000",
            b"20030931000000",
            b"20031131000000",
            b"20030230000000",
            b"21000229000000",
            b"20250229000000",
            b"19691231235959",
            b"00000101000000",
            b"4294967296",
            b"",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
