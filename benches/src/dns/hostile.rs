//! Messages that are made to cost much.

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
