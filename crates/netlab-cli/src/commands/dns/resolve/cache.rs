//! Answers in memory, for as long as their TTLs say; those used last are kept longest.

use std::mem::size_of;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lru::LruCache;
use wire_dns::RecordBuf;

use super::{Asked, Found};

/// What is kept in all.
const OCTETS_MAX: usize = 64 << 20;

/// Nothing is remembered longer, whatever its TTL: a day (RFC 8767 §4 lets a resolver choose).
const SECONDS_MAX: u32 = 86_400;

/// Answers by question.
pub(super) struct Cache {
    entries: Mutex<Entries>,
}

struct Entries {
    by_question: LruCache<Asked, Entry>,
    octets: usize,
}

struct Entry {
    found: Arc<Found>,
    learned: Instant,
    octets: usize,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            entries: Mutex::new(Entries {
                by_question: LruCache::unbounded(),
                octets: 0,
            }),
        }
    }
}

impl Cache {
    /// The answer to a question and the seconds since it was learned, unless its time is over.
    pub(super) fn get(&self, asked: &Asked, now: Instant) -> Option<(Arc<Found>, u32)> {
        let mut entries = self.lock();
        let entry = entries.by_question.get(asked)?;
        let age = now.saturating_duration_since(entry.learned);
        if age < Duration::from_secs(entry.found.seconds.min(SECONDS_MAX).into()) {
            let seconds = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
            return Some((Arc::clone(&entry.found), seconds));
        }
        entries.forget(asked);
        None
    }

    /// Remembers an answer from `now` on.
    pub(super) fn insert(&self, asked: Asked, found: &Arc<Found>, now: Instant) {
        if found.seconds == 0 {
            return;
        }
        let octets = octets(&asked, found);
        let mut entries = self.lock();
        entries.forget(&asked);
        entries.octets = entries.octets.saturating_add(octets);
        let entry = Entry {
            found: Arc::clone(found),
            learned: now,
            octets,
        };
        entries.by_question.put(asked, entry);
        while entries.octets > OCTETS_MAX {
            let Some((_, oldest)) = entries.by_question.pop_lru() else {
                break;
            };
            entries.octets = entries.octets.saturating_sub(oldest.octets);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        let mut entries = self.lock();
        entries.by_question.clear();
        entries.octets = 0;
    }

    fn lock(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn forget(&mut self, asked: &Asked) {
        if let Some(entry) = self.by_question.pop(asked) {
            self.octets = self.octets.saturating_sub(entry.octets);
        }
    }
}

/// About what an entry takes, with what its allocations take beside their contents.
fn octets(asked: &Asked, found: &Found) -> usize {
    /// One allocation.
    const ALLOCATION: usize = 16;
    /// An entry without what is in its allocations, of which it has six.
    const ENTRY: usize = size_of::<(Asked, Entry, Found)>() + 6 * ALLOCATION;
    /// A record without its owner and data.
    const RECORD: usize = size_of::<RecordBuf>() + 2 * ALLOCATION;
    let records = found.answers.iter().chain(&found.authorities);
    let records = records.map(|record| {
        RECORD
            .saturating_add(record.owner.octets().len())
            .saturating_add(record.rdata.octets().len())
    });
    let reason = found
        .trouble
        .as_ref()
        .map_or(0, |trouble| trouble.sentence.len());
    let entry = ENTRY.saturating_add(asked.name.octets().len());
    records.fold(entry.saturating_add(reason), usize::saturating_add)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use wire_dns::{Rcode, RecordBuf, RecordType};

    use super::super::Trouble;
    use super::{Asked, Cache, Found, OCTETS_MAX};

    fn asked(name: &str) -> Asked {
        Asked {
            name: name.parse().unwrap(),
            record_type: RecordType::TXT,
            dnssec_ok: false,
            checking_disabled: false,
        }
    }

    fn found(answers: Vec<RecordBuf>, seconds: u32) -> Arc<Found> {
        Arc::new(Found {
            rcode: Rcode::NOERROR,
            answers,
            authorities: Vec::new(),
            is_authoritative: false,
            seconds,
            trouble: None,
        })
    }

    #[test]
    fn an_answer_ages_and_is_gone_when_its_time_is_over() {
        let cache = Cache::default();
        let start = Instant::now();
        cache.insert(asked("a.test"), &found(Vec::new(), 10), start);
        let age = |seconds: u64| {
            let now = start.checked_add(Duration::from_secs(seconds)).unwrap();
            // Names are the same in any case.
            cache.get(&asked("A.TEST"), now).map(|(_, age)| age)
        };
        assert_eq!(
            [age(0), age(9), age(10), age(9)],
            [Some(0), Some(9), None, None]
        );
    }

    #[test]
    fn what_may_not_be_remembered_is_not() {
        let cache = Cache::default();
        let now = Instant::now();
        cache.insert(asked("a.test"), &found(Vec::new(), 0), now);
        assert!(cache.get(&asked("a.test"), now).is_none());
    }

    #[test]
    fn what_has_no_records_takes_room_too() {
        const REASON: usize = 10_000;
        let cache = Cache::default();
        let now = Instant::now();
        let failed = Arc::new(Found::trouble(Trouble::other("x".repeat(REASON))));
        for number in 0..=OCTETS_MAX / REASON {
            cache.insert(asked(&format!("{number}.test")), &failed, now);
        }
        assert!(cache.get(&asked("0.test"), now).is_none());
        // An entry is more than its name.
        let cache = Cache::default();
        cache.insert(asked("a.test"), &found(Vec::new(), 60), now);
        assert!(cache.lock().octets >= size_of::<Found>());
    }

    #[test]
    fn memory_is_bounded_and_what_was_used_last_stays() {
        let cache = Cache::default();
        let now = Instant::now();
        let text = format!("\"{}\" ", "x".repeat(250)).repeat(200);
        let record: RecordBuf = format!("a.test 60 TXT {text}").parse().unwrap();
        let count = OCTETS_MAX / 50_000 + 100;
        for number in 0..count {
            let question = asked(&format!("{number}.test"));
            cache.insert(question, &found(vec![record.clone()], 60), now);
            assert!(cache.get(&asked("0.test"), now).is_some());
        }
        assert!(cache.lock().octets <= OCTETS_MAX);
        assert!(cache.get(&asked("1.test"), now).is_none());
        cache.clear();
        assert_eq!(cache.lock().octets, 0);
    }
}
