//! A file through transforms that look at each octet by itself: every processor takes a block, and the blocks are written in order.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use textxform::{Chain, Transform as _};

use super::blocks::{Block, Error};
use crate::lock::lock;
use crate::output::unwritable;

/// Threads worth having for a file: what they share is memory, and a few of them fill its bandwidth.
pub(super) fn threads() -> usize {
    const MAX: usize = 4;
    std::thread::available_parallelism()
        .map_or(1, std::num::NonZero::get)
        .min(MAX)
}

/// Transforms from where the file stands to its end, and leaves it there. `wrote` is told how much after each block.
pub(super) fn transform(
    file: &mut File,
    chain: &Chain,
    output: &mut (dyn Write + Send),
    wrote: &(dyn Fn(usize) + Sync),
) -> Result<(), Error> {
    let start = file.stream_position().map_err(Error::Read)?;
    let work = Work {
        file,
        start,
        claimed: AtomicU64::new(0),
        ended: AtomicBool::new(false),
        output: Mutex::new(Output {
            output,
            next: 0,
            octets: 0,
            result: Ok(()),
        }),
        turn: Condvar::new(),
        wrote,
    };
    std::thread::scope(|scope| {
        for _ in 1..threads() {
            let helper = std::thread::Builder::new();
            let helps = helper.spawn_scoped(scope, || work.take_part(chain.clone()));
            if helps.is_err() {
                // Fewer take longer and come to the same.
                break;
            }
        }
        work.take_part(chain.clone());
    });
    let done = work
        .output
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    done.result?;
    // Whoever reads the same file after us goes on behind what we took.
    let end = start.saturating_add(done.octets);
    file.seek(SeekFrom::Start(end)).map_err(Error::Read)?;
    Ok(())
}

/// What the threads share.
struct Work<'a> {
    file: &'a File,
    start: u64,
    /// Blocks somebody has taken on.
    claimed: AtomicU64,
    ended: AtomicBool,
    output: Mutex<Output<'a>>,
    turn: Condvar,
    wrote: &'a (dyn Fn(usize) + Sync),
}

struct Output<'a> {
    output: &'a mut (dyn Write + Send),
    /// The block that is written next.
    next: u64,
    octets: u64,
    result: Result<(), Error>,
}

impl Work<'_> {
    fn take_part(&self, mut chain: Chain) {
        let mut block = Block::new();
        while !self.ended.load(Ordering::Relaxed) {
            let index = self.claimed.fetch_add(1, Ordering::Relaxed);
            let at = self
                .start
                .saturating_add(index.saturating_mul(Block::OCTETS as u64));
            let read = self.read(&mut block, at);
            if let (Ok(count), Some(in_place)) = (&read, chain.as_in_place()) {
                in_place.push_in_place(block.octets(*count));
            }
            self.write(index, read, &mut block);
        }
    }

    /// Reads a block; less than a whole one is the last.
    fn read(&self, block: &mut Block, at: u64) -> io::Result<usize> {
        let mut filled = 0_usize;
        while let Some(room) = block
            .octets(Block::OCTETS)
            .get_mut(filled..)
            .filter(|room| !room.is_empty())
        {
            match self.file.read_at(room, at.saturating_add(filled as u64)) {
                Ok(0) => break,
                Ok(count) => filled = filled.saturating_add(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }

    /// Waits for the blocks before this one, then writes it.
    fn write(&self, index: u64, read: io::Result<usize>, block: &mut Block) {
        let waits =
            |output: &mut Output<'_>| output.next != index && !self.ended.load(Ordering::Relaxed);
        let output = self.turn.wait_while(lock(&self.output), waits);
        let mut output = output.unwrap_or_else(PoisonError::into_inner);
        if self.ended.load(Ordering::Relaxed) {
            return;
        }
        let result = match read {
            Ok(count) => output
                .output
                .write_all(block.octets(count))
                .map(|()| count)
                .map_err(|error| Error::Work(unwritable(&error))),
            Err(error) => Err(Error::Read(error)),
        };
        match result {
            Ok(count) => {
                output.octets = output.octets.saturating_add(count as u64);
                output.next = index.saturating_add(1);
                self.ended.store(count < Block::OCTETS, Ordering::Relaxed);
                (self.wrote)(count);
            }
            Err(error) => {
                output.result = Err(error);
                self.ended.store(true, Ordering::Relaxed);
            }
        }
        self.turn.notify_all();
    }
}
