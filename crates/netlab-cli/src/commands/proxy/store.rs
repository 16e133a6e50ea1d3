//! Stored responses in memory, those used last kept longest (RFC 9111 §2).

use std::hash::{BuildHasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use lru::LruCache;
use wire_http::caching::{CacheKey, CachePolicy, ResponseMetadata, stored_fields};
use wire_http::date::HttpDate;
use wire_http::{Error, StatusCode, Version};

use crate::lock::lock;

/// A response to GET.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) status: StatusCode,
    pub(super) reason: Vec<u8>,
    pub(super) version: Version,
    /// Without those of a connection.
    pub(super) fields: Vec<(String, Vec<u8>)>,
    pub(super) content: Arc<[u8]>,
    pub(super) request_time: HttpDate,
    pub(super) response_time: HttpDate,
    /// What another request must have in common with the one this answered.
    pub(super) vary_key: Vec<u8>,
}

impl Stored {
    /// The fields as the library takes them.
    pub(super) fn field_pairs(&self) -> Vec<(&str, &[u8])> {
        self.fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_slice()))
            .collect()
    }

    /// The value of the first field of this name.
    pub(super) fn field(&self, name: &str) -> Option<&[u8]> {
        let of_name = |(known, _): &&(String, Vec<u8>)| known.eq_ignore_ascii_case(name);
        let field = self.fields.iter().find(of_name);
        field.map(|(_, value)| value.as_slice())
    }

    /// How many octets its content has.
    pub(super) fn length(&self) -> u64 {
        u64::try_from(self.content.len()).unwrap_or(u64::MAX)
    }

    /// What caching needs to know of it.
    pub(super) fn metadata(&self) -> Result<ResponseMetadata<'_>, Error> {
        ResponseMetadata::decode(
            self.status,
            self.field_pairs(),
            self.request_time,
            self.response_time,
        )
    }

    /// The fields of a response that are kept.
    pub(super) fn fields_of(
        fields: &[(&str, &[u8])],
        metadata: &ResponseMetadata<'_>,
        policy: &CachePolicy,
    ) -> Vec<(String, Vec<u8>)> {
        owned(&stored_fields(fields, metadata.cache_control(), policy))
    }

    fn octets(&self) -> u64 {
        const OVERHEAD_OCTETS: usize = 512;
        let fields: usize = self
            .fields
            .iter()
            .map(|(name, value)| name.len().saturating_add(value.len()).saturating_add(64))
            .fold(0, usize::saturating_add);
        let octets = OVERHEAD_OCTETS
            .saturating_add(fields)
            .saturating_add(self.vary_key.len())
            .saturating_add(self.content.len());
        u64::try_from(octets).unwrap_or(u64::MAX)
    }
}

/// Field lines that nobody else owns.
pub(super) fn owned(fields: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.to_vec()))
        .collect()
}

/// What is stored for whom. Clients on this machine reach more than others do, and the store must not tell what they fetched.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(super) struct Place {
    pub(super) uri: CacheKey,
    pub(super) is_local: bool,
}

impl Place {
    /// What it takes with what is stored there: clients choose how long URIs are, too.
    fn octets(&self, variants: &Variants) -> u64 {
        let uri = u64::try_from(self.uri.to_string().len()).unwrap_or(u64::MAX);
        variants
            .iter()
            .map(|stored| stored.octets())
            .fold(uri, u64::saturating_add)
    }
}

/// The responses stored for one URI, one for each choice that Vary makes.
pub(super) type Variants = Vec<Arc<Stored>>;

/// The store.
pub(super) struct Store {
    octets_max: u64,
    kept: Mutex<Kept>,
    /// Octets of responses that are being received to be stored.
    arriving: AtomicU64,
}

struct Kept {
    by_key: LruCache<Place, Variants>,
    octets: u64,
    forgotten: Forgotten,
}

/// When something was last forgotten of a URI. Some URIs share a place, which costs no more than that a response is not stored.
struct Forgotten {
    hasher: RandomState,
    when: Vec<Option<Instant>>,
}

impl Forgotten {
    const PLACES: u64 = 4096;

    fn new() -> Self {
        Self {
            hasher: RandomState::new(),
            when: (0..Self::PLACES).map(|_| None).collect(),
        }
    }

    fn of(&mut self, uri: &CacheKey) -> Option<&mut Option<Instant>> {
        let place = self.hasher.hash_one(uri) % Self::PLACES;
        self.when.get_mut(usize::try_from(place).ok()?)
    }
}

impl Kept {
    fn remove(&mut self, key: &Place) -> Option<Variants> {
        let variants = self.by_key.pop(key)?;
        self.octets = self.octets.saturating_sub(key.octets(&variants));
        Some(variants)
    }
}

