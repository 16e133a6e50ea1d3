//! A DNS message taken apart. The library walks the fields; here they get their meanings.

use wire_dns::edns::EdnsOptions;
use wire_dns::{Field, Message, Section};

use super::Dissection;

/// The fields of a DNS message, as far as they are good, and what is wrong behind them.
pub(crate) fn dissect_dns(octets: &[u8]) -> Dissection {
    match Message::decode(octets) {
        Ok(message) => {
            let mut dissection = Dissection::new(summary(&message));
            fields(&mut dissection, &message, octets);
            dissection
        }
        Err(error) => refused(octets, &error),
    }
}

/// The fields of a message, its counts as they stand in `octets`.
fn fields(dissection: &mut Dissection, message: &Message<'_>, octets: &[u8]) {
    let mut group: Option<(Section, u16)> = None;
    message.walk(&mut |place, field: Field<'_>| {
        if place != group {
            group = place;
            if let Some((section, index)) = place {
                dissection.field(
                    0,
                    field.start..field.start,
                    format!("{section} {}", index.saturating_add(1)),
                    "",
                    section_meaning(section),
                );
            }
        }
        let depth = u8::from(place.is_some());
        if field.name == "OPTIONS"
            && let Some(octets) = octets.get(field.range())
            && let Ok(options) = EdnsOptions::from_wire(octets)
        {
            return edns_options(dissection, depth, field.start, options);
        }
        let value = match octets.get(field.range()) {
            Some([high, low]) if COUNTS.contains(&field.name) => {
                u16::from_be_bytes([*high, *low]).to_string()
            }
            _ => field.value.to_string(),
        };
        dissection.field(
            depth,
            field.range(),
            field.name,
            value,
            meaning(&field, message),
        );
    });
}

/// The counts of the header, from octet 4 on (RFC 1035 section 4.1.1).
const COUNTS: [&str; 4] = ["QDCOUNT", "ANCOUNT", "NSCOUNT", "ARCOUNT"];

/// The message that the octets before a fault are, with as many records as are whole there.
fn good_part(octets: &[u8], error: &wire_dns::Error) -> Option<Vec<u8>> {
    let mut part = octets.to_vec();
    if let Some((section, index)) = error.place() {
        let faulty = match section {
            Section::Question => 0,
            Section::Answer => 1,
            Section::Authority => 2,
            _ => 3_usize,
        };
        let counts = part.get_mut(4..12)?.chunks_exact_mut(2);
        for (place, count) in counts.enumerate().skip(faulty) {
            let whole = if place == faulty { index } else { 0 };
            count.copy_from_slice(&whole.to_be_bytes());
        }
    }
    // All that is wrong now is what stands behind.
    let end = match Message::decode(&part) {
        Ok(_) => part.len(),
        Err(behind) => behind.offset(),
    };
    part.truncate(end);
    Message::decode(&part).is_ok().then_some(part)
}

/// The options of EDNS that stand at `start`, each with its code and length (RFC 6891 section 6.1.2).
fn edns_options(
    dissection: &mut Dissection,
    depth: u8,
    mut start: usize,
    options: EdnsOptions<'_>,
) {
    for (option, (_, data)) in options.iter().zip(options.raw()) {
        let end = start.saturating_add(4).saturating_add(data.len());
        let text = option.to_string();
        let (name, value) = text.split_once(':').unwrap_or((&text, ""));
        dissection.field(
            depth,
            start..end,
            name.to_owned(),
            value.trim_start(),
            "an option of EDNS",
        );
        start = end;
    }
}

/// `A example.com. question, NOERROR, 2 answers`.
fn summary(message: &Message<'_>) -> String {
    let header = message.header();
    let question = message.question().map_or_else(
        || "no question".to_owned(),
        |question| format!("{} {}", question.name, question.record_type),
    );
    if message.is_query() {
        return format!(
            "DNS {} {:#06x}: {question}, {} octets",
            header.flags.opcode(),
            header.id,
            message.octets().len()
        );
    }
    format!(
        "DNS response {:#06x}: {question}: {}, {} answer, {} authority, {} additional, {} octets",
        header.id,
        message.rcode(),
        header.answer_count,
        header.authority_count,
        header.additional_count,
        message.octets().len()
    )
}

