//! The formats of captures: the packets in pcap and pcapng files.

mod pcap;
mod pcapng;

use std::borrow::Cow;
use std::io::Read as _;

use flate2::bufread::MultiGzDecoder;

/// A packet as a capture has it.
#[derive(Clone, Copy)]
pub(super) struct Packet<'a> {
    /// `LINKTYPE_…`: what it begins with.
    pub(super) link: u16,
    pub(super) data: &'a [u8],
    /// How many octets at its end were not captured.
    pub(super) cut: usize,
}

/// Whether octets begin as pcap or pcapng files do, compressed or not.
pub(in crate::commands::dissect) fn is_capture(octets: &[u8]) -> bool {
    if octets.starts_with(&GZIP) {
        let mut first = [0; 4];
        let read = MultiGzDecoder::new(octets).read_exact(&mut first);
        return read.is_ok() && is_plain_capture(&first);
    }
    is_plain_capture(octets)
}

/// Whether octets begin as pcap or pcapng files do.
pub(in crate::commands::dissect) fn is_plain_capture(octets: &[u8]) -> bool {
    octets.starts_with(&pcapng::MAGIC) || pcap::is_magic(octets)
}

/// RFC 1952 section 2.3.1, with the only method there is.
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];

/// The octets of a capture, and what is wrong with them if they do not go to their end.
pub(super) fn decompressed(octets: &[u8]) -> (Cow<'_, [u8]>, Result<(), String>) {
    /// Some octets of gzip can stand for a thousand times as many.
    const OCTETS_MAX: u64 = 1 << 30;
    if !octets.starts_with(&GZIP) {
        return (octets.into(), Ok(()));
    }
    let mut plain = Vec::new();
    let read = MultiGzDecoder::new(octets)
        .take(OCTETS_MAX.saturating_add(1))
        .read_to_end(&mut plain);
    let read = match read {
        Err(error) => Err(format!("it cannot be decompressed: {error}")),
        Ok(_) if u64::try_from(plain.len()).is_ok_and(|length| length <= OCTETS_MAX) => Ok(()),
        Ok(_) => {
            Err("it has more than 1 GiB when decompressed; cut it up with editcap -c".to_owned())
        }
    };
    (plain.into(), read)
}

/// What is wrong with octets that are no pcap or pcapng, in words that go on after the file's name and "is", and the way out.
pub(in crate::commands::dissect) fn foreign(octets: &[u8]) -> Option<(&'static str, &'static str)> {
    const DECOMPRESS: &str = "decompress it first";
    const CONVERT: &str = "convert it first: editcap -F pcap OLD NEW";
    const FORMATS: [(&[u8], &str, &str); 6] = [
        (
            &[0x28, 0xb5, 0x2f, 0xfd],
            "compressed with zstd",
            DECOMPRESS,
        ),
        (b"\xfd7zXZ\0", "compressed with xz", DECOMPRESS),
        (b"BZh", "compressed with bzip2", DECOMPRESS),
        (b"snoop\0\0\0", "a capture of snoop", CONVERT),
        (b"GMBU", "a capture of Network Monitor", CONVERT),
        (b"RTSS", "a capture of Network Monitor", CONVERT),
    ];
    FORMATS
        .iter()
        .find(|(magic, _, _)| octets.starts_with(magic))
        .map(|(_, what, way_out)| (*what, *way_out))
}

/// A capture whose octets come piece by piece.
#[derive(Default)]
pub(super) struct Reader {
    format: Option<Format>,
    /// What has come of a packet that is not whole.
    rest: Vec<u8>,
}

enum Format {
    Pcap(pcap::Reader),
    Pcapng(pcapng::Reader),
}

impl Reader {
    /// Gives each packet that has come whole to `take`.
    pub(super) fn push(
        &mut self,
        octets: &[u8],
        take: impl FnMut(Packet<'_>),
    ) -> Result<(), String> {
        let mut rest = std::mem::take(&mut self.rest);
        if rest.is_empty() {
            let done = self.packets(octets, take)?;
            rest.extend_from_slice(octets.get(done..).unwrap_or_default());
        } else {
            rest.extend_from_slice(octets);
            let done = self.packets(&rest, take)?;
            rest.drain(..done);
        }
        self.rest = rest;
        Ok(())
    }

    fn packets(&mut self, octets: &[u8], take: impl FnMut(Packet<'_>)) -> Result<usize, String> {
        let format = self.format.get_or_insert_with(|| {
            if octets.starts_with(&pcapng::MAGIC) {
                Format::Pcapng(pcapng::Reader::default())
            } else {
                Format::Pcap(pcap::Reader::default())
            }
        });
        match format {
            Format::Pcap(reader) => reader.packets(octets, take),
            Format::Pcapng(reader) => reader.packets(octets, take),
        }
    }

    /// Whether it may end here.
    pub(super) fn finish(self) -> Result<(), String> {
        let place = match &self.format {
            Some(_) if self.rest.is_empty() => return Ok(()),
            Some(Format::Pcap(reader)) => reader.place(),
            Some(Format::Pcapng(_)) | None => "a packet",
        };
        Err(format!("it ends in the middle of {place}"))
    }
}

/// Numbers as the capturing machine wrote them.
#[derive(Clone, Copy)]
enum Order {
    Big,
    Little,
}

impl Order {
    fn u16(self, octets: &[u8], place: usize) -> Option<u16> {
        let octets = *octets.get(place..)?.first_chunk()?;
        Some(match self {
            Self::Big => u16::from_be_bytes(octets),
            Self::Little => u16::from_le_bytes(octets),
        })
    }

    fn u32(self, octets: &[u8], place: usize) -> Option<u32> {
        let octets = *octets.get(place..)?.first_chunk()?;
        Some(match self {
            Self::Big => u32::from_be_bytes(octets),
            Self::Little => u32::from_le_bytes(octets),
        })
    }

    /// A length, which may be more than this machine can address.
    fn length(self, octets: &[u8], place: usize) -> Option<usize> {
        let length = self.u32(octets, place)?;
        Some(usize::try_from(length).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests;
