#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_http::{Decoded, HeadScanner, Method, RequestHead, ResponseHead};

fuzz_target!(|octets: &[u8]| {
    // The scanner may hold a wrong line back until it ends; behind this nothing is held back.
    let octets = &[octets, b"\r\n\r\n\0"].concat();
    let whole = RequestHead::decode(octets);
    let mut scanner = HeadScanner::new();
    let mut fed = Ok(Decoded::Incomplete);
    for end in 0..=octets.len() {
        fed = scanner.request(&octets[..end]);
        if !matches!(fed, Ok(Decoded::Incomplete)) {
            break;
        }
    }
    match (whole, fed) {
        (Ok(whole), Ok(fed)) => assert_eq!(whole.complete(), fed.complete()),
        (Err(whole), Err(fed)) => assert_eq!(whole, fed),
        (whole, fed) => panic!("at once {whole:?}, octet by octet {fed:?}"),
    }
    for method in [Method::GET, Method::HEAD, Method::CONNECT] {
        let _ = ResponseHead::decode(octets, method);
    }
});
