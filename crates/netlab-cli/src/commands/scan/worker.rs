//! One thread of a scan: many non-blocking connects in flight, one `poll` for them all.
//!
//! On loopback every connect is answered before it returns, so a thread never waits and few threads suffice. A silent host
//! is the other extreme: nothing is answered and only the number in flight matters. Non-blocking sockets serve both with
//! one mechanism; `poll` is portable, and its cost of a few thousand descriptors is small beside the waits it covers.
//!
//! An open connection is closed in the orderly way, not reset: a reset may reach a server before it accepts or reads, and a
//! student's server that does not expect it dies. The price is one TIME_WAIT of ours for each open port, each towards another
//! address or port, so they never use up the local ports. A connection that never came about leaves nothing behind.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read as _};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use socket2::Socket;

use super::answer::{Outcome, Reason};
use super::loss::Loss;
use super::probe::{abort, begin, is_reusable, settle, socket};
use super::sweep::Plan;
use super::window::Window;
use crate::net::{Ends, later, udp_connect};

/// What became of one probe.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    /// Which host and port, as [`Plan`] numbers them.
    pub(super) index: u64,
    pub(super) reason: Reason,
    /// Both ends of an open connection.
    pub(super) ends: Option<Ends>,
    /// What an open port said first.
    pub(super) said: Vec<u8>,
}

/// What a worker tells: findings, or that the system has had no resources for so long that the scan cannot go on.
pub(super) type Report = Result<Vec<Finding>, Errno>;

/// A thread's part of a scan.
pub(super) struct Worker<'a> {
    plan: &'a Plan,
    reports: SyncSender<Report>,
    window: Window,
    loss: Loss,
    /// Taken from the plan and not begun.
    taken: Range<u64>,
    again: VecDeque<Job>,
    in_flight: Vec<Flight>,
    /// A refused socket, ready for the next port of the same address family.
    spare: Option<(Socket, bool)>,
    found: Vec<Finding>,
    /// When the system first had nothing left, with nothing of ours under way.
    starved: Option<Instant>,
}

#[derive(Clone, Copy, Debug)]
struct Job {
    index: u64,
    /// How often it was met with silence.
    silences: u32,
}

struct Flight {
    socket: Socket,
    address: SocketAddr,
    job: Job,
    deadline: Instant,
    /// Set once the connection stands and only the banner is awaited.
    open: Option<Open>,
}

struct Open {
    ends: Option<Ends>,
    said: Vec<u8>,
}

/// The scan ends: its reader is gone, or the system has nothing left.
struct Stopped;

impl<'a> Worker<'a> {
    /// A worker that keeps up to `in_flight_max` probes under way.
    pub(super) fn new(plan: &'a Plan, in_flight_max: usize, reports: SyncSender<Report>) -> Self {
        Self {
            plan,
            reports,
            window: Window::new(in_flight_max),
            loss: Loss::default(),
            taken: 0..0,
            again: VecDeque::new(),
            in_flight: Vec::new(),
            spare: None,
            found: Vec::new(),
            starved: None,
        }
    }

    /// Works until the plan has no more, and every probe has its finding.
    pub(super) fn work(mut self) {
        // Nobody is left to tell when the reader is gone.
        let _: Result<(), Stopped> = self.run();
    }

    fn run(&mut self) -> Result<(), Stopped> {
        loop {
            self.launch()?;
            self.report()?;
            if self.in_flight.is_empty() {
                if self.starved.is_none() || self.plan.stop.is_raised() {
                    return Ok(());
                }
                // Others hold what we need; nothing can be awaited but time.
                std::thread::sleep(Duration::from_millis(10));
                continue;
            }
            if self.plan.stop.is_raised() {
                // What is answered already counts, also if its banner is still to come; the rest is not waited for.
                self.harvest(Duration::ZERO);
                for flight in std::mem::take(&mut self.in_flight) {
                    if let Some(open) = flight.open {
                        self.find(flight.job, Reason::Connected, open.ends, open.said);
                    }
                }
                return self.report();
            }
            self.harvest(SIGNAL_SEEN_WITHIN);
        }
    }

