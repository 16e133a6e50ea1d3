//! The five DNS messages that every figure is about, and the bare walk that they are measured against.

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

/// Messages that are made to cost much: named for what they are full of.
pub fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("staircase_of_pointers", staircase()),
        ("one_long_name_4000_times", one_long_name()),
        ("overlapping_labels", overlapping_labels()),
        ("all_counts_65535", [&[0; 4][..], &[0xFF; 8]].concat()),
    ]
}

fn with_questions(count: u16) -> Vec<u8> {
    let mut message = vec![0; 12];
    message[4..6].copy_from_slice(&count.to_be_bytes());
    message
}

/// A pointer to a pointer to a pointer…, 8,000 of them inside the RDATA of a NULL record, and 3,000 names on top.
fn staircase() -> Vec<u8> {
    let mut message = vec![0; 12];
    message[6..8].copy_from_slice(&3001u16.to_be_bytes());
    let steps = 8000usize;
    message.extend_from_slice(&[0, 0, 10, 0, 1, 0, 0, 0, 0]);
    message.extend_from_slice(&(1 + 2 * steps as u16).to_be_bytes());
    let mut target = message.len();
    message.push(0);
    for _ in 0..steps {
        let here = message.len();
        message.extend_from_slice(&(0xC000 | target as u16).to_be_bytes());
        target = here;
    }
    for _ in 0..3000 {
        message.extend_from_slice(&(0xC000 | target as u16).to_be_bytes());
        message.extend_from_slice(&[0, 10, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]);
    }
    message
}

/// A name of 255 octets in one-octet labels, and as many questions that point to it as fit.
fn one_long_name() -> Vec<u8> {
    let count = 10_000u16;
    let mut message = with_questions(count);
    for _ in 0..127 {
        message.extend_from_slice(b"\x01a");
    }
    message.extend_from_slice(&[0, 0, 1, 0, 1]);
    for _ in 1..count {
        message.extend_from_slice(&[0xC0, 12, 0, 1, 0, 1]);
    }
    message
}

/// RDATA of 01 octets, in which a name begins at every octet, and questions' worth of pointers to all of them.
fn overlapping_labels() -> Vec<u8> {
    let mut message = vec![0; 12];
    let names = 3700u16;
    message[6..8].copy_from_slice(&(names + 1).to_be_bytes());
    message.extend_from_slice(&[0, 0, 10, 0, 1, 0, 0, 0, 0]);
    let len = 16_000usize;
    message.extend_from_slice(&(len as u16).to_be_bytes());
    let start = message.len();
    for at in 0..len {
        // Every 240 octets two zeros end the names that begin before.
        message.push(u8::from(at % 240 < 238));
    }
    for number in 0..usize::from(names) {
        let target = start + number * 4 % len;
        message.extend_from_slice(&(0xC000 | target as u16).to_be_bytes());
        message.extend_from_slice(&[0, 10, 0, 1, 0, 0, 0, 0, 0, 0]);
    }
    message
}
