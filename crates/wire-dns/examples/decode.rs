//! Prints a message, given in hexadecimal on standard input, as dig would.
//!
//! `echo 12340100000100000000000003777777076578616d706c6503636f6d0000010001 | cargo run -p wire-dns --example decode`
#![allow(clippy::print_stdout, reason = "an example talks to a terminal")]

use std::io::Read;

use wire_dns::Message;

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let digits: Vec<u8> = text
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    let octets: Vec<u8> = digits
        .chunks(2)
        .map(|pair| Ok(u8::from_str_radix(core::str::from_utf8(pair)?, 16)?))
        .collect::<Result<_, Box<dyn core::error::Error>>>()?;
    print!("{}", Message::decode(&octets)?);
    Ok(())
}
