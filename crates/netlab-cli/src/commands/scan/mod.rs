//! `netlab scan`: which TCP ports are open, closed or filtered.

mod answer;
mod loss;
mod ports;
mod print;
mod probe;
mod services;
mod sweep;
mod targets;
mod window;
mod worker;

use std::time::Duration;

use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{Stop, is_near, raise_descriptor_limit};
use crate::show::Progress;

pub(crate) use answer::State;
pub(crate) use ports::PortSet;
pub(crate) use services::name_of;
pub(crate) use sweep::{Plan, Row, Tally};
pub(crate) use targets::Target;

/// What to scan.
#[derive(Clone, Debug, clap::Args)]
#[command(
    after_help = "With --json each port is one object: `host`, `port`, `state` (open, closed, filtered), `service` (null if \
    it has no name), `reason` (connected, refused, reset, self-connect, timeout, host-unreachable, network-unreachable, \
    prohibited, or the system's words), `address` if HOST is a name, `banner` with --banner (null if it was silent). The last \
    object counts: `hosts`, `ports` (of each host), `open`, `closed`, `filtered`. SIGINT ends a scan with what it has found by \
    then, and exit 1."
)]
pub(crate) struct Args {
    /// Names, addresses or CIDR blocks
    #[arg(value_name = "HOST", required = true)]
    pub(crate) hosts: Vec<String>,
    /// Ports as nmap takes them: `22,80,1000-2000`, `-100`, `60000-`, `-` for all, service names; by default 1-1023 and
    /// every higher port whose service has a name
    #[arg(short, long, value_name = "PORTS", allow_hyphen_values = true)]
    pub(crate) ports: Vec<PortSet>,
    /// How long a port may be silent; it is asked twice, and more often where answers get lost
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=600_000))]
    pub(crate) timeout_ms: u32,
    /// Ports asked at once; fewer where the answers or the system's limit on open files demand it
    #[arg(long, value_name = "N", allow_negative_numbers = true, default_value_t = 4000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) concurrency: u32,
    /// Show closed and filtered ports too
    #[arg(long)]
    pub(crate) all: bool,
    /// Show the first line of what each open port says by itself
    #[arg(long)]
    pub(crate) banner: bool,
    /// Exit with 10 if no port is open
    #[arg(long)]
    pub(crate) fail: bool,
    /// Take the IPv6 address of a name that has both
    #[arg(short = '6', long)]
    pub(crate) ipv6: bool,
    /// Scan hosts outside the loopback, private and link-local ranges
    #[arg(long)]
    pub(crate) i_have_permission: bool,
}

/// Scans and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let out = &context.out;
    let resolved = targets::resolve(&args.hosts, args.ipv6)?;
    for remark in &resolved.remarks {
        out.notice(&format!("netlab: {remark}"));
    }
    if !args.i_have_permission {
        refuse_strangers(&resolved.targets)?;
    }
    let ports = if args.ports.is_empty() {
        PortSet::usual()
    } else {
        PortSet::union(&args.ports)
    };
    let timeout = Duration::from_millis(args.timeout_ms.into());
    let mut plan = Plan::new(resolved.targets, ports.into_ports(), timeout);
    plan.banner = args.banner;
    plan.all = args.all;
    plan.stop = Stop::on_signals()?;
    let concurrency = concurrency(args, &plan, context);
    let progress = Progress::new(out, Some(plan.len()), "ports");
    let printer = print::Printer::new(context, &plan);
    let tally = plan.run(
        concurrency,
        |count| progress.advance(count),
        |target, rows| progress.aside(|| printer.host(target, &rows)),
    )?;
    drop(progress);
    printer.summary(tally)?;
    if tally.ports() < plan.len() {
        return Err(Failure::failed(format!(
            "interrupted: {} of {} ports have an answer",
            tally.ports(),
            plan.len()
        ))
        .into());
    }
    Ok(if args.fail && tally.open == 0 {
        ExitCode::Negative
    } else {
        ExitCode::Done
    })
}

fn refuse_strangers(targets: &[Target]) -> Result<(), Failure> {
    let stranger = targets.iter().find(|target| !is_near(target.address.ip()));
    let Some(target) = stranger else {
        return Ok(());
    };
    let name = if target.is_named() {
        format!("{} ({})", target.host, target.address.ip())
    } else {
        target.host.clone()
    };
    Err(Failure::usage(format!(
        "{name} is outside the loopback, private and link-local ranges; scan only what you may, and say so with --i-have-permission"
    )))
}

/// The probes in flight that were asked for, or as many as the system allows.
fn concurrency(args: &Args, plan: &Plan, context: &Context) -> usize {
    /// Descriptors left for everything that is no probe: standard streams, a capture, a poller.
    const RESERVE: u64 = 32;
    let wanted = usize::try_from(args.concurrency).unwrap_or(usize::MAX);
    let useful = wanted.min(usize::try_from(plan.len()).unwrap_or(usize::MAX));
    let files = raise_descriptor_limit().unwrap_or(u64::MAX);
    let allowed = usize::try_from(files.saturating_sub(RESERVE).max(1)).unwrap_or(usize::MAX);
    if allowed < useful {
        context.out.notice(&format!(
            "netlab: {allowed} port{} asked at once, not {wanted}, because the system lets this process open few files; see ulimit -n",
            if allowed == 1 { " is" } else { "s are" }
        ));
    }
    wanted.min(allowed)
}
