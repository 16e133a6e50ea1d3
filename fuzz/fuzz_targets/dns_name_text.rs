#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_dns::NameBuf;

fuzz_target!(|text: &str| {
    let Ok(name) = text.parse::<NameBuf>() else {
        return;
    };
    let printed = name.to_string();
    let again: NameBuf = printed.parse().unwrap();
    assert!(
        name.as_name().eq_with_case(again.as_name()),
        "{text} {printed}"
    );
    assert_eq!(printed, again.to_string());
    assert!((1..=255).contains(&name.octets().len()));
});
