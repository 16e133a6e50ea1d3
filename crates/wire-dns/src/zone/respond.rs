//! From a query to a whole response: what a server of zones says, EDNS and errors included.

use super::{Answer, Zone};
use crate::buffer::Buffer;
use crate::edns::Edns;
use crate::error::Error;
use crate::{Builder, Class, Message, Name, Opcode, Question, Rcode, RecordType};

/// Octets of an OPT record without options.
const OPT_OCTETS: usize = 11;

/// What was written for a query, from [`Zone::respond`].
///
/// ```
/// use wire_dns::{Builder, Message, Rcode, zone::{Response, Zone}};
///
/// let respond = |octets: &[u8]| Zone::respond(&[], &Message::decode(octets)?, None, &mut Builder::new(&mut Vec::new()));
/// // A response, a query without a question, and one of opcode STATUS.
/// assert_eq!(respond(b"\0\0\x80\0\0\0\0\0\0\0\0\0"), Ok(Response::Ignored));
/// assert_eq!(respond(b"\0\0\0\0\0\0\0\0\0\0\0\0"), Ok(Response::Refused(Rcode::FORMERR)));
/// assert_eq!(respond(b"\0\0\x10\0\0\0\0\0\0\0\0\0"), Ok(Response::Refused(Rcode::NOTIMP)));
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Response {
    /// An answer from a zone.
    Answered(Answer),
    /// A response without records and with this code.
    Refused(Rcode),
    /// Nothing: the message is a response itself, and answering those makes loops.
    Ignored,
}

