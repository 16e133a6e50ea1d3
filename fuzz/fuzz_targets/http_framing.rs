#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_http::{Decoded, Framing, RequestHead};

fuzz_target!(|octets: &[u8]| {
    let Ok(Decoded::Complete { value: head, .. }) = RequestHead::decode(octets) else {
        return;
    };
    let lengths: Vec<_> = head.fields().get_all("content-length").collect();
    let codings: Vec<_> = head.fields().get_all("transfer-encoding").collect();
    match head.framing() {
        Framing::None => assert!(lengths.is_empty() && codings.is_empty()),
        Framing::ContentLength(length) => {
            assert!(codings.is_empty());
            let [value] = lengths.as_slice() else {
                panic!("several lengths")
            };
            let digits = value.to_str().unwrap();
            assert!(digits.bytes().all(|octet| octet.is_ascii_digit()));
            assert_eq!(digits.parse::<u64>().unwrap(), length);
        }
        Framing::Chunked => {
            assert!(lengths.is_empty());
            let [value] = codings.as_slice() else {
                panic!("several lines")
            };
            assert!(value.to_str().unwrap().eq_ignore_ascii_case("chunked"));
        }
        Framing::UntilClose => panic!("a request until close"),
    }
});
