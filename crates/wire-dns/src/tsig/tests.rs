//! Signatures of another implementation, and every way to be refused.

use alloc::vec::Vec;

use super::{TsigAlgorithm, TsigError, TsigKey, TsigSession, UNSIGNED_MAX};
use crate::rdata::{Rdata, Tsig};
use crate::{Builder, Class, ErrorKind, Flags, Message, NameBuf, Rcode, RecordType};

/// Requests for `www.example.com. A` signed at 1,700,000,000 by dnspython 2 with the secret 00 01 … 1f.
const REQUESTS: [(TsigAlgorithm, &str); 5] = [
    (
        TsigAlgorithm::HmacSha1,
        "12340100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000002f09686d61632d736861310000006553f100012c001409ce077f70b051b7300b5741974a0f697b7ec3db123400000000",
    ),
    (
        TsigAlgorithm::HmacSha224,
        "12340100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff0000000000390b686d61632d7368613232340000006553f100012c001c8c52f9a38ec64bc4a8506776eaac94a4255c09f44283f75e89eaea4b123400000000",
    ),
    (
        TsigAlgorithm::HmacSha256,
        "12340100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006553f100012c00209a0b660e1cfde52fad03d697ca09338b28f81f6c0b7d3ceb1624f20cb43eefc6123400000000",
    ),
    (
        TsigAlgorithm::HmacSha384,
        "12340100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000004d0b686d61632d7368613338340000006553f100012c00306a02ca844557283758ed7d752cdfda6d3e4e2518332372e37aba5b0c0cc7718df1d3ff89c52993e7f75ebbf9fe6eb5c2123400000000",
    ),
    (
        TsigAlgorithm::HmacSha512,
        "12340100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000005d0b686d61632d7368613531320000006553f100012c00405daf95ae31d3eb577322c9c4ec00c2092e315bbd799f03e0d4a2f3d36e92a92e13e9a11e4fa926bf5f2ae6f73d2cf7fe633fb0e7cd16d6261cb64fe1dcd3ebc9123400000000",
    ),
];

/// The response to the third of them, a second later.
const RESPONSE: &str = "12348100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006553f101012c00202734875fa0e90e44918221bf0d3d9f824189cb740ef75ea06642f62725862bbc123400000000";

/// The same as a stream of three, a second apart, from 1,700,000,002 on.
const STREAM: [&str; 3] = [
    "12348100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006553f102012c0020fcd2411ea6aec533ce3c34568d0b882f04cbe46b03f144dfc8bd1d5ff5a15399123400000000",
    "12348100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006553f103012c0020f0ec551649a7d04d9ec0b935b50e7699a4f387fcf5ca07f50100bb27959f19e2123400000000",
    "12348100000100000000000103777777076578616d706c6503636f6d0000010001034b6579074578616d706c650000fa00ff00000000003d0b686d61632d7368613235360000006553f104012c0020751eca3fa6fcec9cae616a131f2bc331b56dd25af36bfad90b9264368a2b8dc3123400000000",
];

const NOW: u64 = 1_700_000_000;

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .map(|digit| u8::try_from(char::from(digit).to_digit(16).unwrap()).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn key(algorithm: TsigAlgorithm) -> TsigKey {
    let secret: Vec<u8> = (0..32).collect();
    TsigKey::new("Key.Example.".parse().unwrap(), algorithm, secret)
}

fn message(response: bool) -> Vec<u8> {
    let name: NameBuf = "www.example.com.".parse().unwrap();
    let mut octets = Vec::new();
    let mut builder = Builder::new(&mut octets);
    builder.set_id(0x1234);
    builder.set_flags(Flags(0x0100).with_response(response));
    builder.question(&name, RecordType::A, Class::IN).unwrap();
    builder.finish();
    octets
}

fn verify<'k>(octets: &[u8], key: &'k TsigKey, now: u64) -> Result<TsigSession<'k>, TsigError> {
    TsigSession::verify_request(
        &Message::decode(octets).unwrap(),
        |name, algorithm| (key.name() == name && key.algorithm() == algorithm).then_some(key),
        now,
    )
}

