//! The types of DNSSEC: RFC 4034, RFC 5155, and those before and after.

use super::bitmap::{Bitmap, OldBitmap, OldTypeBitmap, TypeBitmap};
use super::codec::{
    Base32Hex8, Decimal, FoldedName, HexOrDash8, Mnemonic, Number, PlainName, Time,
};
use super::record::records;
use super::rest::{Base64, Base64Key, Base64OrZero, Hex, HexOrZero};
use crate::{
    Algorithm, CharacterString, DigestType, DsyncScheme, Name, Nsec3HashAlgorithm, RecordType, Ttl,
};

records! {
    /// DS: the digest of a child's key ([RFC 4034 §5](https://www.rfc-editor.org/rfc/rfc4034#section-5)).
    struct Ds<'a> {
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Digest Type.
        digest_type "Digest Type": DigestType as Decimal,
        /// Digest over owner and key.
        digest "Digest": &'a [u8] as Hex,
    }
    example DS
        "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118"
        b"\xEC\x45\x05\x01+\xB1\x83\xAF\x5F\x22\x58\x81\x79\xA5\x3B\x0A\x98\x63\x1F\xAD\x1A\x29\x21\x18";

    /// CDS: the DS that the child wants ([RFC 7344 §3.1](https://www.rfc-editor.org/rfc/rfc7344#section-3.1)).
    struct Cds<'a> {
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Algorithm of the key; 0 asks for deletion ([RFC 8078 §4](https://www.rfc-editor.org/rfc/rfc8078#section-4)).
        algorithm "Algorithm": Algorithm as Decimal,
        /// Digest Type.
        digest_type "Digest Type": DigestType as Decimal,
        /// Digest over owner and key.
        digest "Digest": &'a [u8] as HexOrZero,
    }
    example CDS "0 0 0 00" b"\0\0\0\0\0";

    /// DLV: a DS outside the delegation chain, obsolete ([RFC 4431](https://www.rfc-editor.org/rfc/rfc4431),
    /// [RFC 8749](https://www.rfc-editor.org/rfc/rfc8749)).
    struct Dlv<'a> {
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Digest Type.
        digest_type "Digest Type": DigestType as Decimal,
        /// Digest over owner and key.
        digest "Digest": &'a [u8] as Hex,
    }
    example DLV "1 5 1 00" b"\0\x01\x05\x01\0";

    /// TA: a trust anchor in the form of a DS.
    struct Ta<'a> {
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Digest Type.
        digest_type "Digest Type": DigestType as Decimal,
        /// Digest over owner and key.
        digest "Digest": &'a [u8] as Hex,
    }
    example TA "1 5 1 00" b"\0\x01\x05\x01\0";

    /// DNSKEY: a public key of a zone ([RFC 4034 §2](https://www.rfc-editor.org/rfc/rfc4034#section-2)).
    struct Dnskey<'a> {
        /// Flags: 256 for a zone key, 257 for a secure entry point.
        flags "Flags": u16 as Number,
        /// Protocol: 3.
        protocol "Protocol": u8 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Public Key in the algorithm's form.
        public_key "Public Key": &'a [u8] as Base64,
    }
    example DNSKEY
        "256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3"
        b"\x01\0\x03\x05\x01\x03\xD2\x2A\x6C\xA7\x7F\x35\xB8\x93\x20\x6F\xD3^LPm\x83\x78\x84\x37";

    /// CDNSKEY: the DNSKEY that the child wants a DS of
    /// ([RFC 7344 §3.2](https://www.rfc-editor.org/rfc/rfc7344#section-3.2)).
    struct Cdnskey<'a> {
        /// Flags.
        flags "Flags": u16 as Number,
        /// Protocol: 3.
        protocol "Protocol": u8 as Number,
        /// Algorithm of the key; 0 asks for deletion ([RFC 8078 §4](https://www.rfc-editor.org/rfc/rfc8078#section-4)).
        algorithm "Algorithm": Algorithm as Decimal,
        /// Public Key in the algorithm's form.
        public_key "Public Key": &'a [u8] as Base64OrZero,
    }
    example CDNSKEY "0 3 0 AA==" b"\0\0\x03\0\0";

    /// KEY: a public key ([RFC 2535 §3.1](https://www.rfc-editor.org/rfc/rfc2535#section-3.1)), today of SIG(0).
    struct Key<'a> {
        /// Flags.
        flags "Flags": u16 as Number,
        /// Protocol that the key is for.
        protocol "Protocol": u8 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Public Key; none with the flags [`NO_KEY`](Self::NO_KEY).
        public_key "Public Key": &'a [u8] as Base64Key,
    }
    example KEY "512 3 5 AQID" b"\x02\0\x03\x05\x01\x02\x03";
    has_text |key| !key.public_key.is_empty() || Key::says_none(key.flags);

    /// RKEY: a key to encrypt NAPTR records with.
    struct Rkey<'a> {
        /// Flags.
        flags "Flags": u16 as Number,
        /// Protocol.
        protocol "Protocol": u8 as Number,
        /// Algorithm of the key.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Public Key.
        public_key "Public Key": &'a [u8] as Base64,
    }
    example RKEY "0 1 2 AQID" b"\0\0\x01\x02\x01\x02\x03";

    /// RRSIG: a signature over a record set ([RFC 4034 §3](https://www.rfc-editor.org/rfc/rfc4034#section-3)).
    struct Rrsig<'a> {
        /// Type Covered.
        type_covered "Type Covered": RecordType as Mnemonic,
        /// Algorithm of the signature.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Labels of the owner without root and wildcard.
        labels "Labels": u8 as Number,
        /// Original TTL of the set.
        original_ttl "Original TTL": Ttl as Number,
        /// Signature Expiration, seconds since 1970 modulo 2³².
        expiration "Signature Expiration": u32 as Time,
        /// Signature Inception, seconds since 1970 modulo 2³².
        inception "Signature Inception": u32 as Time,
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Signer's Name: the zone.
        signer_name "Signer's Name": Name<'a> as FoldedName,
        /// Signature in the algorithm's form.
        signature "Signature": &'a [u8] as Base64,
    }
    example RRSIG
        "A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID"
        b"\0\x01\x05\x03\0\x01Q\x80\x3E\x7C\x9D\xD7\x3E\x55\x10\xD7\x0A\x52\x07example\x03com\0\x01\x02\x03";

    /// SIG: a signature ([RFC 2535 §4.1](https://www.rfc-editor.org/rfc/rfc2535#section-4.1)), today over a whole message
    /// ([RFC 2931](https://www.rfc-editor.org/rfc/rfc2931)).
    struct Sig<'a> {
        /// Type Covered; 0 for a message.
        type_covered "Type Covered": RecordType as Mnemonic,
        /// Algorithm of the signature.
        algorithm "Algorithm": Algorithm as Decimal,
        /// Labels of the owner.
        labels "Labels": u8 as Number,
        /// Original TTL of the set.
        original_ttl "Original TTL": Ttl as Number,
        /// Signature Expiration, seconds since 1970 modulo 2³².
        expiration "Signature Expiration": u32 as Time,
        /// Signature Inception, seconds since 1970 modulo 2³².
        inception "Signature Inception": u32 as Time,
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Signer's Name.
        signer_name "Signer's Name": Name<'a> as FoldedName,
        /// Signature in the algorithm's form.
        signature "Signature": &'a [u8] as Base64,
    }
    example SIG
        "NXT 1 3 3600 20260101000000 20251201000000 2143 foo.example. AQID"
        b"\0\x1E\x01\x03\0\0\x0E\x10\x69\x55\xB9\0\x69\x2C\xDA\x80\x08\x5F\x03foo\x07example\0\x01\x02\x03";

    /// NSEC: the next name of the zone and the types at this one
    /// ([RFC 4034 §4](https://www.rfc-editor.org/rfc/rfc4034#section-4)).
    struct Nsec<'a> {
        /// Next Domain Name in canonical order; its case is kept
        /// ([RFC 6840 §5.1](https://www.rfc-editor.org/rfc/rfc6840#section-5.1)).
        next_domain_name "Next Domain Name": Name<'a> as PlainName,
        /// Type Bit Maps.
        types "Type Bit Maps": TypeBitmap<'a> as Bitmap,
    }
    example NSEC
        "host.example.com. A MX RRSIG NSEC TYPE1234"
        b"\x04host\x07example\x03com\0\0\x06\x40\x01\0\0\0\x03\x04\x1B\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x20";

    /// NXT: the forerunner of NSEC ([RFC 2535 §5.2](https://www.rfc-editor.org/rfc/rfc2535#section-5.2)).
    struct Nxt<'a> {
        /// The next name of the zone.
        next_domain_name "next domain name": Name<'a> as FoldedName,
        /// The types below 128 at this name.
        types "type bit map": OldTypeBitmap<'a> as OldBitmap,
    }
    example NXT "next.example. A MX SIG KEY LOC NXT" b"\x04next\x07example\0\x40\x01\0\xC6";

    /// NSEC3: the next hashed name of the zone and the types at this one
    /// ([RFC 5155 §3](https://www.rfc-editor.org/rfc/rfc5155#section-3)).
    struct Nsec3<'a> {
        /// Hash Algorithm.
        hash_algorithm "Hash Algorithm": Nsec3HashAlgorithm as Decimal,
        /// Flags: 1 for opt-out.
        flags "Flags": u8 as Number,
        /// Iterations beyond the first.
        iterations "Iterations": u16 as Number,
        /// Salt, behind its length.
        salt "Salt": CharacterString<'a> as HexOrDash8,
        /// Next Hashed Owner Name, the hash itself behind its length.
        next_hashed_owner_name "Next Hashed Owner Name": CharacterString<'a> as Base32Hex8,
        /// Type Bit Maps.
        types "Type Bit Maps": TypeBitmap<'a> as Bitmap,
    }
    example NSEC3
        "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM"
        b"\x01\x01\0\x0C\x04\xAA\xBB\xCC\xDD\x14\x17\x4E\xB2\x40\x9F\xE2\x8B\xCB\x48\x87\xA1\x83\x6F\x95\x7F\x0A\x84\x25\xE2\x7B\0\x07\x22\x01\0\0\0\x02\x90";

    /// NSEC3PARAM: how a zone's names are hashed ([RFC 5155 §4](https://www.rfc-editor.org/rfc/rfc5155#section-4)).
    struct Nsec3Param<'a> {
        /// Hash Algorithm.
        hash_algorithm "Hash Algorithm": Nsec3HashAlgorithm as Decimal,
        /// Flags: 0.
        flags "Flags": u8 as Number,
        /// Iterations beyond the first.
        iterations "Iterations": u16 as Number,
        /// Salt, behind its length.
        salt "Salt": CharacterString<'a> as HexOrDash8,
    }
    example NSEC3PARAM "1 0 12 AABBCCDD" b"\x01\0\0\x0C\x04\xAA\xBB\xCC\xDD";

    /// CSYNC: which records the parent shall copy ([RFC 7477 §2](https://www.rfc-editor.org/rfc/rfc7477#section-2)).
    struct Csync<'a> {
        /// SOA Serial.
        soa_serial "SOA Serial": u32 as Number,
        /// Flags: 1 for immediate, 2 for soaminimum.
        flags "Flags": u16 as Number,
        /// Type Bit Map of the types to copy.
        types "Type Bit Map": TypeBitmap<'a> as Bitmap,
    }
    example CSYNC "66 3 A NS AAAA" b"\0\0\0\x42\0\x03\0\x04\x60\0\0\x08";

    /// ZONEMD: the digest of a whole zone ([RFC 8976 §2](https://www.rfc-editor.org/rfc/rfc8976#section-2)).
    struct Zonemd<'a> {
        /// Serial of the zone.
        serial "Serial": u32 as Number,
        /// Scheme: 1 for SIMPLE.
        scheme "Scheme": u8 as Number,
        /// Hash Algorithm: 1 for SHA-384, 2 for SHA-512.
        hash_algorithm "Hash Algorithm": u8 as Number,
        /// Digest, at least 12 octets.
        digest "Digest": &'a [u8] as Hex,
    }
    example ZONEMD
        "2018031900 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C"
        b"\x78\x48\xB9\x1C\x01\x01\xC6\x80\x90\xD9\x0A\x7A\xED\x71\x6B\xC4\x59\xF9\x34\x0E\x3D\x7C\x13\x70\xD4\xD2\x4B\x7E\x2F\xC3\xA1\xDD\xC0\xB9\xA8\x71\x53\xB9\xA9\x71\x3B\x3C\x9A\xE5\xCC\x27\x77\x7F\x98\xB8\xE7\x30\x04\x4C";

    /// DSYNC: where a child's operator sends notifications
    /// ([RFC 9859 §2](https://www.rfc-editor.org/rfc/rfc9859#section-2)).
    struct Dsync<'a> {
        /// RRtype that the notification is about.
        rrtype "RRtype": RecordType as Mnemonic,
        /// Scheme: 1 for NOTIFY.
        scheme "Scheme": DsyncScheme as Mnemonic,
        /// Port of the target.
        port "Port": u16 as Number,
        /// Target: the host.
        target "Target": Name<'a> as PlainName,
    }
    example DSYNC
        "CDS NOTIFY 5359 cds-scanner.example.net."
        b"\0\x3B\x01\x14\xEF\x0Bcds-scanner\x07example\x03net\0";
}

impl Key<'_> {
    /// The two flags that together say that there is no key
    /// ([RFC 2535 §3.1.2](https://www.rfc-editor.org/rfc/rfc2535#section-3.1.2)).
    pub const NO_KEY: u16 = 0xC000;

    pub(super) const fn says_none(flags: u16) -> bool {
        flags & Self::NO_KEY == Self::NO_KEY
    }
}
