#![no_main]

use libfuzzer_sys::fuzz_target;
use wire_http::{
    BodyDecoder, BodyEvent, Decoded, Method, ResponseHead, ResponseWriter, StatusCode,
};

fuzz_target!(|input: (u16, Vec<(String, Vec<u8>)>, Vec<u8>)| {
    let (code, fields, content) = input;
    let Some(status) = StatusCode::new(code) else {
        return;
    };
    let mut writer = ResponseWriter::new(status);
    let mut accepted = Vec::new();
    for (name, value) in fields.iter().take(60) {
        if writer.field(name, value).is_ok() {
            accepted.push((name.clone(), value.clone()));
        }
    }
    let mut octets = Vec::new();
    if writer.send(&content, &mut octets).is_err() {
        return;
    }
    let decoded = match ResponseHead::decode(&octets, Method::GET) {
        Ok(decoded) => decoded,
        // Long fields may pass the reader's limits, nothing else may be wrong.
        Err(error) => {
            assert!(octets.len() > 60_000, "{error}");
            return;
        }
    };
    let Decoded::Complete { value: head, len } = decoded else {
        panic!("half a message was written")
    };
    for (name, value) in &accepted {
        let trimmed = value.trim_ascii();
        assert!(
            head.fields()
                .get_all(name)
                .any(|found| found.as_bytes() == trimmed),
            "{name}"
        );
    }
    let mut decoder = BodyDecoder::new(head.framing());
    let mut body = Vec::new();
    let mut at = len;
    loop {
        let step = decoder.decode(&octets[at..]).unwrap();
        at += step.consumed;
        match step.event {
            BodyEvent::Data(data) => body.extend_from_slice(data),
            BodyEvent::Trailers(_) => {}
            BodyEvent::NeedMore | BodyEvent::End => break,
        }
    }
    decoder.finish().unwrap();
    assert_eq!(at, octets.len());
    if status != StatusCode::NOT_MODIFIED {
        assert_eq!(body, content);
    }
});