    /// Begins probes until the window is full or the plan is at its end.
    fn launch(&mut self) -> Result<(), Stopped> {
        while self.in_flight.len() < self.window.size() {
            let Some(job) = self.next_job() else {
                return Ok(());
            };
            let address = self.plan.address(job.index);
            let socket = match self.take_socket(address) {
                Ok(socket) => socket,
                Err(outcome) => {
                    self.starve(job, outcome)?;
                    return Ok(());
                }
            };
            let outcome = begin(&socket, address);
            if outcome == Outcome::Exhausted(Errno::ADDRNOTAVAIL) && has_no_source_for(address) {
                self.find(job, Reason::System(Errno::ADDRNOTAVAIL), None, Vec::new());
                continue;
            }
            if let Outcome::Exhausted(_) = outcome {
                self.starve(job, outcome)?;
                return Ok(());
            }
            self.starved = None;
            let flight = Flight {
                socket,
                address,
                job,
                deadline: self.deadline(outcome),
                open: None,
            };
            self.proceed(flight, outcome);
            if self.found.len() >= REPORT_LEN {
                self.report()?;
            }
        }
        Ok(())
    }

    fn next_job(&mut self) -> Option<Job> {
        if let Some(job) = self.again.pop_front() {
            return Some(job);
        }
        if self.taken.is_empty() {
            self.taken = self.plan.take();
        }
        Some(Job {
            index: self.taken.next()?,
            silences: 0,
        })
    }

    fn take_socket(&mut self, address: SocketAddr) -> Result<Socket, Outcome> {
        match self.spare.take() {
            Some((socket, is_ipv6)) if is_ipv6 == address.is_ipv6() => Ok(socket),
            _ => socket(address),
        }
    }

    /// Puts `job` back, and lives with what is in flight. Never a finding: the port was not asked.
    fn starve(&mut self, job: Job, outcome: Outcome) -> Result<(), Stopped> {
        const PATIENCE: Duration = Duration::from_secs(10);
        self.again.push_front(job);
        self.window.exhausted(self.in_flight.len());
        if !self.in_flight.is_empty() {
            return Ok(());
        }
        let since = *self.starved.get_or_insert_with(Instant::now);
        if since.elapsed() < PATIENCE {
            return Ok(());
        }
        let errno = match outcome {
            Outcome::Exhausted(errno) | Outcome::Answer(Reason::System(errno)) => errno,
            _ => Errno::IO,
        };
        let _ = self.reports.send(Err(errno));
        Err(Stopped)
    }

    /// Only what has to wait needs a deadline, and the clock.
    fn deadline(&self, outcome: Outcome) -> Instant {
        match outcome {
            Outcome::Pending => later(self.plan.timeout),
            _ => self.plan.begun,
        }
    }

    /// Sorts a probe into finished, in flight, or to be repeated.
    fn proceed(&mut self, mut flight: Flight, outcome: Outcome) {
        let reason = match outcome {
            Outcome::Pending => {
                self.in_flight.push(flight);
                return;
            }
            // Sockets that came so far need nothing more; should the system say so, the port is asked again.
            Outcome::Exhausted(_) => {
                self.again.push_back(flight.job);
                return;
            }
            Outcome::Answer(reason) => reason,
        };
        if reason == Reason::Timeout {
            return self.silent(flight.job);
        }
        if reason.is_of_host() {
            self.loss.answered(flight.job.silences);
        }
        if reason.is_of_host() && flight.job.silences > 0 {
            self.window.lost();
        } else {
            self.window.went_well();
        }
        if reason != Reason::Connected {
            self.find(flight.job, reason, None, Vec::new());
            if is_reusable(reason) {
                self.spare = Some((flight.socket, flight.address.is_ipv6()));
            }
            return;
        }
        let ends = Ends::of(&flight.socket);
        if ends.is_some_and(Ends::is_one_socket) {
            abort(flight.socket);
            self.find(flight.job, reason, ends, Vec::new());
        } else if self.plan.banner {
            flight.open = Some(Open {
                ends,
                said: Vec::new(),
            });
            flight.deadline = later(self.plan.timeout);
            self.in_flight.push(flight);
        } else {
            self.find(flight.job, reason, ends, Vec::new());
        }
    }

