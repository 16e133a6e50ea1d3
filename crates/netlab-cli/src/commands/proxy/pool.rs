//! Connections to origins that wait for the next request (RFC 9112 §9.3).

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::commands::http::client::ClientConnection;
use crate::lock::lock;
use crate::net::HostPort;

/// What connections are shared by: the server, and whether they were made for clients on this machine, who may reach more.
pub(super) type Key = (String, u16, bool);

/// The key of `target` for a client.
pub(super) fn key(target: &HostPort, is_local: bool) -> Key {
    (target.host.to_ascii_lowercase(), target.port, is_local)
}

/// Idle connections, a few for each server.
#[derive(Default)]
pub(super) struct Pool {
    idle: Mutex<Idle>,
}

#[derive(Default)]
struct Idle {
    connections: HashMap<Key, Vec<(ClientConnection, Instant)>>,
    count: usize,
}

/// Idle connections in all, and to one server.
const CONNECTIONS_MAX: usize = 256;
const CONNECTIONS_TO_ONE_MAX: usize = 64;
/// Shorter than what servers usually wait, so that they seldom close first.
const IDLE_MAX: Duration = Duration::from_secs(4);

impl Pool {
    /// A connection that still seems to be good, the one used last first.
    pub(super) fn take(&self, key: &Key) -> Option<ClientConnection> {
        loop {
            let (connection, since) = {
                let mut idle = lock(&self.idle);
                let taken = idle.connections.get_mut(key)?.pop()?;
                idle.count = idle.count.saturating_sub(1);
                taken
            };
            if since.elapsed() < IDLE_MAX && !connection.is_stale() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection on which nothing is under way.
    pub(super) fn put(&self, key: &Key, connection: ClientConnection) {
        let mut idle = lock(&self.idle);
        if idle.count >= CONNECTIONS_MAX {
            idle.forget_old();
            if idle.count >= CONNECTIONS_MAX {
                return;
            }
        }
        let kept = idle.connections.entry(key.clone()).or_default();
        if kept.len() < CONNECTIONS_TO_ONE_MAX {
            kept.push((connection, Instant::now()));
            idle.count = idle.count.saturating_add(1);
        }
    }

    /// Closes what has waited too long.
    pub(super) fn forget_old(&self) {
        lock(&self.idle).forget_old();
    }
}

impl Idle {
    fn forget_old(&mut self) {
        self.connections.retain(|_, kept| {
            kept.retain(|(_, since)| since.elapsed() < IDLE_MAX);
            !kept.is_empty()
        });
        self.count = self.connections.values().map(Vec::len).sum();
    }
}
