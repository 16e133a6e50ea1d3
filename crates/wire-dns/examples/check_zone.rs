//! Reads a zone file in pieces, prints every error with its place, and says how many records there are.
//!
//! `cargo run --release -p wire-dns --example check_zone -- FILE [ORIGIN]`
#![allow(clippy::print_stdout, reason = "a program prints")]

use core::error::Error;
use std::fs::File;
use std::io::Read;

use wire_dns::NameBuf;
use wire_dns::text::{ZoneEntry, ZoneReader};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("usage: check_zone FILE [ORIGIN]")?;
    let origin: NameBuf = args.next().as_deref().unwrap_or(".").parse()?;

    let mut input = File::open(&file)?;
    let mut reader = ZoneReader::new(&origin);
    let mut buffer = vec![0; 1 << 16];
    let (mut records, mut errors) = (0u64, 0u64);
    loop {
        let len = input.read(&mut buffer)?;
        if len == 0 {
            reader.end();
        }
        let mut piece = buffer.get(..len).unwrap_or_default();
        while let Some(entry) = reader.next(&mut piece) {
            match entry {
                Ok(ZoneEntry::Record(_)) => records = records.saturating_add(1),
                Ok(_) => println!("{file}: an included file is not read"),
                Err(error) => {
                    errors = errors.saturating_add(1);
                    println!("{file}:{error}");
                }
            }
        }
        if len == 0 {
            break;
        }
    }
    println!("{records} records, {errors} errors");
    Ok(())
}
