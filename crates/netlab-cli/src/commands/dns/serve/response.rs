//! What was found, as a response to the client that asked.

use std::time::{SystemTime, UNIX_EPOCH};

use wire_dns::edns::{Edns, EdnsOption};
use wire_dns::tsig::TsigSession;
use wire_dns::{Buffer, Builder, Error, ErrorKind, Message, Section};

use crate::commands::dns::resolve::{Found, Trouble, aged};

/// Writes the response to a query, with what has been known for `age` seconds. What does not fit is left out, and TC says so.
/// False when not even the question fits, and there is nothing to send.
pub(super) fn write(
    found: &Found,
    age: u32,
    query: &Message<'_>,
    udp_payload_size: Option<u16>,
    reply: &mut Vec<u8>,
) -> bool {
    reply.clear();
    let mut builder = Builder::new(&mut *reply);
    let written = fill(&mut builder, found, age, query, udp_payload_size);
    builder.finish();
    written.is_ok()
}

fn fill<B: Buffer>(
    builder: &mut Builder<B>,
    found: &Found,
    age: u32,
    query: &Message<'_>,
    udp_payload_size: Option<u16>,
) -> Result<(), Error> {
    builder.reply_to(query)?;
    let flags = builder.header().flags.with_recursion_available(true);
    let flags = flags.with_authoritative(found.is_authoritative);
    builder.set_flags(flags.with_rcode(found.rcode));
    let limit = query.response_octets_max(udp_payload_size);
    let edns = own_edns(query);
    let trouble = found.trouble.as_ref();
    let error = trouble.map(
        |Trouble {
             info_code,
             sentence,
             ..
         }| { EdnsOption::ExtendedError(*info_code, sentence) },
    );
    if edns.is_some() {
        /// An OPT record without options.
        const OPT_OCTETS: usize = 11;
        builder.set_limit(limit.saturating_sub(OPT_OCTETS));
    } else {
        builder.set_limit(limit);
    }
    let answers = found.answers.iter().map(|record| (Section::Answer, record));
    let authorities = found.authorities.iter();
    let authorities = authorities.map(|record| (Section::Authority, record));
    for (section, record) in answers.chain(authorities) {
        match builder.record_buf(section, &aged(record, age)) {
            Err(error) if matches!(error.kind(), ErrorKind::BufferFull { .. }) => {
                builder.set_truncated();
                break;
            }
            result => result?,
        }
    }
    builder.set_limit(limit);
    if let Some(edns) = edns {
        // Where there is no room for the reason, the response code alone has to do.
        builder
            .edns_with(&edns, error.as_slice())
            .or_else(|_| builder.edns(&edns))?;
    }
    Ok(())
}

/// What the OPT record of the response says, if the query has one.
fn own_edns(query: &Message<'_>) -> Option<Edns<'static>> {
    let asked = query.edns()?;
    Some(Edns::default().with_dnssec_ok(asked.dnssec_ok()))
}

/// Writes the response to a query that is signed: there are no keys here, so none is known (RFC 8945 §5.2.1). False for a
/// query that is not signed.
pub(super) fn refuse_signature(query: &Message<'_>, reply: &mut Vec<u8>) -> bool {
    if query.tsig().is_none() {
        return false;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    let Err(error) = TsigSession::verify_request(query, |_, _| None, now) else {
        return false;
    };
    reply.clear();
    let mut builder = Builder::new(&mut *reply);
    let written = builder.reply_to(query).and_then(|()| {
        builder.set_rcode(error.rcode());
        own_edns(query).map_or(Ok(()), |edns| builder.edns(&edns))
    });
    builder.finish();
    let is_refused = written.is_ok() && TsigSession::reject(error, query, None, reply, now).is_ok();
    if !is_refused {
        // Whatever is said instead must not stand behind half of this.
        reply.clear();
    }
    is_refused
}
