//! A whole scan: hosts and ports numbered in order, handed out to workers, findings put back in order.

use std::collections::{BTreeMap, HashSet};
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

use super::answer::{Reason, State};
use super::probe::probe_alone;
use super::targets::Target;
use super::worker::{Finding, Worker};
use crate::exit::Failure;
use crate::net::{Ends, Stop, system_text, thread_failure};

/// What to scan, and how.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The hosts, in the order of the results.
    pub(super) targets: Vec<Target>,
    /// The ports of each, ascending.
    pub(super) ports: Vec<u16>,
    /// How long a port may be silent, each time it is asked.
    pub(super) timeout: Duration,
    /// Whether open ports are listened to.
    pub(super) banner: bool,
    /// Whether closed and filtered ports are kept for the results.
    pub(super) all: bool,
    /// When the scan began.
    pub(super) begun: Instant,
    /// Raised when the scan is to end with what it has found by then.
    pub(super) stop: Stop,
    next: AtomicU64,
}

/// One line of the result.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The port.
    pub(crate) port: u16,
    /// Why it is open, closed or filtered.
    pub(crate) reason: Reason,
    /// Both ends of the connection to an open port.
    pub(super) ends: Option<Ends>,
    /// What an open port said first.
    pub(crate) said: Vec<u8>,
}

/// How many ports were in which state.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Tally {
    pub(crate) open: u64,
    pub(crate) closed: u64,
    pub(crate) filtered: u64,
}

impl Tally {
    /// How many ports have an answer.
    pub(crate) fn ports(&self) -> u64 {
        self.open
            .saturating_add(self.closed)
            .saturating_add(self.filtered)
    }

    fn add(&mut self, state: State) {
        let count = match state {
            State::Open => &mut self.open,
            State::Closed => &mut self.closed,
            State::Filtered => &mut self.filtered,
        };
        *count = count.saturating_add(1);
    }
}

impl Plan {
    /// A scan of open ports only, without banners.
    pub(crate) fn new(targets: Vec<Target>, ports: Vec<u16>, timeout: Duration) -> Self {
        Self {
            targets,
            ports,
            timeout,
            banner: false,
            all: false,
            begun: Instant::now(),
            stop: Stop::new(),
            next: AtomicU64::new(0),
        }
    }

    /// Probes in all.
    pub(crate) fn len(&self) -> u64 {
        to_u64(self.targets.len()).saturating_mul(to_u64(self.ports.len()))
    }

    /// The next probes for one worker; none are left when it is empty, or the scan is to end.
    pub(super) fn take(&self) -> Range<u64> {
        /// Few enough that workers end together.
        const SHARE: u64 = 128;
        if self.stop.is_raised() {
            return 0..0;
        }
        let len = self.len();
        let first = self.next.fetch_add(SHARE, Ordering::Relaxed).min(len);
        first..first.saturating_add(SHARE).min(len)
    }

    /// Where probe `index` goes.
    pub(super) fn address(&self, index: u64) -> SocketAddr {
        let (target, port) = self.place(index);
        let mut address = self
            .targets
            .get(target)
            .map_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)), |t| t.address);
        address.set_port(port);
        address
    }

    fn place(&self, index: u64) -> (usize, u16) {
        let ports = to_u64(self.ports.len()).max(1);
        let target = usize::try_from(index.checked_div(ports).unwrap_or(0)).unwrap_or(usize::MAX);
        let port = usize::try_from(index.checked_rem(ports).unwrap_or(0)).unwrap_or(usize::MAX);
        (target, self.ports.get(port).copied().unwrap_or(0))
    }

    /// Scans with up to `concurrency` probes in flight. Calls `progress` with the number of ports done, and `found` once
    /// for each host, in order, with its rows ascending. A scan that was stopped hands over what it has of each host.
    pub(crate) fn run(
        &self,
        concurrency: usize,
        mut progress: impl FnMut(u64),
        mut found: impl FnMut(&Target, Vec<Row>) -> std::io::Result<()>,
    ) -> anyhow::Result<Tally> {
        /// Workers wait for whoever reads the results: findings that pile up would have no bound.
        const REPORTS_AHEAD: usize = 16;
        let workers = self.workers().min(concurrency.max(1));
        let in_flight_max = concurrency.checked_div(workers).unwrap_or(1);
        let (sender, reports) = sync_channel(REPORTS_AHEAD);
        std::thread::scope(|scope| {
            // Dropped on the way out of an error, so that the workers notice.
            let reports = reports;
            for _ in 1..workers {
                let worker = Worker::new(self, in_flight_max, sender.clone());
                let thread = std::thread::Builder::new();
                if thread.spawn_scoped(scope, || worker.work()).is_err() {
                    // Fewer take longer and come to the same.
                    break;
                }
            }
            let worker = Worker::new(self, in_flight_max, sender);
            std::thread::Builder::new()
                .spawn_scoped(scope, || worker.work())
                .map_err(|error| thread_failure(&error))?;
            let mut order = Order::new(self);
            for report in reports {
                let findings = report.map_err(|errno| {
                    Failure::failed(format!(
                        "cannot go on: {}; is something else on this machine using up its sockets?",
                        system_text(&std::io::Error::from(errno))
                    ))
                })?;
                progress(to_u64(findings.len()));
                for finding in findings {
                    order.take(finding);
                }
                while let Some((target, rows)) = order.next_host() {
                    found(target, rows)?;
                }
            }
            while let Some((target, rows)) = order.unfinished_host() {
                found(target, rows)?;
            }
            Ok(order.tally)
        })
    }

    /// Two threads for each processor are no faster on loopback, and elsewhere one thread has thousands in flight.
    fn workers(&self) -> usize {
        const WORTH_A_THREAD: u64 = 512;
        const WORKERS_MAX: usize = 8;
        let worth = usize::try_from(self.len() / WORTH_A_THREAD).unwrap_or(WORKERS_MAX);
        std::thread::available_parallelism()
            .map_or(1, usize::from)
            .min(WORKERS_MAX)
            .min(worth)
            .max(1)
    }
}

