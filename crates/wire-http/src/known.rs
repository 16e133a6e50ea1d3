//! The fields that decide what a message is, found while its lines are indexed.

/// The index of a line, and of the next one with the same name.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Found {
    pub(crate) first: Option<u32>,
    pub(crate) second: Option<u32>,
}

impl Found {
    #[inline]
    fn note(&mut self, index: usize) {
        // A head has at most 2^32 octets, so it has fewer lines.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fewer lines than octets, and those fit"
        )]
        let index = Some(index as u32);
        if self.first.is_none() {
            self.first = index;
        } else if self.second.is_none() {
            self.second = index;
        }
    }
}

/// Where the deciding fields stand.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Known {
    pub(crate) host: Found,
    pub(crate) content_length: Found,
    pub(crate) transfer_encoding: Found,
    pub(crate) connection: Found,
    pub(crate) expect: Found,
    pub(crate) upgrade: Found,
}

impl Known {
    /// Looks at the name of the line `index`. Six names in question and six lengths: most lines cost one test.
    #[inline]
    pub(crate) fn note(&mut self, name: &[u8], index: usize) {
        let (found, expected): (&mut Found, &[u8]) = match name.len() {
            4 => (&mut self.host, b"host"),
            6 => (&mut self.expect, b"expect"),
            7 => (&mut self.upgrade, b"upgrade"),
            10 => (&mut self.connection, b"connection"),
            14 => (&mut self.content_length, b"content-length"),
            17 => (&mut self.transfer_encoding, b"transfer-encoding"),
            _ => return,
        };
        if name.eq_ignore_ascii_case(expected) {
            found.note(index);
        }
    }
}
