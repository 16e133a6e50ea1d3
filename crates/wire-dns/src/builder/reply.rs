//! Beginning a reply: what it repeats of its query (RFC 1035 §4.1.1).

use super::Builder;
use crate::buffer::Buffer;
use crate::error::Error;
use crate::header::{Flags, Header};
use crate::message::Message;
use crate::{Question, Rcode};

impl<B: Buffer> Builder<B> {
    /// Begins the reply to a query: its ID, opcode, RD and CD, QR set, and its question
    /// ([RFC 1035 §4.1.1](https://www.rfc-editor.org/rfc/rfc1035#section-4.1.1)).
    ///
    /// Of several questions it is the first: a message with more is itself malformed
    /// ([RFC 9619](https://www.rfc-editor.org/rfc/rfc9619)), the FORMERR for it too.
    ///
    /// # Errors
    ///
    /// As [`Builder::question`].
    ///
    /// ```
    /// use wire_dns::{Builder, Message, Rcode};
    ///
    /// let query = Message::decode(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01")?;
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// builder.reply_to(&query)?;
    /// builder.set_rcode(Rcode::REFUSED);
    /// builder.finish();
    /// assert_eq!(octets, b"\x12\x34\x81\x05\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    pub fn reply_to(&mut self, query: &Message<'_>) -> Result<(), Error> {
        self.reply_to_header(query.header());
        match query.question() {
            Some(question) => self.question(question.name, question.record_type, question.class),
            None => Ok(()),
        }
    }

    /// Begins the reply to octets that [`Message::decode`] refused: FORMERR with their ID, opcode, RD and CD, and their first
    /// question where that much can be read.
    ///
    /// False, and nothing is begun, where no reply may be given: for octets that are no header, and for a response, which two
    /// servers would send to and fro for ever.
    ///
    /// ```
    /// use wire_dns::{Builder, Message};
    ///
    /// let cut = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\x01\x01a\0\0\x01\0\x01\0\0";
    /// assert!(Message::decode(cut).is_err());
    /// let mut octets = Vec::new();
    /// let mut builder = Builder::new(&mut octets);
    /// if builder.reply_to_malformed(cut) {
    ///     builder.finish();
    /// }
    /// assert_eq!(octets, b"\x12\x34\x81\x01\0\x01\0\0\0\0\0\0\x01a\0\0\x01\0\x01");
    /// ```
    #[doc(alias = "FORMERR")]
    #[must_use = "no reply may be given when this is false"]
    pub fn reply_to_malformed(&mut self, query: &[u8]) -> bool {
        let header = match Header::decode(query) {
            Ok(header) if !header.flags.response() => header,
            _ => return false,
        };
        self.reply_to_header(header);
        self.set_rcode(Rcode::FORMERR);
        if let Ok((_, Some(question))) = Question::decode_first(query) {
            // Without room for it the reply says as much.
            let _ = self.question(question.name, question.record_type, question.class);
        }
        true
    }

    fn reply_to_header(&mut self, query: Header) {
        let asked = query.flags;
        self.header.id = query.id;
        self.header.flags = Flags(0)
            .with_response(true)
            .with_opcode(asked.opcode())
            .with_recursion_desired(asked.recursion_desired())
            .with_checking_disabled(asked.checking_disabled());
    }
}