/// The TSIG record's fields.
fn tsig(octets: &[u8]) -> Tsig<'_> {
    match Message::decode(octets).unwrap().tsig().unwrap().rdata() {
        Rdata::Tsig(tsig) => tsig,
        other => panic!("{other}"),
    }
}

/// The message with other fields in its TSIG record.
fn with_tsig(octets: &[u8], fields: Tsig<'_>) -> Vec<u8> {
    let layout = Message::decode(octets).unwrap().tsig().unwrap().layout();
    let mut rdata = Vec::new();
    Rdata::Tsig(fields).encode_into(&mut rdata).unwrap();
    let rdlength = u16::try_from(rdata.len()).unwrap().to_be_bytes();
    [&octets[..layout.rdlength.start], &rdlength, &rdata].concat()
}

#[test]
fn signs_as_others_do() {
    for (algorithm, hex) in REQUESTS {
        let key = key(algorithm);
        let mut signed = message(false);
        TsigSession::sign_request(&key, &mut signed, NOW, 300).unwrap();
        assert_eq!(signed, octets(hex), "{algorithm:?}");
        let mut server = verify(&signed, &key, NOW).unwrap();
        if algorithm == TsigAlgorithm::HmacSha256 {
            let mut response = message(true);
            server.sign(&mut response, NOW + 1).unwrap();
            assert_eq!(response, octets(RESPONSE));
        }
    }
}

#[test]
fn signs_and_verifies_a_stream() {
    let key = key(TsigAlgorithm::HmacSha256);
    let mut request = message(false);
    let mut client = TsigSession::sign_request(&key, &mut request, NOW, 300).unwrap();
    let mut server = verify(&request, &key, NOW).unwrap();
    for (seconds, hex) in (2u64..).zip(STREAM) {
        let mut response = message(true);
        server.sign(&mut response, NOW + seconds).unwrap();
        assert_eq!(response, octets(hex));
        let response = Message::decode(&response).unwrap();
        assert_eq!(client.verify(&response, NOW + seconds), Ok(true));
    }
}

#[test]
fn a_stream_may_have_unsigned_messages_between() {
    // RFC 8945 §5.3.1.
    let key = key(TsigAlgorithm::HmacSha256);
    let mut request = message(false);
    let mut client = TsigSession::sign_request(&key, &mut request, NOW, 300).unwrap();
    let mut server = verify(&request, &key, NOW).unwrap();
    let mut first = message(true);
    server.sign(&mut first, NOW).unwrap();
    let plain = message(true);
    let unsigned = Message::decode(&plain).unwrap();
    // The first must be signed.
    assert_eq!(
        client.clone().verify(&unsigned, NOW),
        Err(TsigError::Missing)
    );
    assert_eq!(
        client.verify(&Message::decode(&first).unwrap(), NOW),
        Ok(true)
    );

    let mut liar = client.clone();
    for _ in 0..2 {
        assert_eq!(client.verify(&unsigned, NOW), Ok(false));
        // The server digests what it sends without a signature, too.
        server.pass(&unsigned).unwrap();
    }
    let mut last = message(true);
    server.sign(&mut last, NOW).unwrap();
    let last = Message::decode(&last).unwrap();
    assert_eq!(client.verify(&last, NOW), Ok(true));
    // One who was given only one of the two notices.
    assert_eq!(liar.verify(&unsigned, NOW), Ok(false));
    assert_eq!(liar.verify(&last, NOW), Err(TsigError::BadSig));

    for _ in 0..UNSIGNED_MAX {
        assert_eq!(client.verify(&unsigned, NOW), Ok(false));
    }
    assert_eq!(client.verify(&unsigned, NOW), Err(TsigError::Missing));
}

#[test]
fn any_changed_octet_is_noticed() {
    let key = key(TsigAlgorithm::HmacSha256);
    assert_eq!(TsigError::Missing.rcode(), Rcode::REFUSED);
    let (_, hex) = REQUESTS[2];
    let signed = octets(hex);
    for at in 0..signed.len() {
        let mut changed = signed.clone();
        changed[at] ^= 1;
        if Message::decode(&changed).is_err() {
            continue;
        }
        let result = verify(&changed, &key, NOW);
        // The ID may change on the way (RFC 8945 §4.2, Original ID); so may the case of names.
        let is_id = at < 2;
        assert_eq!(result.is_ok(), is_id, "octet {at}");
    }
}

