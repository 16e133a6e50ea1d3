//! Reads records in presentation form, one a line on standard input, and prints them with their octets.
//!
//! `echo 'example.com. 300 IN MX 10 mail.example.com.' | cargo run -p wire-dns --example records`
#![allow(clippy::print_stdout, reason = "an example talks to a terminal")]

use std::io::BufRead;

use wire_dns::RecordBuf;
use wire_dns::rdata::GenericRdata;

fn main() -> Result<(), std::io::Error> {
    for line in std::io::stdin().lock().lines() {
        match line?.parse::<RecordBuf>() {
            Ok(record) => println!("{record}\n  {}", GenericRdata(record.rdata.octets())),
            Err(error) => println!("error: {error} ({})", error.reference()),
        }
    }
    Ok(())
}
