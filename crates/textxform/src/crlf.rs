//! `crlf`: every line ending to CR LF.

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// LF alone, CR alone and CR LF all to CR LF, the line ending of SMTP, HTTP, FTP and IRC
/// ([RFC 5321 §2.3.8](https://www.rfc-editor.org/rfc/rfc5321#section-2.3.8)).
///
/// Nothing is added at the end of a last line that has no line ending. Law: twice is the same as once.
///
/// ```
/// use textxform::{Crlf, Transform};
///
/// assert_eq!(Crlf::new().apply(b"unix\ndos\r\nmac\rlast")?, b"unix\r\ndos\r\nmac\r\nlast");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Crlf {
    /// The last octet was CR: an LF now belongs to it.
    after_cr: bool,
}

impl Crlf {
    pub(crate) const ENTRY: Entry = Entry {
        name: "crlf",
        description: "every line ending (LF, CR, CR LF) to CR LF",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self { after_cr: false }
    }
}

impl Transform for Crlf {
    from_entry!();

    fn push(&mut self, mut chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve(chunk.len());
        loop {
            if self.after_cr
                && let Some((&next, rest)) = chunk.split_first()
            {
                self.after_cr = false;
                if next == b'\n' {
                    chunk = rest;
                }
            }
            let line = chunk
                .iter()
                .position(|octet| matches!(octet, b'\r' | b'\n'))
                .unwrap_or(chunk.len());
            let (line, rest) = chunk.split_at_checked(line).unwrap_or_default();
            out.extend_from_slice(line);
            let Some((&ending, rest)) = rest.split_first() else {
                return Ok(());
            };
            out.extend_from_slice(b"\r\n");
            self.after_cr = ending == b'\r';
            chunk = rest;
        }
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
