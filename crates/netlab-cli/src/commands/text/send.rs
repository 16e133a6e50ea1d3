//! `netlab text send`: each message on its own, with its reply.

mod tcp;

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use self::tcp::{REPLY_OCTETS_MAX, over_tcp};
use crate::context::Context;
use crate::exit::{ExitCode, Failure, exit_code, sentence};
use crate::net::{HostPort, datagram_octets_max, no_way, parse_seconds, system_text, udp_connect};
use crate::output::{milliseconds, octets_member, without_end};
use crate::show::Transport;

/// Where to send what.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "A message over UDP to which no reply comes is told of, and the next one is sent; the exit status is 28 then.\n\n\
    With --json each message and its reply are one object: `message`, `reply` (`message_hex`, `reply_hex`, as digits, \
    where they are not UTF-8), `octets` of the reply, `ms`, and `whole`, false where the server broke off."
)]
pub(crate) struct Args {
    /// Over TCP, a connection for each message (the default)
    #[arg(long, conflicts_with = "udp")]
    tcp: bool,
    /// Over UDP, a datagram for each message
    #[arg(long)]
    udp: bool,
    /// How long to wait for each reply once the server has taken the message, and over TCP for more of one that has begun
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, default_value = "3", value_parser = parse_seconds)]
    timeout: Duration,
    /// How often a message whose reply is lost is sent again (UDP)
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        default_value_t = 2
    )]
    retries: u32,
    /// The server
    #[arg(value_name = "HOST:PORT")]
    server: HostPort,
    /// What to send; each line of stdin if there is none
    message: Vec<String>,
}

/// Sends and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::Done;
    let mut send = |message: &[u8]| match exchange(args, context, message) {
        // As with ping, the next may arrive.
        Err(error) if args.udp && exit_code(&error) == ExitCode::NoReply => {
            context.out.error(&sentence(&error));
            code = ExitCode::NoReply;
            Ok(())
        }
        result => result,
    };
    if !args.message.is_empty() {
        for message in &args.message {
            send(message.as_bytes())?;
        }
        return Ok(code);
    }
    let stdin = io::stdin();
    let prompts = stdin.is_terminal() && !context.out.is_quiet();
    let mut line = Vec::new();
    loop {
        if prompts {
            let mut stderr = io::stderr();
            stderr.write_all(b"> ")?;
            stderr.flush()?;
        }
        if !next_line(stdin.lock(), &mut line, MESSAGE_OCTETS_MAX)? {
            if prompts {
                // What comes next begins on a line of its own, not behind the prompt.
                io::stderr().write_all(b"\n")?;
            }
            return Ok(code);
        }
        send(without_end(&line))?;
    }
}

/// Reads a line with its end; false if there is none.
fn next_line(
    input: impl io::BufRead,
    line: &mut Vec<u8>,
    octets_max: u64,
) -> Result<bool, Failure> {
    line.clear();
    let mut input = input.take(octets_max.saturating_add(1));
    match input.read_until(b'\n', line) {
        Ok(0) => Ok(false),
        Ok(count) if count as u64 > octets_max => Err(Failure::failed(format!(
            "a line of stdin has more than {octets_max} octets"
        ))),
        Ok(_) => Ok(true),
        Err(error) => Err(Failure::failed(format!(
            "cannot read stdin: {}",
            system_text(&error)
        ))),
    }
}

