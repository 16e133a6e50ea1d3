//! The size of a datagram.

use std::io;

use rustix::io::Errno;
use socket2::SockRef;

use super::notes::Notes;
use super::sockets::{PATIENCE, udp, udp_client};

/// The largest, one octet more, and a round number.
pub(super) fn big_datagram(notes: &mut Notes) -> io::Result<()> {
    const LARGEST: usize = 65_507;
    let (server, address) = udp(PATIENCE)?;
    let client = udp_client(address, PATIENCE)?;
    // Some systems start with less room than the protocol has.
    SockRef::from(&client).set_send_buffer_size(1 << 18)?;
    SockRef::from(&server).set_recv_buffer_size(1 << 18)?;
    let sent = notes.send("client", &client, &[b'x'; LARGEST])?;
    let got = notes.receive("server", &server, 70_000)?;
    notes.expect(
        sent == LARGEST && got.len() == LARGEST,
        "65,507 octets arrive in one datagram",
    );
    for size in [LARGEST.saturating_add(1), 70_000] {
        let refused = notes.send("client", &client, &vec![b'x'; size]);
        notes.expect_error(&refused, &[Errno::MSGSIZE]);
    }
    Ok(())
}
