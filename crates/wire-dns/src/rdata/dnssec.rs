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
    /// DS: the digest of a child's key (RFC 4034 §5).
    ///
    /// ```
    /// use wire_dns::{Name, RdataBuf, RecordType};
    /// let text = "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118";
    /// assert_eq!(RdataBuf::parse(RecordType::DS, text, Name::ROOT)?.to_string(), text);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
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

    /// CDS: the DS that the child wants (RFC 7344 §3.1).
    struct Cds<'a> {
        /// Key Tag of the key.
        key_tag "Key Tag": u16 as Number,
        /// Algorithm of the key; 0 asks for deletion (RFC 8078 §4).
        algorithm "Algorithm": Algorithm as Decimal,
        /// Digest Type.
        digest_type "Digest Type": DigestType as Decimal,
        /// Digest over owner and key.
        digest "Digest": &'a [u8] as HexOrZero,
    }

    /// DLV: a DS outside the delegation chain, obsolete (RFC 4431, RFC 8749).
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

    /// DNSKEY: a public key of a zone (RFC 4034 §2).
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

    /// CDNSKEY: the DNSKEY that the child wants a DS of (RFC 7344 §3.2).
    struct Cdnskey<'a> {
        /// Flags.
        flags "Flags": u16 as Number,
        /// Protocol: 3.
        protocol "Protocol": u8 as Number,
        /// Algorithm of the key; 0 asks for deletion (RFC 8078 §4).
        algorithm "Algorithm": Algorithm as Decimal,
        /// Public Key in the algorithm's form.
        public_key "Public Key": &'a [u8] as Base64OrZero,
    }

    /// KEY: a public key (RFC 2535 §3.1), today of SIG(0).
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

    /// RRSIG: a signature over a record set (RFC 4034 §3).
    ///
    /// # Wire format
    ///
    /// 18 octets of numbers, the signer's name, the signature.
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

    /// SIG: a signature (RFC 2535 §4.1), today over a whole message (RFC 2931).
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

    /// NSEC: the next name of the zone and the types at this one (RFC 4034 §4).
    struct Nsec<'a> {
        /// Next Domain Name in canonical order; its case is kept (RFC 6840 §5.1).
        next_domain_name "Next Domain Name": Name<'a> as PlainName,
        /// Type Bit Maps.
        types "Type Bit Maps": TypeBitmap<'a> as Bitmap,
    }

    /// NXT: the forerunner of NSEC (RFC 2535 §5.2).
    struct Nxt<'a> {
        /// The next name of the zone.
        next_domain_name "next domain name": Name<'a> as FoldedName,
        /// The types below 128 at this name.
        types "type bit map": OldTypeBitmap<'a> as OldBitmap,
    }

    /// NSEC3: the next hashed name of the zone and the types at this one (RFC 5155 §3).
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

    /// NSEC3PARAM: how a zone's names are hashed (RFC 5155 §4).
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

    /// CSYNC: which records the parent shall copy (RFC 7477 §2).
    struct Csync<'a> {
        /// SOA Serial.
        soa_serial "SOA Serial": u32 as Number,
        /// Flags: 1 for immediate, 2 for soaminimum.
        flags "Flags": u16 as Number,
        /// Type Bit Map of the types to copy.
        types "Type Bit Map": TypeBitmap<'a> as Bitmap,
    }

    /// ZONEMD: the digest of a whole zone (RFC 8976 §2).
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

    /// DSYNC: where a child's operator sends notifications (RFC 9859 §2).
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
}

impl Key<'_> {
    /// The two flags that together say that there is no key (RFC 2535 §3.1.2).
    pub const NO_KEY: u16 = 0xC000;

    pub(super) const fn says_none(flags: u16) -> bool {
        flags & Self::NO_KEY == Self::NO_KEY
    }
}