impl Store {
    /// A store of up to `octets_max`; 0 keeps nothing.
    pub(super) fn new(octets_max: u64) -> Self {
        Self {
            octets_max,
            kept: Mutex::new(Kept {
                by_key: LruCache::unbounded(),
                octets: 0,
                forgotten: Forgotten::new(),
            }),
            arriving: AtomicU64::new(0),
        }
    }

    /// Whether anything is ever kept.
    pub(super) const fn is_on(&self) -> bool {
        self.octets_max > 0
    }

    /// The largest content that is kept: one response must not push out all others.
    pub(super) fn content_max(&self) -> u64 {
        self.octets_max / 4
    }

    /// What is stored for a URI.
    pub(super) fn get(&self, key: &Place) -> Variants {
        lock(&self.kept)
            .by_key
            .get(key)
            .cloned()
            .unwrap_or_default()
    }

    /// Stores the response to a request of `asked` in place of the one with the same `vary_key`. Not where something was
    /// forgotten of the URI since: it may say what was so before (RFC 9111 §4.4).
    pub(super) fn put(&self, key: &Place, stored: Stored, asked: Instant) {
        let mut kept = lock(&self.kept);
        let forgotten = kept.forgotten.of(&key.uri).and_then(|when| *when);
        if forgotten.is_none_or(|when| when < asked) {
            self.insert(&mut kept, key, stored);
        }
    }

    /// Stores what `old` has become, if that is still there.
    pub(super) fn replace(&self, key: &Place, old: &Arc<Stored>, stored: Stored) {
        let mut kept = lock(&self.kept);
        let variants = kept.by_key.peek(key);
        if variants.is_some_and(|known| known.iter().any(|other| Arc::ptr_eq(other, old))) {
            self.insert(&mut kept, key, stored);
        }
    }

    fn insert(&self, kept: &mut Kept, key: &Place, stored: Stored) {
        const VARIANTS_MAX: usize = 16;
        let mut variants = kept.remove(key).unwrap_or_default();
        variants.retain(|other| other.vary_key != stored.vary_key);
        if variants.len() >= VARIANTS_MAX {
            variants.remove(0);
        }
        variants.push(Arc::new(stored));
        kept.octets = kept.octets.saturating_add(key.octets(&variants));
        kept.by_key.put(key.clone(), variants);
        while kept.octets > self.octets_max {
            let Some((key, dropped)) = kept.by_key.pop_lru() else {
                break;
            };
            kept.octets = kept.octets.saturating_sub(key.octets(&dropped));
        }
    }

    /// Forgets what is stored for a URI, for whomever (RFC 9111 §4.4).
    pub(super) fn forget(&self, uri: &CacheKey) {
        let mut kept = lock(&self.kept);
        if let Some(when) = kept.forgotten.of(uri) {
            *when = Some(Instant::now());
        }
        for is_local in [false, true] {
            let uri = uri.clone();
            kept.remove(&Place { uri, is_local });
        }
    }
}

/// Content on its way into the store. Whatever many clients fetch at once, it never holds more than the store itself may.
pub(super) struct Arriving<'s> {
    store: &'s Store,
    content: Option<Vec<u8>>,
    counted: u64,
}

impl<'s> Arriving<'s> {
    /// Content of which nothing has come yet.
    pub(super) const fn new(store: &'s Store) -> Self {
        Self {
            store,
            content: Some(Vec::new()),
            counted: 0,
        }
    }

    /// Keeps a piece, or gives all up if it becomes too much.
    pub(super) fn push(&mut self, piece: &[u8]) {
        let Some(content) = &mut self.content else {
            return;
        };
        let length = u64::try_from(piece.len()).unwrap_or(u64::MAX);
        let arriving = self
            .store
            .arriving
            .fetch_add(length, Ordering::Relaxed)
            .saturating_add(length);
        self.counted = self.counted.saturating_add(length);
        if self.counted > self.store.content_max() || arriving > self.store.octets_max {
            self.content = None;
        } else {
            content.extend_from_slice(piece);
        }
    }

