//! A file through transforms that look at each octet by itself: every processor takes a block, and the blocks are written in order.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};
use std::os::unix::fs::FileExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
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
        progress: Mutex::new(Progress {
            output: Some(output),
            ready: BTreeMap::new(),
            written: (0..threads()).map(|_| Vec::new()).collect(),
            next: 0,
            octets: 0,
            waiting: 0,
            result: None,
        }),
        changed: Condvar::new(),
        wrote,
    };
    std::thread::scope(|scope| {
        let work = &work;
        for who in 1..threads() {
            let helper = std::thread::Builder::new();
            let helps = helper.spawn_scoped(scope, move || work.take_part(who, chain.clone()));
            if helps.is_err() {
                // Fewer take longer and come to the same.
                break;
            }
        }
        work.take_part(0, chain.clone());
    });
    let done = work.progress.into_inner();
    let done = done.unwrap_or_else(PoisonError::into_inner);
    done.result.unwrap_or(Ok(()))?;
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
    progress: Mutex<Progress<'a>>,
    changed: Condvar,
    wrote: &'a (dyn Fn(usize) + Sync),
}

struct Progress<'a> {
    /// None while one of the threads writes: it goes on as long as the next block is ready, and no other waits for that.
    output: Option<&'a mut (dyn Write + Send)>,
    /// Blocks that were worked on, by their place in the file.
    ready: BTreeMap<u64, Ready>,
    /// Of each thread the buffers whose octets have been written. They are its own, since its processor has them in its cache.
    written: Vec<Vec<Block>>,
    /// How many threads wait for one of theirs.
    waiting: usize,
    /// The block that is written next.
    next: u64,
    octets: u64,
    /// None as long as there is more to do.
    result: Option<Result<(), Error>>,
}

struct Ready {
    block: Block,
    who: usize,
    read: io::Result<usize>,
}

impl Work<'_> {
    fn take_part(&self, who: usize, mut chain: Chain) {
        let mut made = 0_usize;
        // Who has claimed a block of the file has a buffer for it, so the one to be written next always comes.
        while let Some(mut block) = self.block(who, &mut made) {
            let index = self.claimed.fetch_add(1, Ordering::Relaxed);
            let at = self
                .start
                .saturating_add(index.saturating_mul(Block::OCTETS as u64));
            let read = self.read(&mut block, at);
            if let (Ok(count), Some(in_place)) = (&read, chain.as_in_place()) {
                in_place.push_in_place(block.octets(*count));
            }
            self.write(index, Ready { block, who, read });
        }
    }

    /// A buffer of this thread, which has `made` so many; none once all is done.
    fn block(&self, who: usize, made: &mut usize) -> Option<Block> {
        /// One to work on while others wait for their turn.
        const BLOCKS_MAX: usize = 3;
        let mut progress = lock(&self.progress);
        loop {
            if progress.result.is_some() {
                return None;
            }
            if let Some(block) = progress.written.get_mut(who).and_then(Vec::pop) {
                return Some(block);
            }
            if *made < BLOCKS_MAX {
                *made = made.saturating_add(1);
                return Some(Block::new());
            }
            progress.waiting = progress.waiting.saturating_add(1);
            let changed = self.changed.wait(progress);
            progress = changed.unwrap_or_else(PoisonError::into_inner);
            progress.waiting = progress.waiting.saturating_sub(1);
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

    /// Writes this block and those behind it that are ready, unless it is not their turn or somebody else writes.
    fn write(&self, index: u64, ready: Ready) {
        let mut progress = lock(&self.progress);
        progress.ready.insert(index, ready);
        let Some(output) = progress.output.take() else {
            return;
        };
        while progress.result.is_none()
            && let next = progress.next
            && let Some(ready) = progress.ready.remove(&next)
        {
            drop(progress);
            let Ready {
                mut block,
                who,
                read,
            } = ready;
            let result = read.map_err(Error::Read).and_then(|count| {
                let written = output.write_all(block.octets(count));
                written.map_err(|error| Error::Work(unwritable(&error)))?;
                (self.wrote)(count);
                Ok(count)
            });
            progress = lock(&self.progress);
            progress.next = next.saturating_add(1);
            match result {
                Ok(count) => {
                    progress.octets = progress.octets.saturating_add(count as u64);
                    progress.result = (count < Block::OCTETS).then_some(Ok(()));
                }
                Err(error) => progress.result = Some(Err(error)),
            }
            if let Some(written) = progress.written.get_mut(who) {
                written.push(block);
            }
            if progress.waiting > 0 {
                self.changed.notify_all();
            }
        }
        progress.output = Some(output);
    }
}
