//! One client that takes its time, and another that does not.

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use rustix::io::Errno;

use super::notes::Notes;
use super::sockets::{MOMENT, PATIENCE, accept, dial, listener};

/// The same two clients at a server that serves one after the other, and at one with a thread for each.
pub(super) fn slow_client(notes: &mut Notes) -> io::Result<()> {
    const CLIENTS: i32 = 2;
    let (server, address) = listener(CLIENTS)?;
    notes.state("server 1", "serves one client after the other");
    thread::scope(|scope| {
        let serve_all = || -> io::Result<()> {
            for _ in 0..CLIENTS {
                serve(&accept(&server)?)?;
            }
            Ok(())
        };
        thread::Builder::new().spawn_scoped(scope, serve_all)?;
        let (slow, quick) = clients(notes, address)?;
        quick.set_read_timeout(Some(MOMENT))?;
        let reply = notes.receive("quick client", &quick, 64);
        notes.expect_error(&reply, &[Errno::AGAIN]);
        finish(notes, &slow)?;
        quick.set_read_timeout(Some(PATIENCE))?;
        let reply = notes.receive("quick client", &quick, 64)?;
        notes.expect(reply == b"QUICK\n", "the quick client is served in the end");
        Ok::<(), io::Error>(())
    })?;

    let (server, address) = listener(CLIENTS)?;
    notes.state("server 2", "serves each client in a thread of its own");
    thread::scope(|scope| {
        thread::Builder::new().spawn_scoped(scope, || serve_each(&server, CLIENTS))?;
        let (slow, quick) = clients(notes, address)?;
        let reply = notes.receive("quick client", &quick, 64)?;
        notes.expect(
            reply == b"QUICK\n",
            "the quick client is served while the slow one dawdles",
        );
        finish(notes, &slow)
    })
}

fn clients(notes: &mut Notes, address: SocketAddr) -> io::Result<(TcpStream, TcpStream)> {
    let slow = dial(address)?;
    notes.send("slow client", &slow, b"slo")?;
    let quick = dial(address)?;
    notes.send("quick client", &quick, b"quick\n")?;
    Ok((slow, quick))
}

fn finish(notes: &mut Notes, slow: &TcpStream) -> io::Result<()> {
    notes.send("slow client", slow, b"w\n")?;
    let reply = notes.receive("slow client", slow, 64)?;
    notes.expect(reply == b"SLOW\n", "the slow client is served");
    Ok(())
}

fn serve_each(server: &TcpListener, clients: i32) -> io::Result<()> {
    thread::scope(|scope| {
        for _ in 0..clients {
            let stream = accept(server)?;
            thread::Builder::new().spawn_scoped(scope, move || serve(&stream))?;
        }
        Ok(())
    })
}

/// Answers one line in capitals.
fn serve(stream: &TcpStream) -> io::Result<()> {
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    (&mut &*stream).write_all(line.to_uppercase().as_bytes())
}