impl Zone {
    /// The zone that answers a question: that with the longest apex; for DS at an apex, the parent's if it is there
    /// ([RFC 4035 §3.1.4.1](https://www.rfc-editor.org/rfc/rfc4035#section-3.1.4.1)). `None` when no zone contains the name;
    /// classes are not compared.
    ///
    /// ```
    /// # use wire_dns::{Class, NameBuf, RecordType, zone::{Zone, ZoneBuilder}};
    /// # let zone = |apex: &str| {
    /// #     let apex: NameBuf = apex.parse().unwrap();
    /// #     let mut builder = ZoneBuilder::new(&apex, Class::IN);
    /// #     builder.insert_record(&format!("{apex} 1 SOA a. b. 1 2 3 4 5").parse().unwrap(), 0);
    /// #     builder.insert_record(&format!("{apex} 1 NS a.").parse().unwrap(), 0);
    /// #     builder.finish(&mut Vec::new()).unwrap()
    /// # };
    /// let zones = [zone("example."), zone("sub.example.")];
    /// let name: NameBuf = "sub.example.".parse()?;
    /// let apex = |record_type| Zone::for_question(&zones, name.as_name(), record_type).unwrap().apex().to_string();
    /// assert_eq!(apex(RecordType::A), "sub.example.");
    /// assert_eq!(apex(RecordType::DS), "example.");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    #[must_use]
    pub fn for_question<'z, 'n>(
        zones: &'z [Self],
        name: impl Into<Name<'n>>,
        record_type: RecordType,
    ) -> Option<&'z Self> {
        let name = name.into();
        let containing = || zones.iter().filter(|zone| zone.contains(name));
        let longest = |zone: &&Self| zone.apex().label_count();
        if record_type == RecordType::DS {
            let above = containing().filter(|zone| zone.apex() != name);
            if let Some(parent) = above.max_by_key(longest) {
                return Some(parent);
            }
        }
        containing().max_by_key(longest)
    }

    /// Writes the whole response of a server of these zones to a query.
    ///
    /// `udp_payload_size` is the largest message that the server sends over UDP, in octets; `None` stands for TCP. Behind
    /// what the requester can take, which without EDNS is 512 octets, the response is cut and has TC. Names outside the
    /// zones and transfers are REFUSED; not one question ([RFC 9619](https://www.rfc-editor.org/rfc/rfc9619)), or one for
    /// OPT, TKEY or TSIG, is a FORMERR; the answer to one for any class has no AA
    /// ([RFC 1035 §6.2](https://www.rfc-editor.org/rfc/rfc1035#section-6.2)); other opcodes than QUERY, MAILA and MAILB get NOTIMP, other EDNS versions than 0
    /// BADVERS ([RFC 6891 §6.1.3](https://www.rfc-editor.org/rfc/rfc6891#section-6.1.3)). For octets that are no message
    /// there is [`Builder::reply_to_malformed`].
    ///
    /// ```
    /// # use wire_dns::{Builder, Message, Rcode, zone::{Response, Zone}};
    /// let query = Message::decode(b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x07example\0\0\x01\0\x01")?;
    /// let zones: &[Zone] = &[];
    /// let mut octets = [0; 512];
    /// let mut builder = Builder::new(&mut octets);
    /// let response = Zone::respond(zones, &query, Some(1232), &mut builder)?;
    /// assert_eq!(response, Response::Refused(Rcode::REFUSED));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::BufferFull`](crate::ErrorKind::BufferFull) when the buffer has no room for the question and the OPT
    /// record.
    pub fn respond<B: Buffer>(
        zones: &[Self],
        query: &Message<'_>,
        udp_payload_size: Option<u16>,
        builder: &mut Builder<B>,
    ) -> Result<Response, Error> {
        if !query.is_query() {
            return Ok(Response::Ignored);
        }
        let asked = query.edns();
        let limit = query.response_octets_max(udp_payload_size);
        let room = if asked.is_some() { OPT_OCTETS } else { 0 };
        builder.set_limit(limit.saturating_sub(room));
        builder.reply_to(query)?;

        let version = asked.map_or(0, |edns| edns.version);
        let dnssec_ok = asked.is_some_and(|edns| edns.dnssec_ok());
        let response = if version > 0 {
            Response::Refused(Rcode::BADVERS)
        } else {
            match find(zones, query) {
                Ok((zone, question)) => {
                    let (name, record_type) = (question.name, question.record_type);
                    let answer = zone.answer(name, record_type, dnssec_ok, builder)?;
                    if question.class == Class::ANY {
                        // Nobody can vouch for all classes (RFC 1035 §6.2).
                        let flags = builder.header().flags;
                        builder.set_flags(flags.with_authoritative(false));
                    }
                    Response::Answered(answer)
                }
                Err(rcode) => Response::Refused(rcode),
            }
        };
        builder.set_limit(limit);
        if let Response::Refused(rcode) = response {
            builder.set_rcode(rcode);
        }
        if asked.is_some() {
            let high = match response {
                Response::Refused(rcode) => rcode.0 >> 4,
                _ => 0,
            };
            let ours = Edns {
                udp_payload_size: udp_payload_size.unwrap_or(Edns::default().udp_payload_size),
                extended_rcode: u8::try_from(high).unwrap_or(0),
                ..Edns::default()
            };
            builder.edns(&ours.with_dnssec_ok(dnssec_ok))?;
        }
        Ok(response)
    }
}

/// The zone and the question, or why there is no answer.
fn find<'z, 'q>(zones: &'z [Zone], query: &Message<'q>) -> Result<(&'z Zone, Question<'q>), Rcode> {
    if query.opcode() != Opcode::QUERY {
        return Err(Rcode::NOTIMP);
    }
    let (1, Some(question)) = (query.header().question_count, query.question()) else {
        return Err(Rcode::FORMERR);
    };
    match question.record_type {
        RecordType::AXFR | RecordType::IXFR => return Err(Rcode::REFUSED),
        RecordType::MAILA | RecordType::MAILB => return Err(Rcode::NOTIMP),
        record_type if record_type.is_pseudo() => return Err(Rcode::FORMERR),
        _ => {}
    }
    Zone::for_question(zones, question.name, question.record_type)
        .filter(|zone| zone.class() == question.class || question.class == Class::ANY)
        .map(|zone| (zone, question))
        .ok_or(Rcode::REFUSED)
}