/// Puts findings back in the order of hosts and ports, and takes a second look at those that may be our own sockets.
struct Order<'a> {
    plan: &'a Plan,
    hosts: BTreeMap<usize, Host>,
    next: usize,
    tally: Tally,
}

#[derive(Default)]
struct Host {
    done: usize,
    rows: Vec<Row>,
}

impl<'a> Order<'a> {
    fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            hosts: BTreeMap::new(),
            next: 0,
            tally: Tally::default(),
        }
    }

    fn take(&mut self, finding: Finding) {
        let (target, port) = self.plan.place(finding.index);
        let host = self.hosts.entry(target).or_default();
        host.done = host.done.saturating_add(1);
        let state = finding.reason.state();
        if state != State::Open {
            self.tally.add(state);
            if !self.plan.all {
                return;
            }
        }
        host.rows.push(Row {
            port,
            reason: finding.reason,
            ends: finding.ends,
            said: finding.said,
        });
    }

    /// The next host in order, if all of its ports have their answer.
    fn next_host(&mut self) -> Option<(&'a Target, Vec<Row>)> {
        if self.hosts.get(&self.next)?.done < self.plan.ports.len() {
            return None;
        }
        self.host()
    }

    /// The first host some of whose ports have no answer, once no more answers come.
    fn unfinished_host(&mut self) -> Option<(&'a Target, Vec<Row>)> {
        self.next = *self.hosts.first_key_value()?.0;
        self.host()
    }

    fn host(&mut self) -> Option<(&'a Target, Vec<Row>)> {
        let mut rows = self.hosts.remove(&self.next)?.rows;
        let target = self.plan.targets.get(self.next)?;
        self.next = self.next.saturating_add(1);
        rows.sort_unstable_by_key(|row| row.port);
        for index in own_sockets(&rows) {
            if let Some(row) = rows.get_mut(index) {
                let mut address = target.address;
                address.set_port(row.port);
                row.reason = probe_alone(address, self.plan.timeout);
            }
        }
        let mut shown = Vec::with_capacity(rows.len());
        for row in rows {
            // The others were counted as they came in, unless the second look changed them.
            if row.ends.is_some() || row.reason.state() == State::Open {
                self.tally.add(row.reason.state());
            }
            if self.plan.all || row.reason.state() == State::Open {
                shown.push(row);
            }
        }
        Some((target, shown))
    }
}

