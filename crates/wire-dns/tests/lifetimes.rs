//! Views are `Copy` and their iterators borrow the octets, not the view: what they give may be returned by a function that
//! made the view. The functions that are never called need only compile.

#![allow(dead_code, reason = "that these functions compile is the test")]

use wire_dns::update::{Change, Prerequisite, Update};
use wire_dns::{Message, Name, NameBuf, ResourceRecord, Section};

fn all_records(octets: &[u8]) -> Option<impl Iterator<Item = (Section, ResourceRecord<'_>)>> {
    let message = Message::decode(octets).ok()?;
    Some(message.all_records())
}

fn aliases(octets: &[u8]) -> Option<impl Iterator<Item = Name<'_>>> {
    let message = Message::decode(octets).ok()?;
    Some(message.aliases(Name::ROOT))
}

fn last_alias(octets: &[u8]) -> Option<Name<'_>> {
    let (message, root) = (Message::decode(octets).ok()?, NameBuf::root());
    message.aliases(&root).last()
}

fn changes(octets: &[u8]) -> Option<impl Iterator<Item = Change<'_>>> {
    let message = Message::decode(octets).ok()?;
    let update = Update::of(&message).ok()?;
    Some(update.changes())
}

fn prerequisites(octets: &[u8]) -> Option<impl Iterator<Item = Prerequisite<'_>>> {
    let message = Message::decode(octets).ok()?;
    let update = Update::of(&message).ok()?;
    Some(update.prerequisites())
}

fn ancestors(octets: &[u8]) -> Option<impl Iterator<Item = Name<'_>>> {
    let message = Message::decode(octets).ok()?;
    Some(message.question()?.name.ancestors())
}

#[cfg(feature = "zone")]
fn soa(zone: &wire_dns::zone::Zone) -> impl Iterator<Item = wire_dns::Rdata<'_>> {
    let set = zone.soa();
    set.rdata()
}

#[test]
fn what_iterators_give_outlives_the_view() {
    let octets = b"\0\0\x81\x80\0\x01\0\x01\0\0\0\0\x01a\0\0\x01\0\x01\xC0\x0C\0\x05\0\x01\0\0\0\x3C\0\x03\x01b\0";
    assert_eq!(all_records(octets).unwrap().count(), 1);
    let names: Vec<String> = aliases(octets)
        .unwrap()
        .map(|name| name.to_string())
        .collect();
    assert_eq!(names, ["a.", "b."]);
    assert_eq!(last_alias(octets).unwrap().to_string(), "b.");
}
