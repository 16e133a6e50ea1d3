//! Messages that are made to cost much.

/// Messages that are made to cost much: named for what they are full of.
pub fn hostile() -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("staircase_of_pointers", staircase()),
        ("one_long_name_4000_times", one_long_name()),
        ("overlapping_labels", overlapping_labels()),
        ("all_counts_65535", [&[0; 4][..], &[0xFF; 8]].concat()),
        ("records_of_11_octets", records(10, &[&[][..]; 5956])),
        ("strings_of_no_octets", records(16, &[&[0; 65_512][..]])),
        ("all_types_7_times", records(50, &[&all_types()[..]; 7])),
        (
            "service_parameters",
            records(65, &[&service_parameters()[..]]),
        ),
        (
            "options_of_no_octets",
            records(41, &[&no_octets_options()[..]]),
        ),
        ("strings_then_long_names", strings_then_long_names()),
        ("names_in_options", query_with(&names_in_options())),
        (
            "wrong_last_option",
            query_with(&[&names_in_options()[..], &[0, 10, 0, 1, 0]].concat()),
        ),
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

/// A TXT record of 62,000 empty strings, and so many pointers to a long name behind it that a memory of names is needed.
fn strings_then_long_names() -> Vec<u8> {
    let count = 100u16;
    let mut message = with_questions(1);
    message[6..8].copy_from_slice(&(count + 1).to_be_bytes());
    message.extend_from_slice(&b"\x01a".repeat(127));
    message.extend_from_slice(&[0, 0, 1, 0, 1]);
    message.extend_from_slice(&[0, 0, 16, 0, 1, 0, 0, 0, 0]);
    message.extend_from_slice(&62_000u16.to_be_bytes());
    message.resize(message.len() + 62_000, 0);
    for _ in 0..count {
        message.extend_from_slice(&[0xC0, 12, 0, 10, 0, 1, 0, 0, 0, 0, 0, 0]);
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

/// Records of the root in the additional section, all of one type.
fn records(record_type: u16, rdata: &[&[u8]]) -> Vec<u8> {
    let mut message = vec![0; 12];
    message[10..12].copy_from_slice(&(rdata.len() as u16).to_be_bytes());
    for rdata in rdata {
        message.push(0);
        message.extend_from_slice(&record_type.to_be_bytes());
        message.extend_from_slice(&[0, 1, 0, 0, 0, 0]);
        message.extend_from_slice(&(rdata.len() as u16).to_be_bytes());
        message.extend_from_slice(rdata);
    }
    message
}

/// RDATA of an NSEC3 record that has every type there can be.
fn all_types() -> Vec<u8> {
    let mut rdata = vec![1, 0, 0, 0, 0, 1, 7];
    for window in 0..=255 {
        rdata.extend_from_slice(&[window, 32]);
        rdata.extend_from_slice(&[0xFF; 32]);
    }
    rdata
}

/// RDATA of an HTTPS record with as many parameters as fit, all of unknown keys and without a value.
fn service_parameters() -> Vec<u8> {
    let mut rdata = vec![0, 1, 0];
    for key in 1000..17_377u16 {
        rdata.extend_from_slice(&key.to_be_bytes());
        rdata.extend_from_slice(&[0, 0]);
    }
    rdata
}

/// RDATA of an OPT record with as many options as fit.
fn no_octets_options() -> Vec<u8> {
    [0xFD, 0xE9, 0, 0].repeat(16_378)
}

/// Options that each hold the root's name (RFC 7901).
fn names_in_options() -> Vec<u8> {
    [0, 13, 0, 1, 0].repeat(13_090)
}

/// A query for the root with an OPT record of these options.
fn query_with(options: &[u8]) -> Vec<u8> {
    let mut message = vec![0; 12];
    message[5] = 1;
    message[11] = 1;
    message.extend_from_slice(&[0, 0, 1, 0, 1, 0, 0, 41, 0, 0, 0, 0, 0, 0]);
    message.extend_from_slice(&(options.len() as u16).to_be_bytes());
    message.extend_from_slice(options);
    message
}
