//! The input, block by block.

use std::io::{self, Read};

/// What can go wrong while blocks are read and worked on.
#[derive(Debug)]
pub(super) enum Error {
    /// Reading failed.
    Read(io::Error),
    /// The work failed.
    Work(io::Error),
}

/// Hands each block of the input to `work`, until the input ends or `work` has seen enough and says false.
pub(super) fn each_block(
    input: &mut impl Read,
    work: &mut impl FnMut(&mut [u8]) -> io::Result<bool>,
) -> Result<(), Error> {
    let mut block = Block::new();
    loop {
        let count = block.fill(input).map_err(Error::Read)?;
        if count == 0 || !work(block.octets(count)).map_err(Error::Work)? {
            return Ok(());
        }
    }
}

/// A buffer for one block.
pub(super) struct Block {
    room: Vec<u8>,
    start: usize,
}

impl Block {
    /// As large as a second-level cache has room for beside the next one, and large enough that system calls do not count.
    pub(super) const OCTETS: usize = 128 * 1024;

    /// Where a large allocation begins, just behind a page boundary, the system's copy is a third slower on some processors.
    const ALIGNMENT: usize = 64;

    pub(super) fn new() -> Self {
        let room = vec![0; Self::OCTETS.saturating_add(Self::ALIGNMENT)];
        // The address asks for fewer octets than the alignment has, or cannot tell.
        let start = room
            .as_ptr()
            .align_offset(Self::ALIGNMENT)
            .min(Self::ALIGNMENT);
        Self { room, start }
    }

    pub(super) fn octets(&mut self, count: usize) -> &mut [u8] {
        let end = self.start.saturating_add(count.min(Self::OCTETS));
        self.room.get_mut(self.start..end).unwrap_or_default()
    }

    fn fill(&mut self, input: &mut impl Read) -> io::Result<usize> {
        loop {
            match input.read(self.octets(Self::OCTETS)) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => return result,
            }
        }
    }
}
