//! How the results of a scan are shown.

use std::io;
use std::net::IpAddr;

use anstyle::AnsiColor;
use serde::Serialize;

use super::{Plan, Row, State, Tally, Target, name_of};
use crate::context::Context;
use crate::output::{counted, terminal_safe, without_end};
use crate::show::Transport;

/// A port as `--json` tells of it.
#[derive(Serialize)]
struct Object<'a> {
    host: &'a str,
    port: u16,
    state: String,
    service: Option<&'static str>,
    reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    /// With `--banner`; null if the port was silent.
    #[serde(skip_serializing_if = "Option::is_none")]
    banner: Option<Option<String>>,
}

/// The last line of `--json`.
#[derive(Serialize)]
struct Total {
    hosts: usize,
    ports: usize,
    open: u64,
    closed: u64,
    filtered: u64,
}

/// Prints each host as it is done, and the summary.
pub(super) struct Printer<'a> {
    context: &'a Context,
    plan: &'a Plan,
}

impl<'a> Printer<'a> {
    pub(super) const fn new(context: &'a Context, plan: &'a Plan) -> Self {
        Self { context, plan }
    }

    /// One host's rows; nothing for a host without any.
    pub(super) fn host(&self, target: &Target, rows: &[Row]) -> io::Result<()> {
        let out = &self.context.out;
        if rows.is_empty() {
            return Ok(());
        }
        for row in rows {
            self.see(row);
        }
        // One write for each host: a line each would cost more than the scan of a closed port.
        let mut text = String::new();
        if out.is_json() {
            for row in rows {
                text.push_str(&serde_json::to_string(&self.object(target, row))?);
                text.push('\n');
            }
            return out.json_lines(&text);
        }
        text.push_str(&self.heading(target));
        for row in rows {
            text.push_str(&self.line(row));
            text.push('\n');
        }
        out.octets(text.as_bytes())
    }

    fn heading(&self, target: &Target) -> String {
        let address = if target.is_named() {
            format!(" ({})", target.address.ip())
        } else {
            String::new()
        };
        let last = if self.plan.banner { "BANNER" } else { "REASON" };
        format!(
            "{}{address}\nPORT       STATE     SERVICE           {last}\n",
            target.host
        )
    }

    fn line(&self, row: &Row) -> String {
        let state = row.reason.state();
        let last = if self.plan.banner && state == State::Open {
            first_line(&row.said).map_or_else(String::new, |line| terminal_safe(&line).into_owned())
        } else {
            row.reason.to_string()
        };
        let port = format!("{}/tcp", row.port);
        // Padded before it is painted: escape sequences have no width.
        let painted = self.context.out.paint(color(state), &format!("{state:<8}"));
        let service = name_of(row.port).unwrap_or("unknown");
        let line = format!("{port:<9}  {painted}  {service:<16}  {last}");
        line.trim_end().to_owned()
    }

    /// The last line: how many ports were in which state. The time goes to stderr, so that two runs print the same.
    pub(super) fn summary(&self, tally: Tally) -> io::Result<()> {
        let out = &self.context.out;
        let (hosts, ports) = (self.plan.targets.len(), self.plan.ports.len());
        out.line(&format!(
            "{}, {}{}: {} open, {} closed, {} filtered",
            counted(hosts, "host"),
            counted(ports, "port"),
            if hosts == 1 { "" } else { " each" },
            tally.open,
            tally.closed,
            tally.filtered
        ))?;
        out.json(&Total {
            hosts,
            ports,
            open: tally.open,
            closed: tally.closed,
            filtered: tally.filtered,
        })?;
        out.notice(&format!(
            "netlab: scanned in {:.2} s",
            self.plan.begun.elapsed().as_secs_f64()
        ));
        Ok(())
    }

    fn object<'o>(&self, target: &'o Target, row: &Row) -> Object<'o> {
        Object {
            host: &target.host,
            port: row.port,
            state: row.reason.state().to_string(),
            service: name_of(row.port),
            reason: row.reason.to_string(),
            address: target.is_named().then(|| target.address.ip()),
            banner: self.plan.banner.then(|| first_line(&row.said)),
        }
    }

    fn see(&self, row: &Row) {
        let Some(ends) = row.ends else {
            return;
        };
        self.context
            .out
            .remark(|| format!("{} to {}: {}", ends.local, ends.peer, row.reason));
        self.context.tap.connected(ends.local, ends.peer);
        if !row.said.is_empty() {
            let tap = &self.context.tap;
            tap.see_data(Transport::Tcp, ends.peer, ends.local, &row.said);
        }
    }
}

/// The first line of what a port said, without its line end; nothing if it was silent.
fn first_line(said: &[u8]) -> Option<String> {
    let line = said.split(|octet| *octet == b'\n').next()?;
    if said.is_empty() {
        return None;
    }
    Some(String::from_utf8_lossy(without_end(line)).into_owned())
}

const fn color(state: State) -> AnsiColor {
    match state {
        State::Open => AnsiColor::Green,
        State::Closed => AnsiColor::Red,
        State::Filtered => AnsiColor::Yellow,
    }
}

#[cfg(test)]
mod tests {
    use super::first_line;

    #[test]
    fn a_banner_is_its_first_line() {
        assert_eq!(first_line(b""), None);
        assert_eq!(
            first_line(b"SSH-2.0-x\r\nmore").as_deref(),
            Some("SSH-2.0-x")
        );
        assert_eq!(first_line(b"no end").as_deref(), Some("no end"));
        assert_eq!(first_line(b"\nsecond").as_deref(), Some(""));
        assert_eq!(first_line(b"\xff\n").as_deref(), Some("\u{fffd}"));
    }
}
