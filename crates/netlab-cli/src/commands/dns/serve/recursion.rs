//! Answers for clients that take a while: many questions at once, each of them once, however many ask it.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use wire_dns::zone::Zone;

use super::Zones;
use super::jobs::{Job, Jobs, WORKERS};
use crate::commands::dns::resolve::{Asked, Event, Found, Resolver, Trouble};
use crate::context::Context;
use crate::lock::lock;
use crate::net::{AtWork, GRACE, Served, ServerArgs, is_near};

/// What is done with an answer.
type Use = dyn FnOnce(&Arc<Found>) + Send;

/// Who gets an answer.
pub(super) struct Waiter {
    answer: Box<Use>,
    octets: usize,
}

impl Waiter {
    /// One whose query has so many octets.
    pub(super) fn new(query: usize, answer: impl FnOnce(&Arc<Found>) + Send + 'static) -> Self {
        /// What stands beside the query, about.
        const MORE: usize = 256;
        Self {
            answer: Box::new(answer),
            octets: query.saturating_add(MORE),
        }
    }
}

/// A resolver at work for many.
pub(super) struct Recursion {
    resolver: Resolver,
    zones: Zones,
    /// Whether the user said who may come in.
    is_allowed: bool,
    /// Who waits for which answer. One question is under way only once: each more would make it easier to guess a reply to
    /// it (CVE-2002-2211).
    waiting: Mutex<Waiting>,
    /// Nothing is under way any more.
    idle: Condvar,
    jobs: Jobs,
    context: Context,
}

/// Who waits for which answer.
#[derive(Default)]
struct Waiting {
    by_question: HashMap<Asked, Vec<Waiter>>,
    /// Questions whose clients have no answer yet.
    under_way: usize,
    /// What all of it takes.
    octets: usize,
}

impl Waiting {
    /// Adds a client, or gives it back where there is no room. `begin` begins with a question that is not under way, if it can.
    fn add(
        &mut self,
        asked: &Asked,
        waiter: Waiter,
        begin: impl FnOnce() -> bool,
    ) -> Result<(), Waiter> {
        let octets = self.octets.saturating_add(waiter.octets);
        let others = self.by_question.get(asked).map(Vec::len);
        let is_full = octets > OCTETS_MAX || others.is_some_and(|others| others >= WAITERS_MAX);
        if is_full || (others.is_none() && !begin()) {
            return Err(waiter);
        }
        if others.is_none() {
            self.under_way = self.under_way.saturating_add(1);
        }
        self.octets = octets;
        let waiters = self.by_question.entry(asked.clone()).or_default();
        waiters.push(waiter);
        Ok(())
    }

    /// Those who wait for an answer.
    fn take(&mut self, asked: &Asked) -> Vec<Waiter> {
        let waiters = self.by_question.remove(asked).unwrap_or_default();
        for waiter in &waiters {
            self.octets = self.octets.saturating_sub(waiter.octets);
        }
        waiters
    }
}

/// Clients that wait for the same answer.
const WAITERS_MAX: usize = 256;

/// What waits in all: as long as a query is, so long it lies here.
const OCTETS_MAX: usize = 16 << 20;

/// How long one answer may take; clients ask again after some five seconds.
const PATIENCE: Duration = Duration::from_secs(8);

impl Recursion {
    /// Starts the workers.
    pub(super) fn start(
        resolver: Resolver,
        zones: Zones,
        limits: &ServerArgs,
        context: &Context,
    ) -> io::Result<Arc<Self>> {
        let recursion = Arc::new(Self {
            resolver,
            zones,
            is_allowed: !limits.allow.is_empty(),
            waiting: Mutex::new(Waiting::default()),
            idle: Condvar::new(),
            jobs: Jobs::default(),
            context: context.clone(),
        });
        for _ in 0..WORKERS {
            let recursion = Arc::clone(&recursion);
            std::thread::Builder::new()
                .name("resolve".to_owned())
                .spawn(move || recursion.work())?;
        }
        Ok(recursion)
    }

    /// Whether a client's questions for other names are answered: a resolver for all the world would be used against others
    /// (RFC 5358 §4), so who it is for must be near, or named.
    pub(super) fn serves(&self, peer: IpAddr) -> bool {
        self.is_allowed || is_near(peer)
    }

    /// What is known without asking anyone, with the seconds since it was learned.
    pub(super) fn known(&self, asked: &Asked) -> Option<(Arc<Found>, u32)> {
        self.resolver.known(asked)
    }

