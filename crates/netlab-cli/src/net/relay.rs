//! Two connections joined into one: what arrives at either end leaves at the other.

use std::io::{self, Read as _, Write as _};
use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::{TimedStream, about_to_wait};

/// Copies both ways until both sides have ended, one fails, or nothing passed either way for `idle`.
/// Returns how many octets went from `client` to `server` and back.
pub(crate) fn relay(
    client: &TimedStream,
    server: &TimedStream,
    idle: Duration,
) -> io::Result<(u64, u64)> {
    about_to_wait()?;
    let activity = Activity::new(idle);
    // One side that goes on sending must not hide that the other is gone.
    client.set_acknowledged_within(idle);
    server.set_acknowledged_within(idle);
    std::thread::scope(|scope| {
        let upward = std::thread::Builder::new()
            .name("relay".to_owned())
            .stack_size(256 * 1024)
            .spawn_scoped(scope, || copy(client, server, &activity))?;
        let down = copy(server, client, &activity);
        let up = upward
            .join()
            .map_err(|_| io::Error::other("the relay's thread ended"))?;
        Ok((up?, down?))
    })
}

/// When octets last passed, in either direction: a long download must not be cut because the other direction is silent.
struct Activity {
    start: Instant,
    last_ms: AtomicU64,
    idle: Duration,
}

impl Activity {
    fn new(idle: Duration) -> Self {
        Self {
            start: Instant::now(),
            last_ms: AtomicU64::new(0),
            idle,
        }
    }

    fn note(&self) {
        self.last_ms.store(self.now_ms(), Ordering::Relaxed);
    }

    fn is_over(&self) -> bool {
        let silent = self
            .now_ms()
            .saturating_sub(self.last_ms.load(Ordering::Relaxed));
        u128::from(silent) >= self.idle.as_millis()
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Copies one direction, then ends it on the other side. After a failure both sides are shut down, so that the other direction ends too.
fn copy(mut from: &TimedStream, mut to: &TimedStream, activity: &Activity) -> io::Result<u64> {
    const BUFFER_OCTETS: usize = 64 * 1024;
    let mut buffer = vec![0; BUFFER_OCTETS];
    let mut copied = 0_u64;
    let result = loop {
        match from.read(&mut buffer) {
            Ok(0) => break to.shutdown(Shutdown::Write).map(|()| copied),
            Ok(count) => {
                activity.note();
                let octets = buffer.get(..count).unwrap_or_default();
                if let Err(error) = to.write_all(octets) {
                    break Err(error);
                }
                copied = copied.saturating_add(u64::try_from(count).unwrap_or(0));
            }
            Err(error) if error.kind() == io::ErrorKind::TimedOut && !activity.is_over() => {}
            Err(error) => break Err(error),
        }
    };
    if result.is_err() {
        let _ = from.shutdown(Shutdown::Both);
        let _ = to.shutdown(Shutdown::Both);
    }
    result
}