/// The rows whose connection has, or may have, a socket of this scan at its other end: one that connected to itself, and
/// two whose SYNs crossed (RFC 9293 §3.5). Neither means that anything listens.
fn own_sockets(rows: &[Row]) -> Vec<usize> {
    let ends: HashSet<Ends> = rows.iter().filter_map(|row| row.ends).collect();
    rows.iter()
        .enumerate()
        .filter(|(_, row)| {
            row.ends.is_some_and(|end| {
                end.is_one_socket() || (end.is_one_host() && ends.contains(&end.flipped()))
            })
        })
        .map(|(index, _)| index)
        .collect()
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, SocketAddr};
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    use super::{Order, Plan, Row, Tally, own_sockets};
    use crate::commands::scan::answer::Reason;
    use crate::commands::scan::targets::Target;
    use crate::commands::scan::worker::Finding;
    use crate::net::Ends;

    fn plan(hosts: u8, ports: &[u16]) -> Plan {
        let targets = (1..=hosts)
            .map(|host| Target::at(IpAddr::V4(Ipv4Addr::new(127, 0, 0, host))))
            .collect();
        Plan::new(targets, ports.to_vec(), Duration::from_secs(1))
    }

    fn finding(index: u64, reason: Reason) -> Finding {
        Finding {
            index,
            reason,
            ends: None,
            said: Vec::new(),
        }
    }

    fn open(local: u16, port: u16) -> Row {
        let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        Row {
            port,
            reason: Reason::Connected,
            ends: Some(Ends {
                local: at(local),
                peer: at(port),
            }),
            said: Vec::new(),
        }
    }

    #[test]
    fn every_port_of_every_host_is_handed_out_once() {
        let plan = plan(3, &(1..=100).collect::<Vec<u16>>());
        let mut seen = Vec::new();
        loop {
            let share = plan.take();
            if share.is_empty() {
                break;
            }
            seen.extend(share.map(|index| plan.address(index).to_string()));
        }
        assert_eq!(seen.len(), 300);
        assert_eq!(seen.first().unwrap(), "127.0.0.1:1");
        assert_eq!(seen.get(100).unwrap(), "127.0.0.2:1");
        assert_eq!(seen.last().unwrap(), "127.0.0.3:100");
        assert!(plan.take().is_empty());
    }

    #[test]
    fn hosts_and_ports_come_in_order_whatever_was_found_first() {
        let plan = plan(2, &[1, 2]);
        let mut order = Order::new(&plan);
        for index in [3, 2, 1] {
            order.take(finding(index, Reason::Connected));
            assert!(order.next_host().is_none());
        }
        order.take(finding(0, Reason::Refused));
        for (host, ports) in [("127.0.0.1", vec![2]), ("127.0.0.2", vec![1, 2])] {
            let (target, rows) = order.next_host().unwrap();
            assert_eq!(target.host, host);
            assert_eq!(rows.iter().map(|row| row.port).collect::<Vec<_>>(), ports);
        }
        assert!(order.next_host().is_none());
        assert_eq!(
            order.tally,
            Tally {
                open: 3,
                closed: 1,
                filtered: 0
            }
        );
    }

    /// Whoever reads the results may stop reading for a while: findings must not pile up meanwhile.
    #[test]
    fn probes_wait_for_a_slow_reader() {
        const LOOKS_MAX: usize = 100;
        let mut plan = plan(64, &(1..=1024).collect::<Vec<u16>>());
        plan.all = true;
        let mut begun = None;
        let tally = plan.run(
            64,
            |_| (),
            |_, _| {
                begun.get_or_insert_with(|| {
                    let mut begun = 0;
                    for _ in 0..LOOKS_MAX {
                        let now = plan.next.load(Ordering::Relaxed);
                        if now == begun {
                            break;
                        }
                        begun = now;
                        std::thread::sleep(Duration::from_millis(50));
                    }
                    begun
                });
                Ok(())
            },
        );
        assert_eq!(tally.unwrap().ports(), plan.len());
        assert!(begun.unwrap() < plan.len());
    }

    #[test]
    fn our_own_sockets_are_found_among_the_open_ports() {
        let rows = [
            open(40_000, 40_001),
            open(40_001, 40_000),
            open(40_000, 80),
            open(40_002, 40_002),
            open(80, 443),
        ];
        assert_eq!(own_sockets(&rows), [0, 1, 3]);
    }

    #[test]
    fn a_port_that_only_we_ourselves_were_at_is_closed() {
        // Bound, so that nobody else can listen there.
        let socket =
            socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::STREAM, None).unwrap();
        let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        socket.bind(&any.into()).unwrap();
        let port = socket.local_addr().unwrap().as_socket().unwrap().port();
        let mut plan = plan(1, &[port]);
        plan.all = true;
        let mut order = Order::new(&plan);
        order.take(Finding {
            ends: open(port, port).ends,
            ..finding(0, Reason::Connected)
        });
        let (_, rows) = order.next_host().unwrap();
        assert_eq!(rows[0].reason, Reason::Refused);
        assert_eq!((order.tally.open, order.tally.closed), (0, 1));
    }
}
