//! The time of day for Date fields, made into text once a second.

use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

use wire_http::date::HttpDate;

use crate::lock::lock;

/// The time now.
pub(crate) fn now() -> HttpDate {
    at(SystemTime::now())
}

/// A moment as HTTP counts it: whole seconds, and never outside of the years it can write.
pub(crate) fn at(time: SystemTime) -> HttpDate {
    const EPOCH: HttpDate = match HttpDate::from_unix(0) {
        Some(epoch) => epoch,
        None => unreachable!(),
    };
    let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    });
    HttpDate::from_unix(seconds).unwrap_or(EPOCH)
}

/// The time now as a Date field says it.
pub(crate) fn now_text() -> String {
    static LAST: Mutex<Option<(HttpDate, String)>> = Mutex::new(None);
    let now = now();
    let mut last = lock(&LAST);
    match &*last {
        Some((time, text)) if *time == now => text.clone(),
        _ => {
            let text = now.to_string();
            *last = Some((now, text.clone()));
            text
        }
    }
}