fn refused(octets: &[u8], error: &wire_dns::Error) -> Dissection {
    let mut dissection = Dissection::new(format!("malformed DNS message: {error}"));
    let at = error.offset().min(octets.len());
    let good = good_part(octets, error).unwrap_or_default();
    if let Ok(message) = Message::decode(&good) {
        fields(&mut dissection, &message, octets);
    }
    if at > good.len() {
        dissection.field(0, good.len()..at, "octets", "", "before the fault");
    }
    dissection.fault(at..octets.len(), error.kind(), error.reference());
    dissection
}

const fn section_meaning(section: Section) -> &'static str {
    match section {
        Section::Question => "what is asked",
        Section::Answer => "answers the question",
        Section::Authority => "who is responsible",
        _ => "may save further questions",
    }
}

/// What a field of the header or of a record's frame means; the fields of RDATA speak for themselves.
fn meaning(field: &Field<'_>, message: &Message<'_>) -> &'static str {
    let flags = message.flags();
    let when = |set: bool, yes: &'static str, no: &'static str| if set { yes } else { no };
    match field.name {
        "ID" => "matches a response to its query",
        "QR" => when(flags.response(), "a response", "a query"),
        "Opcode" => "the kind of query",
        "AA" => when(
            flags.authoritative(),
            "the server is an authority for the name",
            "not an authoritative answer",
        ),
        "TC" => when(
            flags.truncated(),
            "cut to fit: ask again over TCP",
            "whole, not truncated",
        ),
        "RD" => when(
            flags.recursion_desired(),
            "recursion is desired",
            "no recursion desired",
        ),
        "RA" => when(
            flags.recursion_available(),
            "recursion is available",
            "no recursion available",
        ),
        "Z" => "reserved, zero",
        "AD" if !flags.response() => when(
            flags.authentic_data(),
            "the client wants to know whether data is authentic",
            "the client does not ask whether data is authentic",
        ),
        "AD" => when(
            flags.authentic_data(),
            "all data is authentic (DNSSEC)",
            "data not said to be authentic",
        ),
        "CD" => when(
            flags.checking_disabled(),
            "do not check signatures",
            "signatures may be checked",
        ),
        "RCODE" => rcode_meaning(flags.rcode()),
        "QDCOUNT" => "questions",
        "ANCOUNT" => "answer records",
        "NSCOUNT" => "authority records",
        "ARCOUNT" => "additional records",
        "QNAME" => "the name asked for",
        "QTYPE" => "the type asked for",
        "QCLASS" | "CLASS" if field.value.to_string() == "IN" => "IN is the Internet",
        "NAME" => when(
            message
                .octets()
                .get(field.start)
                .is_some_and(|octet| *octet >= 0xc0),
            "the record's owner, as a pointer to an earlier name",
            "the record's owner",
        ),
        "TYPE" => "the kind of record",
        "TTL" => "seconds it may be cached",
        "RDLENGTH" => "octets of RDATA",
        "UDP payload size" => "the largest datagram the sender takes",
        "EXTENDED-RCODE" => "the upper eight bits of the response code",
        "VERSION" => "of EDNS",
        "DO and Z" => "0x8000: DNSSEC records are welcome",
        _ => "",
    }
}

fn rcode_meaning(rcode: wire_dns::Rcode) -> &'static str {
    use wire_dns::Rcode;
    match rcode {
        Rcode::NOERROR => "no error",
        Rcode::FORMERR => "the server could not read the query",
        Rcode::SERVFAIL => "the server failed",
        Rcode::NXDOMAIN => "the name does not exist",
        Rcode::NOTIMP => "the server does not know this kind of query",
        Rcode::REFUSED => "the server refuses",
        _ => "",
    }
}
