//! RecordType: the TYPE and QTYPE numbers (RFC 1035 §3.2.2, RFC 6895 §3.1).

use crate::registry::registry;

registry! {
    /// The type of a record or of a question.
    ///
    /// ```
    /// use wire_dns::RecordType;
    /// assert_eq!("mx".parse::<RecordType>()?, RecordType::MX);
    /// assert_eq!("TYPE65280".parse::<RecordType>()?, RecordType(65_280));
    /// assert_eq!(RecordType(65_280).to_string(), "TYPE65280");
    /// assert_eq!((RecordType::AAAA.code(), RecordType(65_280).mnemonic()), (28, None));
    /// # Ok::<(), wire_dns::Error>(())
    /// ```
    RecordType(u16), "record type", "TYPE";
    /// An IPv4 address ([RFC 1035 §3.4.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.4.1)).
    A = 1 "A";
    /// An authoritative name server ([RFC 1035 §3.3.11](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.11)).
    NS = 2 "NS";
    /// A mail destination, obsolete ([RFC 1035 §3.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.4)).
    MD = 3 "MD";
    /// A mail forwarder, obsolete ([RFC 1035 §3.3.5](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.5)).
    MF = 4 "MF";
    /// The canonical name of an alias ([RFC 1035 §3.3.1](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.1)).
    CNAME = 5 "CNAME";
    /// The start of a zone of authority ([RFC 1035 §3.3.13](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.13)).
    SOA = 6 "SOA";
    /// A mailbox domain name ([RFC 1035 §3.3.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.3)).
    MB = 7 "MB";
    /// A mail group member ([RFC 1035 §3.3.6](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.6)).
    MG = 8 "MG";
    /// A mail rename domain name ([RFC 1035 §3.3.8](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.8)).
    MR = 9 "MR";
    /// Any octets ([RFC 1035 §3.3.10](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.10)).
    NULL = 10 "NULL";
    /// Well-known services ([RFC 1035 §3.4.2](https://www.rfc-editor.org/rfc/rfc1035#section-3.4.2)).
    WKS = 11 "WKS";
    /// A domain name pointer ([RFC 1035 §3.3.12](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.12)).
    PTR = 12 "PTR";
    /// Host information ([RFC 1035 §3.3.2](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.2)).
    HINFO = 13 "HINFO";
    /// Mailbox or mail list information ([RFC 1035 §3.3.7](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.7)).
    MINFO = 14 "MINFO";
    /// Mail exchange ([RFC 1035 §3.3.9](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.9)).
    MX = 15 "MX";
    /// Text strings ([RFC 1035 §3.3.14](https://www.rfc-editor.org/rfc/rfc1035#section-3.3.14)).
    TXT = 16 "TXT";
    /// The responsible person ([RFC 1183 §2.2](https://www.rfc-editor.org/rfc/rfc1183#section-2.2)).
    RP = 17 "RP";
    /// AFS data base location ([RFC 1183 §1](https://www.rfc-editor.org/rfc/rfc1183#section-1)).
    AFSDB = 18 "AFSDB";
    /// X.25 PSDN address ([RFC 1183 §3.1](https://www.rfc-editor.org/rfc/rfc1183#section-3.1)).
    X25 = 19 "X25";
    /// ISDN address ([RFC 1183 §3.2](https://www.rfc-editor.org/rfc/rfc1183#section-3.2)).
    ISDN = 20 "ISDN";
    /// Route through ([RFC 1183 §3.3](https://www.rfc-editor.org/rfc/rfc1183#section-3.3)).
    RT = 21 "RT";
    /// NSAP address ([RFC 1706 §5](https://www.rfc-editor.org/rfc/rfc1706#section-5)).
    NSAP = 22 "NSAP";
    /// NSAP pointer ([RFC 1348](https://www.rfc-editor.org/rfc/rfc1348)), obsolete.
    NSAP_PTR = 23 "NSAP-PTR";
    /// A security signature ([RFC 2535 §4.1](https://www.rfc-editor.org/rfc/rfc2535#section-4.1)), today of SIG(0)
    /// ([RFC 2931](https://www.rfc-editor.org/rfc/rfc2931)).
    SIG = 24 "SIG";
    /// A security key ([RFC 2535 §3.1](https://www.rfc-editor.org/rfc/rfc2535#section-3.1)).
    KEY = 25 "KEY";
    /// X.400 mail mapping ([RFC 2163 §4](https://www.rfc-editor.org/rfc/rfc2163#section-4)).
    PX = 26 "PX";
    /// Geographical position ([RFC 1712 §3](https://www.rfc-editor.org/rfc/rfc1712#section-3)).
    GPOS = 27 "GPOS";
    /// An IPv6 address ([RFC 3596 §2.1](https://www.rfc-editor.org/rfc/rfc3596#section-2.1)).
    AAAA = 28 "AAAA";
    /// Location ([RFC 1876 §2](https://www.rfc-editor.org/rfc/rfc1876#section-2)).
    LOC = 29 "LOC";
    /// Next domain ([RFC 2535 §5.2](https://www.rfc-editor.org/rfc/rfc2535#section-5.2)), obsolete.
    NXT = 30 "NXT";
    /// Endpoint identifier.
    EID = 31 "EID";
    /// Nimrod locator.
    NIMLOC = 32 "NIMLOC";
    /// Location of services ([RFC 2782](https://www.rfc-editor.org/rfc/rfc2782)).
    SRV = 33 "SRV";
    /// An address of an ATM network (af-dans-0152.000 §5).
    ATMA = 34 "ATMA";
    /// Naming authority pointer ([RFC 3403 §4](https://www.rfc-editor.org/rfc/rfc3403#section-4)).
    NAPTR = 35 "NAPTR";
    /// Key exchanger ([RFC 2230 §3](https://www.rfc-editor.org/rfc/rfc2230#section-3)).
    KX = 36 "KX";
    /// A certificate ([RFC 4398 §2](https://www.rfc-editor.org/rfc/rfc4398#section-2)).
    CERT = 37 "CERT";
    /// An IPv6 address in pieces ([RFC 2874 §3](https://www.rfc-editor.org/rfc/rfc2874#section-3)), historic.
    A6 = 38 "A6";
    /// Redirection of a subtree ([RFC 6672 §2](https://www.rfc-editor.org/rfc/rfc6672#section-2)).
    DNAME = 39 "DNAME";
    /// The kitchen sink.
    SINK = 40 "SINK";
    /// The pseudo-record of EDNS ([RFC 6891 §6.1](https://www.rfc-editor.org/rfc/rfc6891#section-6.1)).
    OPT = 41 "OPT";
    /// Address prefix list ([RFC 3123 §4](https://www.rfc-editor.org/rfc/rfc3123#section-4)).
    APL = 42 "APL";
    /// Delegation signer ([RFC 4034 §5](https://www.rfc-editor.org/rfc/rfc4034#section-5)).
    DS = 43 "DS";
    /// SSH key fingerprint ([RFC 4255 §3](https://www.rfc-editor.org/rfc/rfc4255#section-3)).
    SSHFP = 44 "SSHFP";
    /// IPsec keying material ([RFC 4025 §2](https://www.rfc-editor.org/rfc/rfc4025#section-2)).
    IPSECKEY = 45 "IPSECKEY";
    /// A signature over a record set ([RFC 4034 §3](https://www.rfc-editor.org/rfc/rfc4034#section-3)).
    RRSIG = 46 "RRSIG";
    /// The next secure name ([RFC 4034 §4](https://www.rfc-editor.org/rfc/rfc4034#section-4)).
    NSEC = 47 "NSEC";
    /// A public key of a zone ([RFC 4034 §2](https://www.rfc-editor.org/rfc/rfc4034#section-2)).
    DNSKEY = 48 "DNSKEY";
    /// DHCP identifier ([RFC 4701 §3](https://www.rfc-editor.org/rfc/rfc4701#section-3)).
    DHCID = 49 "DHCID";
    /// Hashed denial of existence ([RFC 5155 §3](https://www.rfc-editor.org/rfc/rfc5155#section-3)).
    NSEC3 = 50 "NSEC3";
    /// Parameters of NSEC3 ([RFC 5155 §4](https://www.rfc-editor.org/rfc/rfc5155#section-4)).
    NSEC3PARAM = 51 "NSEC3PARAM";
    /// A certificate association of TLS ([RFC 6698 §2](https://www.rfc-editor.org/rfc/rfc6698#section-2)).
    TLSA = 52 "TLSA";
    /// A certificate association of S/MIME ([RFC 8162 §2](https://www.rfc-editor.org/rfc/rfc8162#section-2)).
    SMIMEA = 53 "SMIMEA";
    /// Host identity ([RFC 8005 §5](https://www.rfc-editor.org/rfc/rfc8005#section-5)).
    HIP = 55 "HIP";
    /// Zone status information.
    NINFO = 56 "NINFO";
    /// A key for encrypting NAPTR.
    RKEY = 57 "RKEY";
    /// Trust anchor link.
    TALINK = 58 "TALINK";
    /// The DS that the child wants ([RFC 7344 §3.1](https://www.rfc-editor.org/rfc/rfc7344#section-3.1)).
    CDS = 59 "CDS";
    /// The DNSKEY that the child wants in the DS ([RFC 7344 §3.2](https://www.rfc-editor.org/rfc/rfc7344#section-3.2)).
    CDNSKEY = 60 "CDNSKEY";
    /// An OpenPGP key ([RFC 7929 §2](https://www.rfc-editor.org/rfc/rfc7929#section-2)).
    OPENPGPKEY = 61 "OPENPGPKEY";
    /// Child to parent synchronization ([RFC 7477 §2](https://www.rfc-editor.org/rfc/rfc7477#section-2)).
    CSYNC = 62 "CSYNC";
    /// The digest of a zone ([RFC 8976 §2](https://www.rfc-editor.org/rfc/rfc8976#section-2)).
    ZONEMD = 63 "ZONEMD";
    /// Service binding ([RFC 9460 §2](https://www.rfc-editor.org/rfc/rfc9460#section-2)).
    SVCB = 64 "SVCB";
    /// Service binding for HTTPS ([RFC 9460 §9](https://www.rfc-editor.org/rfc/rfc9460#section-9)).
    HTTPS = 65 "HTTPS";
    /// Endpoint discovery for delegation synchronization ([RFC 9859 §2](https://www.rfc-editor.org/rfc/rfc9859#section-2)).
    DSYNC = 66 "DSYNC";
    /// Hierarchical host identity tag ([RFC 9886 §5.1](https://www.rfc-editor.org/rfc/rfc9886#section-5.1)).
    HHIT = 67 "HHIT";
    /// UAS broadcast remote identification ([RFC 9886 §5.2](https://www.rfc-editor.org/rfc/rfc9886#section-5.2)).
    BRID = 68 "BRID";
    /// Sender policy, obsolete ([RFC 7208 §3.1](https://www.rfc-editor.org/rfc/rfc7208#section-3.1)).
    SPF = 99 "SPF";
    /// User information.
    UINFO = 100 "UINFO";
    /// User number.
    UID = 101 "UID";
    /// Group number.
    GID = 102 "GID";
    /// Anything.
    UNSPEC = 103 "UNSPEC";
    /// Node identifier ([RFC 6742 §2.1](https://www.rfc-editor.org/rfc/rfc6742#section-2.1)).
    NID = 104 "NID";
    /// Locator of 32 bits ([RFC 6742 §2.2](https://www.rfc-editor.org/rfc/rfc6742#section-2.2)).
    L32 = 105 "L32";
    /// Locator of 64 bits ([RFC 6742 §2.3](https://www.rfc-editor.org/rfc/rfc6742#section-2.3)).
    L64 = 106 "L64";
    /// Locator pointer ([RFC 6742 §2.4](https://www.rfc-editor.org/rfc/rfc6742#section-2.4)).
    LP = 107 "LP";
    /// EUI-48 address ([RFC 7043 §3.1](https://www.rfc-editor.org/rfc/rfc7043#section-3.1)).
    EUI48 = 108 "EUI48";
    /// EUI-64 address ([RFC 7043 §4.1](https://www.rfc-editor.org/rfc/rfc7043#section-4.1)).
    EUI64 = 109 "EUI64";
    /// A name that does not exist, in NSEC bitmaps only ([RFC 9824 §2](https://www.rfc-editor.org/rfc/rfc9824#section-2)).
    NXNAME = 128 "NXNAME";
    /// Transaction key ([RFC 2930 §2](https://www.rfc-editor.org/rfc/rfc2930#section-2)).
    TKEY = 249 "TKEY";
    /// Transaction signature ([RFC 8945 §4](https://www.rfc-editor.org/rfc/rfc8945#section-4)).
    TSIG = 250 "TSIG";
    /// Incremental zone transfer ([RFC 1995](https://www.rfc-editor.org/rfc/rfc1995)), for questions.
    IXFR = 251 "IXFR";
    /// Zone transfer ([RFC 5936](https://www.rfc-editor.org/rfc/rfc5936)), for questions.
    AXFR = 252 "AXFR";
    /// Mailbox-related records, for questions ([RFC 1035 §3.2.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.2.3)).
    MAILB = 253 "MAILB";
    /// Mail agent records, for questions ([RFC 1035 §3.2.3](https://www.rfc-editor.org/rfc/rfc1035#section-3.2.3)).
    MAILA = 254 "MAILA";
    /// Some or all records, for questions ([RFC 8482](https://www.rfc-editor.org/rfc/rfc8482)).
    ANY = 255 "ANY";
    /// Uniform resource identifier ([RFC 7553 §4](https://www.rfc-editor.org/rfc/rfc7553#section-4)).
    URI = 256 "URI";
    /// Certification authority restriction ([RFC 8659 §4](https://www.rfc-editor.org/rfc/rfc8659#section-4)).
    CAA = 257 "CAA";
    /// Application visibility and control.
    AVC = 258 "AVC";
    /// Digital object architecture.
    DOA = 259 "DOA";
    /// Automatic multicast tunneling relay ([RFC 8777 §4](https://www.rfc-editor.org/rfc/rfc8777#section-4)).
    AMTRELAY = 260 "AMTRELAY";
    /// Resolver information as key and value pairs ([RFC 9606 §4](https://www.rfc-editor.org/rfc/rfc9606#section-4)).
    RESINFO = 261 "RESINFO";
    /// Public wallet address.
    WALLET = 262 "WALLET";
    /// Convergence layer adapters of a Bundle Protocol node (draft-johnson-dns-ipn-cla §3.2).
    CLA = 263 "CLA";
    /// The number of a Bundle Protocol node (draft-johnson-dns-ipn-cla §3.1).
    IPN = 264 "IPN";
    /// Trust authority.
    TA = 32768 "TA";
    /// DNSSEC lookaside validation, obsolete ([RFC 8749](https://www.rfc-editor.org/rfc/rfc8749)).
    DLV = 32769 "DLV";
}

impl RecordType {
    /// True for the types that only questions have, 251 to 255: IXFR, AXFR, MAILB, MAILA and ANY
    /// ([RFC 6895 §3.1](https://www.rfc-editor.org/rfc/rfc6895#section-3.1)).
    ///
    /// ```
    /// use wire_dns::RecordType;
    /// assert!(RecordType::AXFR.is_question_only() && RecordType::ANY.is_question_only());
    /// assert!(!RecordType::TSIG.is_question_only());
    /// ```
    #[must_use]
    pub const fn is_question_only(self) -> bool {
        matches!(self.0, 251..=255)
    }

    /// True for records that belong to a message and not to a zone: OPT, TKEY, TSIG.
    #[must_use]
    pub const fn is_pseudo(self) -> bool {
        matches!(self, Self::OPT | Self::TKEY | Self::TSIG)
    }
}
