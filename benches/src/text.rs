//! The text that the transforms are measured on.

/// English with a German word and line endings, repeated.
pub fn text(octets: usize) -> Vec<u8> {
    let line =
        "The server answers each line in capitals, or in ROT13; 65535 ports, Grüße an alle.\n";
    let mut text: String = line.repeat(octets / line.len() + 1);
    text.truncate(octets);
    text.into_bytes()
}
