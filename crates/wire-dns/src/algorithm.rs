//! The numbers of DNSSEC, CERT, SSHFP and their like.

use crate::registry::registry;

registry! {
    /// A DNSSEC signing algorithm ([RFC 4034 §A.1](https://www.rfc-editor.org/rfc/rfc4034#appendix-A.1),
    /// [RFC 8624](https://www.rfc-editor.org/rfc/rfc8624)).
    ///
    /// ```
    /// use wire_dns::Algorithm;
    /// assert_eq!("ECDSAP256SHA256".parse::<Algorithm>()?, Algorithm(13));
    /// assert_eq!("13".parse::<Algorithm>()?, Algorithm::ECDSAP256SHA256);
    /// assert_eq!(Algorithm::ED25519.to_string(), "ED25519");
    /// assert_eq!(Algorithm(200).to_string(), "200");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    Algorithm(u8), "algorithm", "";
    /// Delete, in CDS and CDNSKEY ([RFC 8078 §4](https://www.rfc-editor.org/rfc/rfc8078#section-4)).
    DELETE = 0 "DELETE";
    /// RSA with MD5, must not be used.
    RSAMD5 = 1 "RSAMD5";
    /// Diffie-Hellman.
    DH = 2 "DH";
    /// DSA with SHA-1.
    DSA = 3 "DSA";
    /// RSA with SHA-1 ([RFC 3110](https://www.rfc-editor.org/rfc/rfc3110)).
    RSASHA1 = 5 "RSASHA1";
    /// DSA with SHA-1 and NSEC3.
    DSA_NSEC3_SHA1 = 6 "DSA-NSEC3-SHA1";
    /// RSA with SHA-1 and NSEC3 ([RFC 5155](https://www.rfc-editor.org/rfc/rfc5155)).
    RSASHA1_NSEC3_SHA1 = 7 "RSASHA1-NSEC3-SHA1";
    /// RSA with SHA-256 ([RFC 5702](https://www.rfc-editor.org/rfc/rfc5702)).
    RSASHA256 = 8 "RSASHA256";
    /// RSA with SHA-512 ([RFC 5702](https://www.rfc-editor.org/rfc/rfc5702)).
    RSASHA512 = 10 "RSASHA512";
    /// GOST R 34.10-2001 ([RFC 5933](https://www.rfc-editor.org/rfc/rfc5933)).
    ECC_GOST = 12 "ECC-GOST";
    /// ECDSA on P-256 with SHA-256 ([RFC 6605](https://www.rfc-editor.org/rfc/rfc6605)).
    ECDSAP256SHA256 = 13 "ECDSAP256SHA256";
    /// ECDSA on P-384 with SHA-384 ([RFC 6605](https://www.rfc-editor.org/rfc/rfc6605)).
    ECDSAP384SHA384 = 14 "ECDSAP384SHA384";
    /// Ed25519 ([RFC 8080](https://www.rfc-editor.org/rfc/rfc8080)).
    ED25519 = 15 "ED25519";
    /// Ed448 ([RFC 8080](https://www.rfc-editor.org/rfc/rfc8080)).
    ED448 = 16 "ED448";
    /// SM2 with SM3 ([RFC 9563](https://www.rfc-editor.org/rfc/rfc9563)).
    SM2SM3 = 17 "SM2SM3";
    /// GOST R 34.10-2012 ([RFC 9558](https://www.rfc-editor.org/rfc/rfc9558)).
    ECC_GOST12 = 23 "ECC-GOST12";
    /// Reserved for indirect keys.
    INDIRECT = 252 "INDIRECT";
    /// A private algorithm named by a domain name.
    PRIVATEDNS = 253 "PRIVATEDNS";
    /// A private algorithm named by an object identifier.
    PRIVATEOID = 254 "PRIVATEOID";
}

registry! {
    /// The digest of a DS record ([RFC 4034 §A.2](https://www.rfc-editor.org/rfc/rfc4034#appendix-A.2)).
    ///
    /// ```
    /// use wire_dns::DigestType;
    /// assert_eq!("SHA-256".parse::<DigestType>()?, DigestType(2));
    /// assert_eq!("4".parse::<DigestType>()?, DigestType::SHA384);
    /// assert_eq!(DigestType(200).to_string(), "200");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    DigestType(u8), "digest type", "";
    /// SHA-1 ([RFC 3658](https://www.rfc-editor.org/rfc/rfc3658)).
    SHA1 = 1 "SHA-1";
    /// SHA-256 ([RFC 4509](https://www.rfc-editor.org/rfc/rfc4509)).
    SHA256 = 2 "SHA-256";
    /// GOST R 34.11-94 ([RFC 5933](https://www.rfc-editor.org/rfc/rfc5933)).
    GOST = 3 "GOST";
    /// SHA-384 ([RFC 6605](https://www.rfc-editor.org/rfc/rfc6605)).
    SHA384 = 4 "SHA-384";
    /// GOST R 34.11-2012 ([RFC 9558](https://www.rfc-editor.org/rfc/rfc9558)).
    GOST12 = 5 "GOST12";
    /// SM3 ([RFC 9563](https://www.rfc-editor.org/rfc/rfc9563)).
    SM3 = 6 "SM3";
}

registry! {
    /// The hash of NSEC3 ([RFC 5155 §11](https://www.rfc-editor.org/rfc/rfc5155#section-11)).
    ///
    /// ```
    /// use wire_dns::Nsec3HashAlgorithm;
    /// assert_eq!("1".parse::<Nsec3HashAlgorithm>()?, Nsec3HashAlgorithm::SHA1);
    /// assert_eq!(Nsec3HashAlgorithm(2).mnemonic(), None);
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    Nsec3HashAlgorithm(u8), "NSEC3 hash algorithm", "";
    /// SHA-1.
    SHA1 = 1 "SHA-1";
}

registry! {
    /// The kind of certificate in a CERT record ([RFC 4398 §2.1](https://www.rfc-editor.org/rfc/rfc4398#section-2.1)).
    ///
    /// ```
    /// use wire_dns::CertType;
    /// assert_eq!("pgp".parse::<CertType>()?, CertType(3));
    /// assert_eq!(CertType(65_280).to_string(), "65280");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    CertType(u16), "certificate type", "";
    /// X.509 as of PKIX.
    PKIX = 1 "PKIX";
    /// SPKI certificate.
    SPKI = 2 "SPKI";
    /// OpenPGP packet.
    PGP = 3 "PGP";
    /// The URL of an X.509 certificate.
    IPKIX = 4 "IPKIX";
    /// The URL of an SPKI certificate.
    ISPKI = 5 "ISPKI";
    /// The fingerprint and URL of an OpenPGP packet.
    IPGP = 6 "IPGP";
    /// Attribute certificate.
    ACPKIX = 7 "ACPKIX";
    /// The URL of an attribute certificate.
    IACPKIX = 8 "IACPKIX";
    /// A private kind named by a URI.
    URI = 253 "URI";
    /// A private kind named by an object identifier.
    OID = 254 "OID";
}

registry! {
    /// The kind of notification of a DSYNC record ([RFC 9859 §6.2](https://www.rfc-editor.org/rfc/rfc9859#section-6.2)).
    ///
    /// ```
    /// use wire_dns::DsyncScheme;
    /// assert_eq!("NOTIFY".parse::<DsyncScheme>()?, DsyncScheme(1));
    /// assert_eq!(DsyncScheme(128).to_string(), "128");
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    DsyncScheme(u8), "DSYNC scheme", "";
    /// A NOTIFY message.
    NOTIFY = 1 "NOTIFY";
}