#[test]
fn refuses_in_the_order_of_section_5_2() {
    let key = key(TsigAlgorithm::HmacSha256);
    let signed = octets(REQUESTS[2].1);
    assert_eq!(
        verify(&message(false), &key, NOW).unwrap_err(),
        TsigError::Missing
    );
    let other = TsigKey::new("other.".parse().unwrap(), key.algorithm(), *b"x");
    assert_eq!(verify(&signed, &other, NOW).unwrap_err(), TsigError::BadKey);
    let wrong = TsigKey::new("key.example.".parse().unwrap(), key.algorithm(), *b"wrong");
    assert_eq!(verify(&signed, &wrong, 0).unwrap_err(), TsigError::BadSig);
    for now in [NOW - 301, NOW + 301] {
        let error = verify(&signed, &key, now).unwrap_err();
        assert_eq!(
            error,
            TsigError::BadTime {
                time_signed: NOW,
                fudge: 300
            }
        );
        assert_eq!(error.rcode(), Rcode::NOTAUTH);
    }
    assert!(verify(&signed, &key, NOW + 300).is_ok());
    // Truncated MACs: fewer than half is malformed, fewer than the policy BADTRUNC, but only when they are right.
    let short = key.clone().with_mac_octets(16);
    let mut truncated = message(false);
    TsigSession::sign_request(&short, &mut truncated, NOW, 300).unwrap();
    assert_eq!(tsig(&truncated).mac.len(), 16);
    assert!(verify(&truncated, &short, NOW).is_ok());
    assert_eq!(
        verify(&truncated, &key, NOW).unwrap_err(),
        TsigError::BadTrunc
    );
    assert_eq!(
        verify(&truncated, &wrong, NOW).unwrap_err(),
        TsigError::BadSig
    );
    assert_eq!(key.clone().with_mac_octets(1).mac_octets(), 16);
    // §5.2.2.1: one octet fewer is malformed although it is the start of the right MAC, as is one more.
    let mac = tsig(&signed).mac;
    let longer = [mac, &[0]].concat();
    for (mac, error) in [
        (&mac[..15], TsigError::Malformed),
        (&mac[..9], TsigError::Malformed),
        (&[], TsigError::Malformed),
        (&longer, TsigError::Malformed),
        (&mac[..16], TsigError::BadTrunc),
    ] {
        let changed = with_tsig(
            &signed,
            Tsig {
                mac,
                ..tsig(&signed)
            },
        );
        assert_eq!(
            verify(&changed, &short, NOW).err(),
            (mac.len() != 16).then_some(error)
        );
        assert_eq!(verify(&changed, &key, NOW).unwrap_err(), error);
    }
    // Class and TTL are fixed (§4.2).
    let mut class = signed.clone();
    let at = Message::decode(&signed)
        .unwrap()
        .tsig()
        .unwrap()
        .layout()
        .class
        .start;
    class[at] = 1;
    assert_eq!(verify(&class, &key, NOW).unwrap_err(), TsigError::Malformed);
    assert_eq!(TsigError::Malformed.rcode(), Rcode::FORMERR);
}

#[test]
fn rejections_say_why() {
    let key = key(TsigAlgorithm::HmacSha256);
    let mut signed = message(false);
    let client = TsigSession::sign_request(&key, &mut signed, NOW, 300).unwrap();
    let request = Message::decode(&signed).unwrap();
    let reject = |error, key, now| {
        let mut response = message(true);
        TsigSession::reject(error, &request, key, &mut response, now).unwrap();
        response
    };
    let verify = |response: &[u8], now| {
        client
            .clone()
            .verify(&Message::decode(response).unwrap(), now)
    };
    // §5.3.2: key and signature errors are not signed.
    for (error, rcode) in [
        (TsigError::BadKey, Rcode::BADKEY),
        (TsigError::BadSig, Rcode(16)),
    ] {
        let response = reject(error, Some(&key), NOW);
        assert!(tsig(&response).mac.is_empty());
        assert_eq!(verify(&response, NOW), Err(TsigError::Peer(rcode)));
    }
    // §5.2.3: the client's own time, signed, and the server's in Other Data.
    let late = NOW + 1000;
    let error = TsigError::BadTime {
        time_signed: NOW,
        fudge: 300,
    };
    let response = reject(error, Some(&key), late);
    let fields = tsig(&response);
    assert_eq!((fields.time_signed, fields.error), (NOW, Rcode::BADTIME));
    assert_eq!(fields.other_data, &late.to_be_bytes()[2..]);
    assert_eq!(verify(&response, NOW), Err(TsigError::Peer(Rcode::BADTIME)));
    let mut forged = response.clone();
    let last = forged.len() - 1;
    forged[last] ^= 1;
    assert_eq!(verify(&forged, NOW), Err(TsigError::BadSig));
    assert_eq!(
        verify(&reject(TsigError::BadTrunc, Some(&key), NOW), NOW),
        Err(TsigError::Peer(Rcode::BADTRUNC))
    );
    assert_eq!(reject(TsigError::Missing, Some(&key), NOW), message(true));
}

