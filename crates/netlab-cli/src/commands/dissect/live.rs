//! Reading what may still be being written: `tcpdump -U -w - | netlab dissect`.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::exit::Failure;
use crate::net::Stop;

/// Reads to the end, or until a signal says that it is enough.
pub(super) struct Reading {
    /// `None` for a file, which is there whole.
    live: Option<Live>,
    /// How much of the buffer the caller has had.
    given: usize,
}

struct Live {
    stop: Stop,
    /// When there was time to tell of what came for the last time.
    paused_at: Instant,
    /// Whether anything came since.
    is_news: bool,
    /// When a reading that was told to stop does.
    end: Option<Instant>,
}

/// What comes next.
pub(super) enum Next<'a> {
    Octets(&'a [u8]),
    /// Time to tell of what came.
    Pause,
    End,
}

/// So long nothing comes before what came is told of.
const QUIET: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 200_000_000,
};

/// What comes without pause is told of so often.
const BUSY: Duration = Duration::from_secs(1);

/// Who writes gets the signal of the keyboard, too, and has so long to write the rest.
const GRACE: Duration = Duration::from_secs(1);

impl Reading {
    pub(super) fn start(input: &BufReader<File>) -> Result<Self, Failure> {
        let is_file = input.get_ref().metadata().is_ok_and(|file| file.is_file());
        let live = (!is_file).then(Live::start).transpose()?;
        Ok(Self { live, given: 0 })
    }

    pub(super) fn next<'a>(&mut self, input: &'a mut BufReader<File>) -> io::Result<Next<'a>> {
        input.consume(std::mem::take(&mut self.given));
        if let Some(live) = &mut self.live
            && input.buffer().is_empty()
            && let Some(next) = live.wait(input.get_ref())?
        {
            return Ok(next);
        }
        let octets = input.fill_buf()?;
        self.given = octets.len();
        if octets.is_empty() {
            return Ok(Next::End);
        }
        if let Some(live) = &mut self.live {
            live.is_news = true;
        }
        Ok(Next::Octets(octets))
    }
}

impl Live {
    fn start() -> Result<Self, Failure> {
        Ok(Self {
            stop: Stop::on_signals()?,
            paused_at: Instant::now(),
            is_news: false,
            end: None,
        })
    }

    /// Waits until there is something to read, or what else there is to do.
    fn wait(&mut self, input: &File) -> io::Result<Option<Next<'static>>> {
        loop {
            let is_quiet = match poll(&mut [PollFd::new(input, PollFlags::IN)], Some(&QUIET)) {
                Ok(ready) => ready == 0,
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            };
            let now = Instant::now();
            if self.stop.is_raised() {
                let end = self.end.or_else(|| now.checked_add(GRACE));
                self.end = end;
                if is_quiet || end.is_none_or(|end| end <= now) {
                    return Ok(Some(Next::End));
                }
            }
            let is_due = is_quiet || now.saturating_duration_since(self.paused_at) >= BUSY;
            if self.is_news && is_due {
                (self.paused_at, self.is_news) = (now, false);
                return Ok(Some(Next::Pause));
            }
            if !is_quiet {
                return Ok(None);
            }
        }
    }
}
