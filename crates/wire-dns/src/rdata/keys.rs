//! Keys, certificates and fingerprints.

use super::codec::{Mnemonic, Number, Text};
use super::record::records;
use super::rest::{Base64, Base64OrNone, Hex};
use crate::{Algorithm, CertType, CharacterString};

records! {
    /// CERT: a certificate or revocation list (RFC 4398 §2).
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

    /// SSHFP: the fingerprint of an SSH key (RFC 4255 §3).
    struct Sshfp<'a> {
        /// Algorithm of the key: 1 RSA, 2 DSA, 3 ECDSA, 4 Ed25519, 6 Ed448.
        algorithm "algorithm": u8 as Number,
        /// Kind of fingerprint: 1 SHA-1, 2 SHA-256.
        fingerprint_type "fp type": u8 as Number,
        /// The fingerprint.
        fingerprint "fingerprint": &'a [u8] as Hex,
    }

    /// TLSA: a certificate association of TLS (RFC 6698 §2).
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

    /// SMIMEA: a certificate association of S/MIME (RFC 8162 §2).
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

    /// DHCID: identifies a DHCP client (RFC 4701 §3).
    struct Dhcid<'a> {
        /// Identifier type, digest type and digest.
        data "DHCID": &'a [u8] as Base64,
    }

    /// OPENPGPKEY: a transferable public key (RFC 7929 §2).
    struct Openpgpkey<'a> {
        /// The key.
        public_key "Public Key": &'a [u8] as Base64,
    }

    /// HHIT: the registration of a hierarchical host identity tag (RFC 9886 §5.1).
    struct Hhit<'a> {
        /// CBOR.
        data "HHIT Data": &'a [u8] as Base64,
    }

    /// BRID: broadcast remote identification of an aircraft (RFC 9886 §5.2).
    struct Brid<'a> {
        /// CBOR.
        data "BRID Data": &'a [u8] as Base64,
    }

    /// SINK: the kitchen sink, any data with a coding.
    struct Sink<'a> {
        /// Coding.
        coding "coding": u8 as Number,
        /// Subcoding.
        subcoding "subcoding": u8 as Number,
        /// The data.
        data "data": &'a [u8] as Base64OrNone,
    }

    /// EID: an endpoint identifier of Nimrod.
    struct Eid<'a> {
        /// The identifier.
        endpoint "Endpoint": &'a [u8] as Hex,
    }

    /// NIMLOC: a locator of Nimrod.
    struct Nimloc<'a> {
        /// The locator.
        locator "Locator": &'a [u8] as Hex,
    }

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
}

use super::rest::Base64OrDash;
