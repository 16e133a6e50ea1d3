//! From a query to a whole response: what a server of zones says, EDNS and errors included.

use super::{Answer, Zone};
use crate::buffer::Buffer;
use crate::edns::Edns;
use crate::error::Error;
use crate::limits::{MESSAGE_OCTETS_MAX, UDP_PAYLOAD_MAX};
use crate::{Builder, Class, Message, Name, Opcode, Question, Rcode, RecordType};

/// Octets of an OPT record without options.
const OPT_OCTETS: usize = 11;

/// What was written for a query.
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
    /// (RFC 4035 §3.1.4.1).
    #[must_use]
    pub fn for_question<'z>(
        zones: &'z [Self],
        name: Name<'_>,
        record_type: RecordType,
    ) -> Option<&'z Self> {
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
    /// `udp_payload_size` is the largest message that the server sends over UDP; `None` stands for TCP. Behind what the
    /// requester can take the response is cut and has TC. Names outside the zones are REFUSED, other opcodes than QUERY get
    /// NOTIMP, other EDNS versions than 0 BADVERS (RFC 6891 §6.1.3), transfers are REFUSED.
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
    /// The buffer has no room for the question.
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
        let limit = match (udp_payload_size, &asked) {
            (None, _) => MESSAGE_OCTETS_MAX,
            (Some(_), None) => UDP_PAYLOAD_MAX,
            (Some(ours), Some(edns)) => {
                usize::from(edns.udp_payload_size.min(ours)).max(UDP_PAYLOAD_MAX)
            }
        };
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
                    Response::Answered(zone.answer(name, record_type, dnssec_ok, builder)?)
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
