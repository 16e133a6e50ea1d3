//! Questions that wait for a worker. No client takes all of them, however much it asks.

use std::collections::{HashMap, VecDeque};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::commands::dns::resolve::Asked;
use crate::lock::lock;

/// Questions under way at once.
pub(super) const WORKERS: usize = 64;

/// Of those, what one client may have.
const WORKERS_SHARE: usize = 48;

/// Questions that wait for a worker.
const JOBS_MAX: usize = 1024;

/// Of those, what one client may have.
const JOBS_SHARE: usize = 768;

/// A question and who asked it first.
pub(super) struct Job {
    pub(super) asked: Asked,
    pub(super) came: Instant,
    client: IpAddr,
}

impl Job {
    /// One that comes now.
    pub(super) fn new(asked: Asked, peer: IpAddr) -> Self {
        Self {
            asked,
            came: Instant::now(),
            client: client(peer),
        }
    }
}

/// Who asks: an IPv6 address is one of many that its machine has (RFC 4291 §2.5.4).
fn client(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address => address,
    }
}

/// What waits, and for whom the workers work.
#[derive(Default)]
pub(super) struct Jobs {
    queue: Mutex<Queue>,
    came: Condvar,
}

#[derive(Default)]
struct Queue {
    /// In the order they came.
    waiting: VecDeque<Job>,
    /// How many workers each client has.
    workers: HashMap<IpAddr, usize>,
}

impl Queue {
    /// The first job of a client who has not its share of the workers.
    fn next(&mut self) -> Option<Job> {
        let workers = &self.workers;
        let may_begin = |job: &Job| {
            let own = workers.get(&job.client);
            own.is_none_or(|own| *own < WORKERS_SHARE)
        };
        let job = self
            .waiting
            .iter()
            .position(may_begin)
            .and_then(|at| self.waiting.remove(at))?;
        let own = self.workers.entry(job.client).or_default();
        *own = own.saturating_add(1);
        Some(job)
    }
}

impl Jobs {
    /// Adds a job unless there is no room for it, or none for its client.
    pub(super) fn put(&self, job: Job) -> bool {
        let mut queue = lock(&self.queue);
        let of_client = queue
            .waiting
            .iter()
            .filter(|other| other.client == job.client);
        if queue.waiting.len() >= JOBS_MAX || of_client.count() >= JOBS_SHARE {
            return false;
        }
        queue.waiting.push_back(job);
        self.came.notify_one();
        true
    }

    /// The next job for a worker, who waits for it.
    pub(super) fn take(&self) -> Job {
        let mut queue = lock(&self.queue);
        loop {
            match queue.next() {
                Some(job) => return job,
                None => {
                    queue = self
                        .came
                        .wait(queue)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    /// A worker is done with a job, and is to take the next: it may be one that had to wait for this.
    pub(super) fn done(&self, job: &Job) {
        let mut queue = lock(&self.queue);
        let own = queue.workers.entry(job.client).or_default();
        *own = own.saturating_sub(1);
        if *own == 0 {
            queue.workers.remove(&job.client);
        }
    }
}

#[cfg(test)]
mod tests {
    use wire_dns::RecordType;

    use super::{Asked, JOBS_MAX, JOBS_SHARE, Job, Jobs, WORKERS_SHARE, client, lock};

    fn job(number: usize, peer: &str) -> Job {
        let asked = Asked {
            name: format!("{number}.test").parse().unwrap(),
            record_type: RecordType::A,
            dnssec_ok: false,
            checking_disabled: false,
        };
        Job::new(asked, peer.parse().unwrap())
    }

    #[test]
    fn who_asks_much_leaves_workers_to_others() {
        let jobs = Jobs::default();
        for number in 0..=WORKERS_SHARE {
            assert!(jobs.put(job(number, "10.0.0.1")));
        }
        let begun: Vec<Job> = (0..WORKERS_SHARE).map(|_| jobs.take()).collect();
        assert!(jobs.put(job(1000, "10.0.0.2")));
        let other = jobs.take();
        assert_eq!(other.asked.name.to_string(), "1000.test.");
        assert!(lock(&jobs.queue).next().is_none());
        // One is done, and the next of the same client may begin.
        jobs.done(&other);
        assert!(lock(&jobs.queue).next().is_none());
        jobs.done(&begun[0]);
        let last = jobs.take();
        assert_eq!(
            last.asked.name.to_string(),
            format!("{WORKERS_SHARE}.test.")
        );
    }

    #[test]
    fn who_asks_much_leaves_room_to_others() {
        let jobs = Jobs::default();
        let fits = |peer| {
            (0..)
                .take_while(|number| jobs.put(job(*number, peer)))
                .count()
        };
        assert_eq!(fits("10.0.0.1"), JOBS_SHARE);
        assert_eq!(fits("10.0.0.2"), JOBS_MAX - JOBS_SHARE);
        assert!(!jobs.put(job(0, "10.0.0.3")));
    }

    #[test]
    fn what_no_client_waits_for_is_forgotten() {
        let jobs = Jobs::default();
        assert!(jobs.put(job(0, "10.0.0.1")));
        let taken = jobs.take();
        jobs.done(&taken);
        assert!(lock(&jobs.queue).workers.is_empty());
    }

    #[test]
    fn a_client_is_a_machine() {
        let of = |peer: &str| client(peer.parse().unwrap());
        assert_eq!(of("fd00::1:2:3"), of("fd00::4"));
        assert_ne!(of("fd00::1"), of("fd00:0:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.1"), of("10.0.0.1"));
        assert_ne!(of("10.0.0.1"), of("10.0.0.2"));
    }
}
