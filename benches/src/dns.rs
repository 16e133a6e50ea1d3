//! The five DNS messages that every figure is about, and the bare walk that they are measured against.

mod hostile;
mod work;

pub use hostile::hostile;
pub use work::{Parts, encode, read_every_field, walk_every_label};

/// Name and octets of each message: a query with OPT, b CNAME and A, c root referral, d mixed types, e DNSSEC.
pub fn messages() -> Vec<(&'static str, Vec<u8>)> {
    [
        ("a_query", include_str!("../corpus/dns/a_query.hex")),
        ("b_cname_a4", include_str!("../corpus/dns/b_cname_a4.hex")),
        ("c_referral", include_str!("../corpus/dns/c_referral.hex")),
        ("d_mixed", include_str!("../corpus/dns/d_mixed.hex")),
        ("e_dnssec", include_str!("../corpus/dns/e_dnssec.hex")),
    ]
    .into_iter()
    .map(|(name, text)| (name, octets(text)))
    .collect()
}

/// Octets of hexadecimal text with blanks in it.
pub fn octets(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| {
            u8::from_str_radix(std::str::from_utf8(pair).expect("hexadecimal"), 16)
                .expect("a digit pair")
        })
        .collect()
}

/// Checks bounds and nothing else: the lower bound that decoders are compared with. Number of octets walked, or nothing.
///
/// It reads the header's counts and walks every question and record. Every name, of owners and in the RDATA of the types
/// that the five messages have (NS, CNAME, PTR, MX, SOA, SRV, RRSIG), is followed to the root: labels within the message,
/// pointers backwards and at most 127, 255 octets at most. RDLENGTH stays within the message; no other field is read, no
/// value is made, no rule of a type is looked at, and an error says nothing.
pub fn bare_walk(message: &[u8]) -> Option<usize> {
    let count = |at: usize| {
        Some(u16::from_be_bytes([
            *message.get(at)?,
            *message.get(at + 1)?,
        ]))
    };
    let (questions, records) = (
        count(4)?,
        u32::from(count(6)?) + u32::from(count(8)?) + u32::from(count(10)?),
    );
    let mut pos = 12;
    for _ in 0..questions {
        pos = walk_name(message, pos)? + 4;
    }
    for _ in 0..records {
        pos = walk_name(message, pos)?;
        let fixed = message.get(pos..pos + 10)?;
        let len = usize::from(u16::from_be_bytes([fixed[8], fixed[9]]));
        pos += 10;
        let end = pos + len;
        message.get(pos..end)?;
        match u16::from_be_bytes([fixed[0], fixed[1]]) {
            2 | 5 | 12 => {
                walk_name(message, pos)?;
            }
            15 => {
                walk_name(message, pos + 2)?;
            }
            6 => {
                let next = walk_name(message, pos)?;
                walk_name(message, next)?;
            }
            33 => {
                walk_name(message, pos + 6)?;
            }
            46 => {
                walk_name(message, pos + 18)?;
            }
            _ => {}
        }
        pos = end;
    }
    (pos == message.len()).then_some(pos)
}

/// Where the name at `start` ends in place; every label and pointer of it is followed.
fn walk_name(message: &[u8], start: usize) -> Option<usize> {
    let (mut pos, mut end, mut octets, mut pointers) = (start, None, 0usize, 0u32);
    loop {
        let len = *message.get(pos)?;
        match len {
            0 => return Some(end.unwrap_or(pos + 1)),
            1..=63 => {
                pos += 1 + usize::from(len);
                octets += 1 + usize::from(len);
                if octets > 254 {
                    return None;
                }
            }
            0xC0.. => {
                let target = usize::from(u16::from_be_bytes([len & 0x3F, *message.get(pos + 1)?]));
                pointers += 1;
                if target >= pos || pointers > 127 {
                    return None;
                }
                end = end.or(Some(pos + 2));
                pos = target;
            }
            _ => return None,
        }
    }
}
