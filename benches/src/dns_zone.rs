//! A made-up zone of any size, as text: the input of the zone file and zone benches.

use std::fmt::Write;

use wire_dns::text::{ZoneEntry, ZoneReader};
use wire_dns::zone::{Zone, ZoneBuilder};
use wire_dns::{Builder, Class, NameBuf, RecordType, edns::Edns};

/// The apex of the zone.
pub fn apex() -> NameBuf {
    "example.com.".parse().expect("a name")
}

/// A zone file of `hosts` hosts with about two records each: A, AAAA, CNAME, MX, TXT, in the forms that files have.
pub fn zone_text(hosts: u32) -> String {
    let mut text = String::from(
        "$ORIGIN example.com.\n$TTL 3600\n@ IN SOA ns1 hostmaster ( 1 ; serial\n 7200 3600 1209600 300 )\n\
         @ IN NS ns1\n@ IN NS ns2\nns1 IN A 192.0.2.1\nns2 IN A 192.0.2.2\nsub IN NS ns.sub\nns.sub IN A 192.0.2.3\n",
    );
    for host in 0..hosts {
        let [_, a, b, c] = host.to_be_bytes();
        let more = match host % 5 {
            0 => format!("\t\tIN\tAAAA\t2001:db8::{a:x}:{b:x}{c:02x}\n"),
            1 => format!("alias{host}.example.com.\t300\tIN\tCNAME\thost{host}.example.com.\n"),
            2 => format!("host{host}\tIN\tMX\t10 ns1.example.com.\n"),
            3 => format!("host{host}\t600\tIN\tTXT\t\"v=spf1 ip4:10.0.0.{c} -all\"\n"),
            _ => String::new(),
        };
        write!(text, "host{host}\tIN\tA\t10.{a}.{b}.{c}\n{more}").expect("a string takes all");
    }
    text
}

/// The zone of a text.
pub fn zone(text: &str) -> Zone {
    let apex = apex();
    let mut builder = ZoneBuilder::new(apex.as_name(), Class::IN);
    let mut reader = ZoneReader::new(apex.as_name());
    reader.end();
    let mut piece = text.as_bytes();
    while let Some(entry) = reader.next(&mut piece) {
        if let ZoneEntry::Record(record) = entry.expect("a record") {
            let (owner, class, ttl) = (record.owner(), record.class(), record.ttl());
            builder.insert(owner, class, ttl, &record.rdata(), record.line());
        }
    }
    builder.finish(&mut Vec::new()).expect("a zone")
}

/// A query with EDNS.
pub fn query(name: &str, record_type: RecordType) -> Vec<u8> {
    let name: NameBuf = name.parse().expect("a name");
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder
        .question(&name, record_type, Class::IN)
        .and_then(|()| builder.edns(&Edns::default()))
        .expect("a query");
    builder.finish();
    octets
}

/// The kinds of question that a server gets, with their name in reports.
pub const QUESTIONS: [(&str, &str); 4] = [
    ("hit", "host77.example.com."),
    ("absent", "absent.example.com."),
    ("alias", "alias76.example.com."),
    ("referral", "www.sub.example.com."),
];
