//! Writes the zone file of the benches with so many hosts, about two records each: `zone_text 500000 > big.zone`.

use std::io::{Write as _, stdout};

use netlab_benches::dns_zone::zone_text;

fn main() {
    let hosts = std::env::args().nth(1).and_then(|hosts| hosts.parse().ok());
    let text = zone_text(hosts.expect("how many hosts"));
    stdout()
        .write_all(text.as_bytes())
        .expect("stdout takes it");
}
