//! Shows which octets of a message mean what: the query for an address that this program builds itself.
#![allow(clippy::print_stdout, reason = "an example talks to a terminal")]

use wire_dns::edns::Edns;
use wire_dns::{Builder, Class, Message, NameBuf, RecordType};

fn main() -> Result<(), wire_dns::Error> {
    let name: NameBuf = "www.example.com".parse()?;
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(0x1234);
    builder.question(&name, RecordType::A, Class::IN)?;
    builder.edns(&Edns::default())?;
    builder.finish();

    Message::decode(&octets)?.walk(|place, field| {
        let place = place.map_or_else(
            || "header".to_owned(),
            |(section, index)| format!("{section} {index}"),
        );
        println!(
            "{:>3}..{:<3} {place:14} {:18} {}",
            field.start, field.end, field.name, field.value
        );
    });
    Ok(())
}