/// One message and its reply, printed.
fn exchange(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<()> {
    let start = Instant::now();
    let Reply { octets, cut } = if args.udp {
        over_udp(args, context, message)?
    } else {
        over_tcp(args, context, message)?
    };
    let out = &context.out;
    if octets.is_empty() && cut.is_some() {
        // Nothing came that could be shown.
    } else if out.is_json() {
        let mut object = json!({
            "octets": octets.len(),
            "ms": milliseconds(start.elapsed()),
            "whole": cut.is_none(),
        });
        if let Value::Object(members) = &mut object {
            members.extend([
                octets_member("message", message),
                octets_member("reply", &octets),
            ]);
        }
        out.json(&object)?;
    } else if out.is_terminal() {
        for line in lines(&String::from_utf8_lossy(&octets)) {
            out.peer_line(line)?;
        }
    } else {
        out.octets(&octets)?;
        if !octets.ends_with(b"\n") {
            out.octets(b"\n")?;
        }
    }
    cut.map_or(Ok(()), |failure| Err(failure.into()))
}

/// The lines of a reply as a terminal shows them, one at least, without the empty ones at its end.
fn lines(reply: &str) -> impl Iterator<Item = &str> {
    reply
        .trim_end_matches(['\r', '\n'])
        .split('\n')
        .map(|line| line.strip_suffix('\r').unwrap_or(line))
}

/// What came back.
struct Reply {
    octets: Vec<u8>,
    /// Why it is not whole.
    cut: Option<Failure>,
}

/// The longest line of stdin, its end counted. The reply to a longer one would not be kept either.
const MESSAGE_OCTETS_MAX: u64 = REPLY_OCTETS_MAX;

/// Over UDP nothing is connected: that nobody listens shows only in an answer to what was sent. A name may stand for several
/// addresses (`localhost` for `::1` and 127.0.0.1), so the next is tried when one refuses or stays silent.
fn over_udp(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<Reply> {
    let mut addresses = args.server.resolve_within(args.timeout)?;
    let octets_max = addresses.iter().map(|it| datagram_octets_max(it.ip()));
    let octets_max = octets_max.max().unwrap_or_default();
    // One of IPv6 may take what one of IPv4 cannot.
    addresses.retain(|address| message.len() <= datagram_octets_max(address.ip()));
    if addresses.is_empty() {
        return Err(Failure::failed(format!(
            "the message has {} octets and a datagram at most {octets_max}; send it with --tcp",
            message.len()
        ))
        .into());
    }
    let name = args.server.to_string();
    let mut refused = None;
    let mut is_silent = false;
    for address in addresses {
        match ask(args, context, address, message) {
            Ok(Some(octets)) => return Ok(Reply { octets, cut: None }),
            Ok(None) => is_silent = true,
            Err(error) => {
                context
                    .out
                    .remark(|| format!("{address}: {}", system_text(&error)));
                refused = Some(error);
            }
        }
    }
    if is_silent {
        let sent = match args.retries.saturating_add(1) {
            1 => "1 datagram".to_owned(),
            tries => format!("{tries} datagrams"),
        };
        return Err(Failure::new(
            ExitCode::NoReply,
            format!(
                "no reply from {name} after {sent}; is a UDP server running there, and is it the UDP port and not the TCP one?"
            ),
        )
        .into());
    }
    let error = refused.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into());
    let (code, reason) = match error.kind() {
        io::ErrorKind::ConnectionRefused => (
            ExitCode::Refused,
            "connection refused; is a server listening there, and is it the UDP port and not the TCP one?".to_owned(),
        ),
        _ => no_way(&error),
    };
    Err(Failure::new(code, format!("cannot reach {name} over UDP: {reason}")).into())
}

/// Sends a datagram and waits; sends it again when the reply does not come. The socket is new for each message, so a late reply
/// to an earlier one finds nobody, and connected, so nobody but the server is heard.
fn ask(
    args: &Args,
    context: &Context,
    server: SocketAddr,
    message: &[u8],
) -> io::Result<Option<Vec<u8>>> {
    let socket = udp_connect(server)?;
    socket.set_read_timeout(Some(args.timeout))?;
    let local = socket.local_addr()?;
    let see = |from, to, octets: &[u8]| {
        context.tap.see_data(Transport::Udp, from, to, octets);
    };
    let mut buffer = vec![0; 65_536];
    let mut failed = None;
    for _ in 0..=args.retries {
        socket.send(message)?;
        see(local, server, message);
        match receive(&socket, &mut buffer) {
            Ok(count) => {
                let reply = buffer.get(..count).unwrap_or_default();
                see(server, local, reply);
                return Ok(Some(reply.to_vec()));
            }
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Err(error),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                context.out.remark(|| format!("no reply from {server} yet"));
                failed = None;
            }
            // What a router says may be wrong the next moment.
            Err(error) => failed = Some(error),
        }
    }
    failed.map_or(Ok(None), Err)
}

fn receive(socket: &UdpSocket, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match socket.recv(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{lines, next_line};

    #[test]
    fn a_line_that_never_ends_is_not_kept() {
        let mut line = Vec::new();
        assert!(next_line(&b"four\n"[..], &mut line, 5).unwrap());
        assert_eq!(line, b"four\n");
        assert!(next_line(&b"last"[..], &mut line, 5).unwrap());
        assert_eq!(line, b"last");
        assert!(!next_line(&b""[..], &mut line, 5).unwrap());
        let endless = io::BufReader::new(io::repeat(b'x'));
        let failure = next_line(endless, &mut line, 5).unwrap_err();
        assert_eq!(
            failure.to_string(),
            "a line of stdin has more than 5 octets"
        );
        assert!(line.len() <= 6);
    }

    #[test]
    fn a_reply_of_several_lines_is_shown_as_such() {
        for (reply, shown) in [
            ("TWO\nLINES\n", &["TWO", "LINES"][..]),
            ("TWO\r\n\r\nLINES", &["TWO", "", "LINES"]),
            ("ONE\r\n\r\n", &["ONE"]),
            ("\n", &[""]),
            ("", &[""]),
            ("A\rB", &["A\rB"]),
        ] {
            assert_eq!(lines(reply).collect::<Vec<_>>(), shown, "{reply:?}");
        }
    }
}
