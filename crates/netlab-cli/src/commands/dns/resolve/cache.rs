//! Answers in memory, for as long as their TTLs say; those used last are kept longest.

use std::mem::size_of;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use lru::LruCache;
use wire_dns::{Rcode, RecordBuf, RecordType};

use super::{Asked, Found};
use crate::lock::lock;

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
        let mut entries = lock(&self.entries);
        entries.get(asked, now).or_else(|| {
            let known = entries.get(&asked.for_any(), now);
            known.filter(|(found, _)| is_name_error(found))
        })
    }

    /// Remembers an answer from `now` on.
    pub(super) fn insert(&self, asked: Asked, found: &Arc<Found>, now: Instant) {
        if found.seconds == 0 {
            return;
        }
        let asked = match asked.record_type {
            // Of a DS the zone above speaks, of everything else maybe one served here.
            RecordType::DS => asked,
            _ if is_name_error(found) => asked.for_any(),
            _ => asked,
        };
        let octets = octets(&asked, found);
        let mut entries = lock(&self.entries);
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
        let mut entries = lock(&self.entries);
        entries.by_question.clear();
        entries.octets = 0;
    }
}

impl Entries {
    fn get(&mut self, asked: &Asked, now: Instant) -> Option<(Arc<Found>, u32)> {
        let entry = self.by_question.get(asked)?;
        let age = now.saturating_duration_since(entry.learned);
        if age < Duration::from_secs(entry.found.seconds.min(SECONDS_MAX).into()) {
            let seconds = u32::try_from(age.as_secs()).unwrap_or(u32::MAX);
            return Some((Arc::clone(&entry.found), seconds));
        }
        self.forget(asked);
        None
    }

    fn forget(&mut self, asked: &Asked) {
        if let Some(entry) = self.by_question.pop(asked) {
            self.octets = self.octets.saturating_sub(entry.octets);
        }
    }
}

impl Asked {
    /// The question for all that the name has, under which it is kept that there is no such name.
    fn for_any(&self) -> Self {
        Self {
            record_type: RecordType::ANY,
            ..self.clone()
        }
    }
}

/// Whether the name that was asked for does not exist, which answers questions for every type (RFC 2308 §5).
fn is_name_error(found: &Found) -> bool {
    found.rcode == Rcode::NXDOMAIN && found.answers.is_empty()
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
    use super::{Asked, Cache, Found, OCTETS_MAX, lock};

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

    /// RFC 2308 §5.
    #[test]
    fn a_name_that_does_not_exist_has_nothing_of_any_type() {
        let cache = Cache::default();
        let now = Instant::now();
        let of_type = |name: &str, record_type| Asked {
            record_type,
            ..asked(name)
        };
        let negative = |rcode, answers| {
            Arc::new(Found {
                rcode,
                ..Found::clone(&found(answers, 60))
            })
        };
        let is_known = |name: &str, record_type| {
            let known = cache.get(&of_type(name, record_type), now);
            known.map(|(found, _)| found.rcode)
        };
        cache.insert(asked("a.test"), &negative(Rcode::NXDOMAIN, vec![]), now);
        for record_type in [RecordType::TXT, RecordType::AAAA, RecordType::ANY] {
            assert_eq!(is_known("A.test", record_type), Some(Rcode::NXDOMAIN));
        }
        // Nothing of one type says nothing of others, nor does the end of an alias, nor does the zone above.
        let alias: RecordBuf = "c.test 60 CNAME absent.test".parse().unwrap();
        let parents = of_type("d.test", RecordType::DS);
        let nothing = of_type("b.test", RecordType::ANY);
        cache.insert(nothing, &negative(Rcode::NOERROR, vec![]), now);
        cache.insert(
            asked("c.test"),
            &negative(Rcode::NXDOMAIN, vec![alias]),
            now,
        );
        cache.insert(parents, &negative(Rcode::NXDOMAIN, vec![]), now);
        for name in ["b.test", "c.test", "d.test", "x.a.test"] {
            assert_eq!(is_known(name, RecordType::AAAA), None, "{name}");
        }
        assert_eq!(is_known("d.test", RecordType::DS), Some(Rcode::NXDOMAIN));
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
        assert!(lock(&cache.entries).octets >= size_of::<Found>());
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
        assert!(lock(&cache.entries).octets <= OCTETS_MAX);
        assert!(cache.get(&asked("1.test"), now).is_none());
        cache.clear();
        assert_eq!(lock(&cache.entries).octets, 0);
    }
}