#[test]
fn what_cannot_be_signed_stays_as_it_was() {
    let key = key(TsigAlgorithm::HmacSha256);
    let mut signed = octets(REQUESTS[2].1);
    let before = signed.clone();
    let error = TsigSession::sign_request(&key, &mut signed, NOW, 300).unwrap_err();
    assert_eq!((error.kind(), signed), (&ErrorKind::TsigNotLast, before));
    let mut message = message(false);
    let before = message.clone();
    assert!(TsigSession::sign_request(&key, &mut message, 1 << 48, 300).is_err());
    assert_eq!(message, before);
    assert!(TsigSession::sign_request(&key, &mut Vec::new(), NOW, 300).is_err());
}

#[test]
fn debug_shows_no_secret() {
    let key = TsigKey::new(
        "k.".parse().unwrap(),
        TsigAlgorithm::HmacSha1,
        *b"swordfish",
    );
    assert_eq!(alloc::format!("{key:?}"), "TsigKey(k. HmacSha1)");
}

/// RFC 8945 §5.3: the response is signed with the key of the request, which is its name and its algorithm.
#[test]
fn a_response_with_another_key_is_not_taken() {
    let key = key(TsigAlgorithm::HmacSha256);
    let mut signed = message(false);
    let client = TsigSession::sign_request(&key, &mut signed, NOW, 300).unwrap();
    let response = octets(RESPONSE);
    let verify = |octets: &[u8]| {
        client
            .clone()
            .verify(&Message::decode(octets).unwrap(), NOW)
    };
    assert_eq!(verify(&response), Ok(true));
    let other: NameBuf = "hmac-sha512".parse().unwrap();
    let fields = Tsig {
        algorithm_name: other.as_name(),
        ..tsig(&response)
    };
    assert_eq!(
        verify(&with_tsig(&response, fields)),
        Err(TsigError::BadKey)
    );
    let mut named = response.clone();
    let owner = Message::decode(&response)
        .unwrap()
        .tsig()
        .unwrap()
        .layout()
        .owner;
    named[owner.start + 1] ^= 1;
    assert_eq!(verify(&named), Err(TsigError::BadKey));
}

/// RFC 8945 §5.2, RFC 1035 §4.2.2: a message that has no room for its signature stays as it was.
#[test]
fn a_message_that_would_be_too_long_is_not_signed() {
    let key = key(TsigAlgorithm::HmacSha256);
    let signature = octets(REQUESTS[2].1).len() - message(false).len();
    for len in [65_535, 65_536, 65_600].map(|len| len - signature) {
        let anything = alloc::vec![0; len - 12 - 11];
        let null = Rdata::Null(crate::rdata::Null {
            anything: &anything,
        });
        let mut octets = Vec::new();
        let mut builder = Builder::new(&mut octets);
        builder
            .answer(crate::Name::ROOT, Class::IN, crate::Ttl(1), &null)
            .unwrap();
        assert_eq!(builder.finish(), len);
        let before = octets.clone();
        let fits = len + signature <= 65_535;
        let signed = TsigSession::sign_request(&key, &mut octets, NOW, 300);
        assert_eq!(signed.is_ok(), fits, "{len}");
        assert!(if fits {
            octets.len() == 65_535
        } else {
            octets == before
        });
    }
}
