//! Keys, certificates and fingerprints.

use super::codec::{Mnemonic, Number, Text};
use super::record::records;
use super::rest::{Base64, Base64OrDash, Base64OrNone, Hex};
use crate::{Algorithm, CertType, CharacterString};

records! {
    /// CERT: a certificate or revocation list ([RFC 4398 §2](https://www.rfc-editor.org/rfc/rfc4398#section-2)).
    struct Cert<'a> {
        /// Type of the certificate.
        cert_type "type": CertType as Mnemonic,
        /// Key tag of the certified key.
        key_tag "key tag": u16 as Number,
        /// Algorithm of the certified key.
        algorithm "algorithm": Algorithm as Mnemonic,
        /// The certificate.
        certificate "certificate or CRL": &'a [u8] as Base64,
    }
    example CERT "PGP 0 0 AQID" b"\0\x03\0\0\0\x01\x02\x03";

    /// SSHFP: the fingerprint of an SSH key ([RFC 4255 §3](https://www.rfc-editor.org/rfc/rfc4255#section-3)).
    struct Sshfp<'a> {
        /// Algorithm of the key: 1 RSA, 2 DSA, 3 ECDSA, 4 Ed25519, 6 Ed448.
        algorithm "algorithm": u8 as Number,
        /// Kind of fingerprint: 1 SHA-1, 2 SHA-256.
        fingerprint_type "fp type": u8 as Number,
        /// The fingerprint.
        fingerprint "fingerprint": &'a [u8] as Hex,
    }
    example SSHFP
        "2 1 123456789ABCDEF67890123456789ABCDEF67890"
        b"\x02\x01\x12\x34\x56\x78\x9A\xBC\xDE\xF6\x78\x90\x12\x34\x56\x78\x9A\xBC\xDE\xF6\x78\x90";

    /// TLSA: a certificate association of TLS ([RFC 6698 §2](https://www.rfc-editor.org/rfc/rfc6698#section-2)).
    struct Tlsa<'a> {
        /// Certificate Usage.
        certificate_usage "Certificate Usage": u8 as Number,
        /// Selector: 0 the certificate, 1 its public key.
        selector "Selector": u8 as Number,
        /// Matching Type: 0 exact, 1 SHA-256, 2 SHA-512.
        matching_type "Matching Type": u8 as Number,
        /// Certificate Association Data.
        certificate_association_data "Certificate Association Data": &'a [u8] as Hex,
    }
    example TLSA
        "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971"
        b"\x03\x01\x01\xD2\xAB\xDE\x24\x0D\x7C\xD3\xEE\x6B\x4B\x28\xC5\x4D\xF0\x34\xB9\x79\x83\xA1\xD1\x6E\x8A\x41\x0E\x45\x61\xCB\x10\x66\x18\xE9\x71";

    /// SMIMEA: a certificate association of S/MIME ([RFC 8162 §2](https://www.rfc-editor.org/rfc/rfc8162#section-2)).
    struct Smimea<'a> {
        /// Certificate Usage.
        certificate_usage "Certificate Usage": u8 as Number,
        /// Selector.
        selector "Selector": u8 as Number,
        /// Matching Type.
        matching_type "Matching Type": u8 as Number,
        /// Certificate Association Data.
        certificate_association_data "Certificate Association Data": &'a [u8] as Hex,
    }
    example SMIMEA "3 0 0 AABB" b"\x03\0\0\xAA\xBB";

    /// DHCID: identifies a DHCP client ([RFC 4701 §3](https://www.rfc-editor.org/rfc/rfc4701#section-3)).
    struct Dhcid<'a> {
        /// Identifier type, digest type and digest.
        data "DHCID": &'a [u8] as Base64,
    }
    example DHCID
        "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA="
        b"\0\x02\x01\x63\x6F\xC0\xB8\x27\x1C\x82\x82\x5B\xB1\xAC\x5C\x41\xCF\x53\x51\xAA\x69\xB4\xFE\xBD\x94\xE8\xF1\x7C\xDB\x95\0\x0D\xA4\x8C\x40";

    /// OPENPGPKEY: a transferable public key ([RFC 7929 §2](https://www.rfc-editor.org/rfc/rfc7929#section-2)).
    struct Openpgpkey<'a> {
        /// The key.
        public_key "Public Key": &'a [u8] as Base64,
    }
    example OPENPGPKEY "AQID" b"\x01\x02\x03";

    /// HHIT: the registration of a hierarchical host identity tag
    /// ([RFC 9886 §5.1](https://www.rfc-editor.org/rfc/rfc9886#section-5.1)).
    struct Hhit<'a> {
        /// CBOR.
        data "HHIT Data": &'a [u8] as Base64,
    }
    example HHIT "AQID" b"\x01\x02\x03";

    /// BRID: broadcast remote identification of an aircraft
    /// ([RFC 9886 §5.2](https://www.rfc-editor.org/rfc/rfc9886#section-5.2)).
    struct Brid<'a> {
        /// CBOR.
        data "BRID Data": &'a [u8] as Base64,
    }
    example BRID "AQID" b"\x01\x02\x03";

    /// SINK: the kitchen sink, any data with a coding.
    struct Sink<'a> {
        /// Coding.
        coding "coding": u8 as Number,
        /// Subcoding.
        subcoding "subcoding": u8 as Number,
        /// The data.
        data "data": &'a [u8] as Base64OrNone,
    }
    example SINK "1 2 AQID" b"\x01\x02\x01\x02\x03";

    /// EID: an endpoint identifier of Nimrod.
    struct Eid<'a> {
        /// The identifier.
        endpoint "Endpoint": &'a [u8] as Hex,
    }
    example EID "E32C6F78163A9348" b"\xE3\x2C\x6F\x78\x16\x3A\x93\x48";

    /// NIMLOC: a locator of Nimrod.
    struct Nimloc<'a> {
        /// The locator.
        locator "Locator": &'a [u8] as Hex,
    }
    example NIMLOC "32251A030067" b"\x32\x25\x1A\x03\0\x67";

    /// DOA: digital object architecture.
    struct Doa<'a> {
        /// DOA-ENTERPRISE.
        enterprise "DOA-ENTERPRISE": u32 as Number,
        /// DOA-TYPE.
        doa_type "DOA-TYPE": u32 as Number,
        /// DOA-LOCATION.
        location "DOA-LOCATION": u8 as Number,
        /// DOA-MEDIA-TYPE.
        media_type "DOA-MEDIA-TYPE": CharacterString<'a> as Text,
        /// DOA-DATA.
        data "DOA-DATA": &'a [u8] as Base64OrDash,
    }
    example DOA
        "0 1 2 \"\" aHR0cHM6Ly93d3cuaXNjLm9yZy8="
        b"\0\0\0\0\0\0\0\x01\x02\0https://www.isc.org/";
}