    /// All of it, unless it was given up.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
        self.content.take()
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        self.store
            .arriving
            .fetch_sub(self.counted, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{Arriving, Place, Store, Stored, lock};
    use std::sync::Arc;
    use std::time::Instant;
    use wire_http::caching::CacheKey;
    use wire_http::date::HttpDate;
    use wire_http::{StatusCode, Version};

    fn stored(content: &[u8], vary_key: &[u8]) -> Stored {
        let now = HttpDate::from_unix(1_800_000_000).unwrap();
        Stored {
            status: StatusCode::OK,
            reason: b"OK".to_vec(),
            version: Version::Http11,
            fields: Vec::new(),
            content: Arc::from(content),
            request_time: now,
            response_time: now,
            vary_key: vary_key.to_vec(),
        }
    }

    fn key(path: &str) -> Place {
        Place {
            uri: CacheKey::new("http", "a.test", path),
            is_local: true,
        }
    }

    #[test]
    fn what_local_clients_fetched_is_not_told_to_others() {
        let store = Store::new(1 << 20);
        store.put(&key("/"), stored(b"mine", b""), Instant::now());
        let others = Place {
            is_local: false,
            ..key("/")
        };
        assert!(store.get(&others).is_empty());
        store.put(&others, stored(b"theirs", b""), Instant::now());
        assert_eq!(&*store.get(&key("/"))[0].content, b"mine");
        store.forget(&key("/").uri);
        assert!(store.get(&key("/")).is_empty() && store.get(&others).is_empty());
    }

    #[test]
    fn a_variant_replaces_its_like_only() {
        let store = Store::new(1 << 20);
        store.put(&key("/"), stored(b"one", b"x"), Instant::now());
        store.put(&key("/"), stored(b"two", b"y"), Instant::now());
        store.put(&key("/"), stored(b"three", b"x"), Instant::now());
        let contents: Vec<Vec<u8>> = store
            .get(&key("/"))
            .iter()
            .map(|stored| stored.content.to_vec())
            .collect();
        assert_eq!(contents, [b"two".to_vec(), b"three".to_vec()]);
        store.forget(&key("/").uri);
        assert!(store.get(&key("/")).is_empty());
        assert_eq!(lock(&store.kept).octets, 0);
    }

    /// It was asked for before what is known now.
    #[test]
    fn what_comes_after_its_uri_was_forgotten_is_not_stored() {
        let store = Store::new(1 << 20);
        let asked = Instant::now();
        store.put(&key("/"), stored(b"one", b""), asked);
        let old = Arc::clone(&store.get(&key("/"))[0]);
        store.forget(&key("/").uri);
        store.put(&key("/"), stored(b"two", b""), asked);
        store.replace(&key("/"), &old, stored(b"one", b""));
        assert!(store.get(&key("/")).is_empty());
        let forgotten = Instant::now();
        while Instant::now() == forgotten {}
        store.put(&key("/"), stored(b"three", b""), Instant::now());
        store.replace(&key("/"), &old, stored(b"one", b""));
        assert_eq!(&*store.get(&key("/"))[0].content, b"three");
    }

    #[test]
    fn the_one_not_used_for_longest_goes_first() {
        let store = Store::new(3 * 1600);
        for path in ["/1", "/2", "/3"] {
            store.put(&key(path), stored(&[0; 1000], b""), Instant::now());
        }
        store.get(&key("/1"));
        store.put(&key("/4"), stored(&[0; 1000], b""), Instant::now());
        assert!(store.get(&key("/2")).is_empty());
        assert!(!store.get(&key("/1")).is_empty());
    }

    #[test]
    fn what_clients_choose_counts_too() {
        const MAX: u64 = 100_000;
        let store = Store::new(MAX);
        for number in 0..100 {
            let place = key(&format!("/{number}{}", "u".repeat(8000)));
            store.put(&place, stored(b"", &[b'v'; 1000]), Instant::now());
            store.put(&place, stored(b"", &[b'w'; 1000]), Instant::now());
        }
        let kept = lock(&store.kept);
        let octets: usize = kept
            .by_key
            .iter()
            .map(|(place, variants)| {
                let keys = variants.iter().map(|stored| stored.vary_key.len());
                place.uri.to_string().len() + keys.sum::<usize>()
            })
            .sum();
        assert!(
            kept.octets <= MAX && octets as u64 <= kept.octets,
            "{octets}"
        );
        assert!(kept.by_key.len() > 5);
        drop(kept);
        for number in 0..100 {
            store.forget(&key(&format!("/{number}{}", "u".repeat(8000))).uri);
        }
        assert_eq!(lock(&store.kept).octets, 0);
    }

    #[test]
    fn what_arrives_is_bounded() {
        let store = Store::new(1000);
        let mut one = Arriving::new(&store);
        one.push(&[0; 250]);
        assert_eq!(one.finish().map(|content| content.len()), Some(250));
        let mut large = Arriving::new(&store);
        large.push(&[0; 251]);
        assert_eq!(large.finish(), None);
        let mut many: Vec<Arriving<'_>> = (0..5).map(|_| Arriving::new(&store)).collect();
        for arriving in &mut many {
            arriving.push(&[0; 240]);
        }
        let kept = many.into_iter().filter_map(Arriving::finish).count();
        assert_eq!(kept, 4);
        assert_eq!(store.arriving.load(super::Ordering::Relaxed), 0);
    }
}