    /// Repetitions tell silence from lost packets.
    fn silent(&mut self, job: Job) {
        let silences = job.silences.saturating_add(1);
        if silences >= self.loss.silences(self.plan.len()) {
            self.window.went_well();
            self.find(job, Reason::Timeout, None, Vec::new());
        } else {
            self.again.push_back(Job { silences, ..job });
        }
    }

    fn find(&mut self, job: Job, reason: Reason, ends: Option<Ends>, said: Vec<u8>) {
        self.found.push(Finding {
            index: job.index,
            reason,
            ends,
            said,
        });
    }

    fn report(&mut self) -> Result<(), Stopped> {
        if self.found.is_empty() {
            return Ok(());
        }
        let found = std::mem::take(&mut self.found);
        self.reports.send(Ok(found)).map_err(|_| Stopped)
    }

    /// Waits for the first answer or deadline, `wait_max` at most, and takes in everything that is there by then.
    fn harvest(&mut self, wait_max: Duration) {
        /// Deadlines so close together are served by one wake-up.
        const GRAIN: Duration = Duration::from_millis(2);
        let now = Instant::now();
        let first = self.in_flight.iter().map(|flight| flight.deadline).min();
        let wait = first
            .map_or(GRAIN, |first| first.saturating_duration_since(now))
            .max(GRAIN)
            .min(wait_max);
        let mut fds: Vec<PollFd<'_>> = self
            .in_flight
            .iter()
            .map(|flight| {
                let events = match flight.open {
                    Some(_) => PollFlags::IN,
                    None => PollFlags::OUT,
                };
                PollFd::new(&flight.socket, events)
            })
            .collect();
        let events: Vec<bool> = match poll(&mut fds, Timespec::try_from(wait).ok().as_ref()) {
            Ok(_) => fds.iter().map(|fd| !fd.revents().is_empty()).collect(),
            // Interrupted, or short of memory: every socket is asked without a hint.
            Err(_) => vec![true; fds.len()],
        };
        let now = Instant::now();
        for (flight, ready) in std::mem::take(&mut self.in_flight).into_iter().zip(events) {
            if !ready && flight.deadline > now {
                self.in_flight.push(flight);
            } else if flight.open.is_some() {
                self.listen(flight, now);
            } else {
                let outcome = match settle(&flight.socket, flight.address) {
                    Outcome::Pending if flight.deadline <= now => Outcome::Answer(Reason::Timeout),
                    outcome => outcome,
                };
                self.proceed(flight, outcome);
            }
        }
    }

    /// Reads what an open port says, until its first line is whole.
    fn listen(&mut self, mut flight: Flight, now: Instant) {
        let Some(open) = &mut flight.open else {
            return;
        };
        let mut buffer = [0; BANNER_OCTETS_MAX];
        let ended = match (&flight.socket).read(&mut buffer) {
            Ok(0) => true,
            Ok(count) => {
                open.said
                    .extend_from_slice(buffer.get(..count).unwrap_or_default());
                open.said.contains(&b'\n') || open.said.len() >= BANNER_OCTETS_MAX
            }
            Err(error) => !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        };
        if ended || flight.deadline <= now {
            let said = std::mem::take(&mut open.said);
            let ends = open.ends;
            self.find(flight.job, Reason::Connected, ends, said);
        } else {
            self.in_flight.push(flight);
        }
    }
}

/// Whether this machine has no address from which to reach that one (it does without IPv6, say). With the same words the system
/// says that every local port of TCP is taken; UDP has ports of its own.
fn has_no_source_for(address: SocketAddr) -> bool {
    udp_connect(address).is_err_and(|error| error.kind() == ErrorKind::AddrNotAvailable)
}

/// How soon a worker that waits notices that the scan is to end.
const SIGNAL_SEEN_WITHIN: Duration = Duration::from_millis(100);

/// What is kept of a banner.
const BANNER_OCTETS_MAX: usize = 1024;

/// Findings sent in one go.
const REPORT_LEN: usize = 1024;
