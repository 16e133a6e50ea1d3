//! `dot-stuff`: a second dot before each line that begins with one (RFC 5321 §4.5.2).

use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::registry::{Make, from_entry};
use crate::{Entry, Error, Transform};

/// A second `.` at the start of each line that begins with one, so that no line of a mail or an article is mistaken for the
/// dot that ends it ([RFC 5321 §4.5.2](https://www.rfc-editor.org/rfc/rfc5321#section-4.5.2),
/// [RFC 3977 §3.1.1](https://www.rfc-editor.org/rfc/rfc3977#section-3.1.1),
/// [RFC 1939 §3](https://www.rfc-editor.org/rfc/rfc1939#section-3)).
///
/// Lines end with LF, with or without CR before it, so text with either ending is safe. The final line with one dot is the
/// protocol's to send, not part of the text. To send text, use `crlf|dot-stuff`: line endings that peers read differently
/// are how mail is smuggled.
///
/// ```
/// use textxform::{Chain, DotStuff, Transform};
///
/// assert_eq!(DotStuff::new().apply(b".\r\nx.\r\n..\r\n")?, b"..\r\nx.\r\n...\r\n");
/// assert_eq!("crlf|dot-stuff".parse::<Chain>()?.apply(b"a\r.\rb\n.\n")?, b"a\r\n..\r\nb\r\n..\r\n");
/// # Ok::<(), textxform::Error>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct DotStuff {
    /// The last octet did not end a line.
    inside_line: bool,
}

impl DotStuff {
    pub(crate) const ENTRY: Entry = Entry {
        name: "dot-stuff",
        description: "a second dot before each line that begins with one, as in SMTP",
        make: Make::Plain(|| Box::new(Self::new())),
    };

    /// The transform, at the start of its input.
    #[must_use]
    pub const fn new() -> Self {
        Self { inside_line: false }
    }
}

impl Transform for DotStuff {
    from_entry!();

    fn push(&mut self, chunk: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        out.reserve(chunk.len());
        for line in chunk.split_inclusive(|&octet| octet == b'\n') {
            if !self.inside_line && line.first() == Some(&b'.') {
                out.push(b'.');
            }
            out.extend_from_slice(line);
            self.inside_line = line.last() != Some(&b'\n');
        }
        Ok(())
    }

    fn reset(&mut self) {
        *self = Self::new();
    }
}
