//! `netlab text send`: each message on its own, with its reply.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _};
use std::net::{Shutdown, SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::context::Context;
use crate::exit::{ExitCode, Failure};
use crate::net::{
    DATAGRAM_OCTETS_MAX, HostPort, Stop, TimedStream, connect, io_failure, parse_seconds,
    udp_connect,
};
use crate::show::{Protocol, Seen, Transport};

/// Where to send what.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Over TCP, a connection for each message (the default)
    #[arg(long, conflicts_with = "udp")]
    tcp: bool,
    /// Over UDP, a datagram for each message
    #[arg(long)]
    udp: bool,
    /// How long to wait for each reply
    #[arg(long, value_name = "SECONDS", default_value = "3", value_parser = parse_seconds)]
    timeout: Duration,
    /// How often a message whose reply is lost is sent again (UDP)
    #[arg(long, value_name = "N", default_value_t = 2)]
    retries: u32,
    /// The server
    #[arg(value_name = "HOST:PORT")]
    server: HostPort,
    /// What to send; each line of stdin if there is none
    message: Vec<String>,
}

/// Sends and prints.
pub(crate) fn run(args: &Args, context: &Context) -> anyhow::Result<ExitCode> {
    if !args.message.is_empty() {
        for message in &args.message {
            exchange(args, context, message.as_bytes())?;
        }
        return Ok(ExitCode::Done);
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
        line.clear();
        if stdin.lock().read_until(b'\n', &mut line)? == 0 {
            return Ok(ExitCode::Done);
        }
        let message = line.strip_suffix(b"\n").unwrap_or(&line);
        let message = message.strip_suffix(b"\r").unwrap_or(message);
        exchange(args, context, message)?;
    }
}

/// One message and its reply, printed.
fn exchange(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<()> {
    let start = Instant::now();
    let reply = if args.udp {
        over_udp(args, context, message)?
    } else {
        over_tcp(args, context, message)?
    };
    let out = &context.out;
    if out.is_json() {
        out.json(&json!({
            "message": String::from_utf8_lossy(message),
            "reply": String::from_utf8_lossy(&reply),
            "octets": reply.len(),
            "ms": start.elapsed().as_secs_f64() * 1000.0,
        }))?;
    } else if out.is_terminal() {
        out.peer_line(String::from_utf8_lossy(&reply).trim_end_matches(['\r', '\n']))?;
    } else {
        out.octets(&reply)?;
        if !reply.ends_with(b"\n") {
            out.octets(b"\n")?;
        }
    }
    Ok(())
}

/// Sends, ends this side, and reads to the end of the other: the one framing that every text server understands.
fn over_tcp(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<Vec<u8>> {
    let name = args.server.to_string();
    let failure = |error: &io::Error| io_failure(&name, "waiting for the reply", error);
    let connected = connect(&args.server, args.timeout)?;
    let mut stream = TimedStream::new(connected.stream, args.timeout, Stop::new())
        .map_err(|error| failure(&error))?;
    let (local, peer) = ends(&stream).map_err(|error| failure(&error))?;
    let see = |from, to, octets: &[u8]| {
        context.tap.see(&Seen {
            transport: Transport::Tcp,
            from,
            to,
            protocol: Protocol::Data,
            octets,
        });
    };
    // A long message is written while its reply is read: the server answers before it has heard everything.
    let mut writer = stream.try_clone().map_err(|error| failure(&error))?;
    let mut reply = Vec::new();
    let (written, read) = std::thread::scope(|scope| {
        let writing = scope.spawn(move || {
            writer.write_all(message)?;
            match writer.shutdown(Shutdown::Write) {
                // The server was quicker and has closed already.
                Err(error) if error.kind() == io::ErrorKind::NotConnected => Ok(()),
                result => result,
            }
        });
        let read = stream.read_to_end(&mut reply);
        let written = writing
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the writing thread ended")));
        (written, read)
    });
    see(local, peer, message);
    if !reply.is_empty() {
        see(peer, local, &reply);
    }
    // A server that has heard enough may close early; its reply is what counts.
    read.map_err(|error| failure(&error))?;
    if reply.is_empty() {
        written.map_err(|error| failure(&error))?;
    }
    Ok(reply)
}

fn ends(stream: &TimedStream) -> io::Result<(SocketAddr, SocketAddr)> {
    Ok((stream.local_addr()?, stream.peer_addr()?))
}

/// Sends a datagram and waits; sends it again when the reply does not come. The socket is new for each message, so a late reply
/// to an earlier one finds nobody, and connected, so nobody but the server is heard.
fn over_udp(args: &Args, context: &Context, message: &[u8]) -> anyhow::Result<Vec<u8>> {
    if message.len() > DATAGRAM_OCTETS_MAX {
        return Err(Failure::failed(format!(
            "the message has {} octets and a datagram at most {DATAGRAM_OCTETS_MAX}; send it with --tcp",
            message.len()
        ))
        .into());
    }
    let name = args.server.to_string();
    let socket = udp_connect(&args.server)?;
    let failure = |error: &io::Error| io_failure(&name, "waiting for the reply", error);
    let (local, peer) = udp_ends(&socket).map_err(|error| failure(&error))?;
    let mut buffer = vec![0; 65_536];
    for _ in 0..=args.retries {
        socket.send(message).map_err(|error| failure(&error))?;
        context.tap.see(&Seen {
            transport: Transport::Udp,
            from: local,
            to: peer,
            protocol: Protocol::Data,
            octets: message,
        });
        socket
            .set_read_timeout(Some(args.timeout))
            .map_err(|error| failure(&error))?;
        match socket.recv(&mut buffer) {
            Ok(count) => {
                let reply = buffer.get(..count).unwrap_or_default();
                context.tap.see(&Seen {
                    transport: Transport::Udp,
                    from: peer,
                    to: local,
                    protocol: Protocol::Data,
                    octets: reply,
                });
                return Ok(reply.to_vec());
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                ) =>
            {
                context.out.remark(|| format!("no reply from {name} yet"));
            }
            Err(error) => return Err(failure(&error).into()),
        }
    }
    let tries = args.retries.saturating_add(1);
    Err(Failure::new(
        ExitCode::NoReply,
        format!(
            "no reply from {name} after {tries} datagrams; is a UDP server running there, and is it the UDP port and not the TCP one?"
        ),
    )
    .into())
}

fn udp_ends(socket: &UdpSocket) -> io::Result<(SocketAddr, SocketAddr)> {
    Ok((socket.local_addr()?, socket.peer_addr()?))
}
