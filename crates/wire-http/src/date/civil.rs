//! Days and the calendar.

/// A day of the proleptic Gregorian calendar.
#[derive(Clone, Copy)]
pub(super) struct Civil {
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    pub(super) day: i64,
}

impl Civil {
    /// The days before each month of a year that starts in March, so that the leap day is the last.
    const MARCH_YEAR: [i64; 12] = [0, 31, 61, 92, 122, 153, 184, 214, 245, 275, 306, 337];
    const DAYS_OF_400_YEARS: i64 = 146_097;
    /// From 1 March of the year 0 to 1 January 1970.
    const EPOCH: i64 = 719_468;

    fn is_leap_year(self) -> bool {
        self.year % 4 == 0 && (self.year % 100 != 0 || self.year % 400 == 0)
    }

    pub(super) fn days_of_month(self) -> i64 {
        match self.month {
            2 if self.is_leap_year() => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Days since 1 January 1970.
    pub(super) fn to_day(self) -> i64 {
        let march_month = self.month.saturating_add(9).rem_euclid(12);
        let year = if self.month <= 2 {
            self.year.saturating_sub(1)
        } else {
            self.year
        };
        let before = usize::try_from(march_month)
            .ok()
            .and_then(|month| Self::MARCH_YEAR.get(month))
            .copied()
            .unwrap_or(0);
        let leaps = year
            .div_euclid(4)
            .saturating_sub(year.div_euclid(100))
            .saturating_add(year.div_euclid(400));
        year.saturating_mul(365)
            .saturating_add(leaps)
            .saturating_add(before)
            .saturating_add(self.day)
            .saturating_sub(1)
            .saturating_sub(Self::EPOCH)
    }

    /// The day so many days after 1 January 1970.
    pub(super) fn of_day(day: i64) -> Self {
        let day = day.saturating_add(Self::EPOCH);
        let era = day.div_euclid(Self::DAYS_OF_400_YEARS);
        let day_of_era = day.rem_euclid(Self::DAYS_OF_400_YEARS);
        // Taking the leap days out one cycle after the other leaves years of 365 days.
        let leaps = (day_of_era / 1460)
            .saturating_sub(day_of_era / 36_524)
            .saturating_add(day_of_era / 146_096);
        let year_of_era = day_of_era.saturating_sub(leaps) / 365;
        let before = year_of_era
            .saturating_mul(365)
            .saturating_add(year_of_era / 4)
            .saturating_sub(year_of_era / 100);
        let day_of_year = day_of_era.saturating_sub(before);
        let march_month = Self::MARCH_YEAR
            .iter()
            .rposition(|start| *start <= day_of_year)
            .unwrap_or(0);
        let start = Self::MARCH_YEAR.get(march_month).copied().unwrap_or(0);
        let month = i64::try_from(march_month)
            .unwrap_or(0)
            .saturating_add(2)
            .rem_euclid(12)
            .saturating_add(1);
        let year = era
            .saturating_mul(400)
            .saturating_add(year_of_era)
            .saturating_add(i64::from(month <= 2));
        Self {
            year,
            month,
            day: day_of_year.saturating_sub(start).saturating_add(1),
        }
    }
}