    /// Forgets what was found while the zones were others.
    pub(super) fn forget(&self) {
        self.resolver.forget();
    }

    /// Finds an answer for `peer` and gives it to `waiter`, on a thread of its own.
    pub(super) fn find(&self, asked: Asked, peer: IpAddr, waiter: Waiter) {
        let begin = || self.jobs.put(Job::new(asked.clone(), peer));
        let Err(waiter) = lock(&self.waiting).add(&asked, waiter, begin) else {
            return;
        };
        self.context.out.remark(|| {
            format!(
                "{} is not looked for: too many questions at once",
                asked.name
            )
        });
        let busy = Trouble::other("too many questions at once");
        (waiter.answer)(&Arc::new(Found::trouble(busy)));
    }

    fn work(&self) {
        loop {
            let job = self.jobs.take();
            self.answer(&job);
            self.jobs.done(&job);
        }
    }

    fn answer(&self, Job { asked, came, .. }: &Job) {
        let zones = self.zones();
        let out = &self.context.out;
        let mut watch = |event: Event<'_>| out.remark(|| event.to_string());
        // Nobody waits any more for what has waited too long for a worker.
        let patience = PATIENCE.saturating_sub(came.elapsed());
        let found = self.resolver.resolve(asked, &zones, patience, &mut watch);
        if let Some(trouble) = &found.trouble {
            let (name, sentence) = (&asked.name, &trouble.sentence);
            out.remark(|| format!("no answer for {name} {}: {sentence}", asked.record_type));
        }
        // What was found with the zones of before must not outlive them.
        if !Arc::ptr_eq(&zones, &self.zones()) {
            self.forget();
        }
        let waiters = lock(&self.waiting).take(asked);
        for waiter in waiters {
            (waiter.answer)(&found);
        }
        let mut waiting = lock(&self.waiting);
        waiting.under_way = waiting.under_way.saturating_sub(1);
        if waiting.under_way == 0 {
            self.idle.notify_all();
        }
    }

    fn zones(&self) -> Arc<Vec<Zone>> {
        Arc::clone(&self.zones.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AtWork for Arc<Recursion> {
    fn addresses(&self) -> Vec<(&'static str, SocketAddr)> {
        Vec::new()
    }

    /// Waits for the answers that are under way.
    fn finish(self: Box<Self>) -> Served {
        let waiting = lock(&self.waiting);
        drop(
            self.idle
                .wait_timeout_while(waiting, GRACE, |waiting| waiting.under_way > 0),
        );
        Served::default()
    }
}

#[cfg(test)]
mod tests {
    use wire_dns::RecordType;

    use super::{Asked, OCTETS_MAX, WAITERS_MAX, Waiter, Waiting};

    fn asked(number: usize) -> Asked {
        Asked {
            name: format!("{number}.test").parse().unwrap(),
            record_type: RecordType::A,
            dnssec_ok: false,
            checking_disabled: false,
        }
    }

    fn waiter(query: usize) -> Waiter {
        Waiter::new(query, |_| {})
    }

    #[test]
    fn one_question_has_so_many_clients_and_is_begun_once() {
        let mut waiting = Waiting::default();
        let question = asked(0);
        for number in 0..WAITERS_MAX {
            let added = waiting.add(&question, waiter(40), || number == 0);
            assert!(added.is_ok());
        }
        assert!(waiting.add(&question, waiter(40), || true).is_err());
        assert!(waiting.add(&asked(1), waiter(40), || false).is_err());
        assert_eq!(waiting.under_way, 1);
        assert_eq!(waiting.take(&question).len(), WAITERS_MAX);
        assert_eq!(waiting.octets, 0);
    }

    #[test]
    fn long_queries_do_not_fill_the_memory() {
        const QUERY: usize = 60_000;
        let mut waiting = Waiting::default();
        let mut questions = (0..).map(asked);
        let fits = questions
            .by_ref()
            .take_while(|asked| waiting.add(asked, waiter(QUERY), || true).is_ok())
            .count();
        assert!(waiting.octets <= OCTETS_MAX && fits <= OCTETS_MAX / QUERY);
        // Whoever has got an answer makes room.
        assert_eq!(waiting.take(&asked(0)).len(), 1);
        assert!(waiting.add(&asked(fits), waiter(QUERY), || true).is_ok());
    }
}
