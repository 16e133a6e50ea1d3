//! What each type looks like, and what none may look like.

/// A type, text in the form that is printed, and the octets as an RFC or a second implementation (dnspython, BIND) gives them.
pub(super) const SAMPLES: &[(&str, &str, &str)] = &[
    ("A", "192.0.2.1", "c0000201"),
    ("NS", "ns1.example.", "036e7331076578616d706c6500"),
    ("MD", "mail.example.", "046d61696c076578616d706c6500"),
    ("MF", "mail.example.", "046d61696c076578616d706c6500"),
    ("CNAME", "real.example.", "047265616c076578616d706c6500"),
    (
        "SOA",
        "ns.example. host\\.master.example. 2026010100 3600 900 604800 300",
        "026e73076578616d706c65000b686f73742e6d6173746572076578616d706c650078c275f400000e100000038400093a800000012c",
    ),
    ("MB", "host.example.", "04686f7374076578616d706c6500"),
    ("MG", "member.example.", "066d656d626572076578616d706c6500"),
    ("MR", "new.example.", "036e6577076578616d706c6500"),
    ("NULL", "\\# 3 010203", "010203"),
    (
        "WKS",
        "192.0.2.1 6 25 80",
        "c000020106 00000040 00000000 000080",
    ),
    ("PTR", "host.example.", "04686f7374076578616d706c6500"),
    ("HINFO", "\"PDP-11\" \"UNIX\"", "065044502d313104554e4958"),
    (
        "MINFO",
        "a.example. b.example.",
        "0161076578616d706c65000162076578616d706c6500",
    ),
    ("MX", "10 mail.example.", "000a046d61696c076578616d706c6500"),
    (
        "TXT",
        "\"say \\\"hi\\\"\" \"\" \"\\000\\255;\"",
        "0873617920226869220003 00ff3b",
    ),
    ("RP", "louie.example. .", "056c6f756965076578616d706c650000"),
    ("AFSDB", "1 afs.example.", "000103616673076578616d706c6500"),
    ("X25", "\"311061700956\"", "0c333131303631373030393536"),
    (
        "ISDN",
        "\"150862028003217\" \"004\"",
        "0f31353038363230323830303332313703303034",
    ),
    (
        "RT",
        "10 relay.example.",
        "000a0572656c6179076578616d706c6500",
    ),
    (
        "NSAP",
        "0x47000580005A0000000001E133FFFFFF00016100",
        "47000580005a0000000001e133ffffff00016100",
    ),
    ("NSAP-PTR", "foo.example.", "03666f6f076578616d706c6500"),
    (
        "SIG",
        "NXT 1 3 3600 20260101000000 20251201000000 2143 foo.example. AQID",
        "001e010300000e106955b900692cda80085f03666f6f076578616d706c6500010203",
    ),
    ("KEY", "512 3 5 AQID", "02000305010203"),
    (
        "PX",
        "10 a.example. b.example.",
        "000a0161076578616d706c65000162076578616d706c6500",
    ),
    (
        "GPOS",
        "\"-22.6882\" \"116.8652\" \"250.0\"",
        "082d32322e36383832083131362e38363532053235302e30",
    ),
    ("AAAA", "2001:db8::1", "20010db8000000000000000000000001"),
    // RFC 1876 §4 has the text; the octets follow from §2.
    (
        "LOC",
        "42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m",
        "00331613 89172dd0 70be15f0 00988d20",
    ),
    (
        "NXT",
        "next.example. A MX SIG KEY LOC NXT",
        "046e657874076578616d706c6500400100c6",
    ),
    ("EID", "E32C6F78163A9348", "e32c6f78163a9348"),
    ("NIMLOC", "32251A030067", "32251a030067"),
    (
        "SRV",
        "1 2 443 host.example.",
        "0001000201bb04686f7374076578616d706c6500",
    ),
    (
        "ATMA",
        "39246F000E7C9C03120001000100001234567800",
        "0039246f000e7c9c03120001000100001234567800",
    ),
    ("ATMA", "+19085551212", "013139303835353531323132"),
    (
        "NAPTR",
        "100 10 \"u\" \"E2U+sip\" \"!^.*$!sip:info@example.com!\" .",
        "0064000a0175074532552b7369701b215e2e2a24217369703a696e666f406578616d706c652e636f6d2100",
    ),
    ("KX", "10 kx.example.", "000a026b78076578616d706c6500"),
    ("CERT", "PGP 0 0 AQID", "0003000000010203"),
    // RFC 2874 §5.1.1.
    (
        "A6",
        "64 ::1234:5678:9abc:def0 subnet.example.",
        "40123456789abcdef0067375626e6574076578616d706c6500",
    ),
    ("DNAME", "example.net.", "076578616d706c65036e657400"),
    ("SINK", "1 2 AQID", "0102 010203"),
    ("OPT", "\\# 4 00030000", "00030000"),
    // RFC 3123 §4: the octets follow from the text.
    (
        "APL",
        "1:192.168.32.0/21 !1:192.168.38.0/28",
        "00011503c0a820 00011c83c0a826",
    ),
    // RFC 4034 §5.4.
    (
        "DS",
        "60485 5 1 2BB183AF5F22588179A53B0A98631FAD1A292118",
        "ec4505012bb183af5f22588179a53b0a98631fad1a292118",
    ),
    // RFC 4255 §3.2.
    (
        "SSHFP",
        "2 1 123456789ABCDEF67890123456789ABCDEF67890",
        "0201123456789abcdef67890123456789abcdef67890",
    ),
    // RFC 4025 §3.2.
    (
        "IPSECKEY",
        "10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ==",
        "0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    ),
    (
        "RRSIG",
        "A 5 3 86400 20030322173103 20030220173103 2642 example.com. AQID",
        "0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 076578616d706c6503636f6d00 010203",
    ),
    // RFC 4034 §4.3.
    (
        "NSEC",
        "host.example.com. A MX RRSIG NSEC TYPE1234",
        "04686f7374076578616d706c6503636f6d00 0006400100000003 041b 000000000000000000000000000000000000000000000000000020",
    ),
    (
        "DNSKEY",
        "256 3 5 AQPSKmynfzW4kyBv015MUG2DeIQ3",
        "010003050103d22a6ca77f35b893206fd35e4c506d83788437",
    ),
    // RFC 4701 §3.6.1.
    (
        "DHCID",
        "AAIBY2/AuCccgoJbsaxcQc9TUapptP69lOjxfNuVAA2kjEA=",
        "000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40",
    ),
    // RFC 5155, appendix A.
    (
        "NSEC3",
        "1 1 12 AABBCCDD 2T7B4G4VSA5SMI47K61MV5BV1A22BOJR NS SOA MX RRSIG DNSKEY NSEC3PARAM",
        "0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290",
    ),
    ("NSEC3PARAM", "1 0 12 AABBCCDD", "01 00 000c 04 aabbccdd"),
    (
        "TLSA",
        "3 1 1 D2ABDE240D7CD3EE6B4B28C54DF034B97983A1D16E8A410E4561CB106618E971",
        "030101d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
    ),
    ("SMIMEA", "3 0 0 AABB", "030000aabb"),
    // RFC 8005 §6.
    (
        "HIP",
        "2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e1 rvs1.example.com. rvs2.example.com.",
        "10020024200100107b1a74df365639cc39f1d57803010001b771ca136e4aeb5ce44333c53b3d2c13c22243851fc708bcce29f7e2eb5787b50472767331076578616d706c6503636f6d000472767332076578616d706c6503636f6d00",
    ),
    ("NINFO", "\"zone status\"", "0b7a6f6e6520737461747573"),
    ("RKEY", "0 1 2 AQID", "00000102010203"),
    (
        "TALINK",
        "a.example. b.example.",
        "0161076578616d706c65000162076578616d706c6500",
    ),
    ("CDS", "0 0 0 00", "0000 00 00 00"),
    ("CDNSKEY", "0 3 0 AA==", "0000 03 00 00"),
    ("OPENPGPKEY", "AQID", "010203"),
    // RFC 7477 §2.1.
    ("CSYNC", "66 3 A NS AAAA", "00000042 0003 000460000008"),
    // RFC 8976, appendix A.1.
    (
        "ZONEMD",
        "2018031900 1 1 C68090D90A7AED716BC459F9340E3D7C1370D4D24B7E2FC3A1DDC0B9A87153B9A9713B3C9AE5CC27777F98B8E730044C",
        "7848b91c0101c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c",
    ),
    // RFC 9460, appendix D.
    (
        "SVCB",
        "16 foo.example.org. mandatory=alpn,ipv4hint alpn=\"h2,h3-19\" ipv4hint=192.0.2.1",
        "0010 03666f6f076578616d706c65036f726700 0000000400010004 000100090268320568332d3139 00040004c0000201",
    ),
    (
        "HTTPS",
        "1 . alpn=\"h3\" no-default-alpn",
        "0001000001000302683300020000",
    ),
    (
        "DSYNC",
        "CDS NOTIFY 5359 cds-scanner.example.net.",
        "003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400",
    ),
    ("HHIT", "AQID", "010203"),
    ("BRID", "AQID", "010203"),
    ("SPF", "\"v=spf1 -all\"", "0b763d73706631202d616c6c"),
    ("UINFO", "\"user\"", "0475736572"),
    ("UID", "1000", "000003e8"),
    ("GID", "1000", "000003e8"),
    // RFC 6742 §2.1.2 to §2.4.2.
    ("NID", "10 0014:4fff:ff20:ee64", "000a00144fffff20ee64"),
    ("L32", "10 10.1.2.0", "000a0a010200"),
    ("L64", "10 2001:0db8:1140:1000", "000a20010db811401000"),
    (
        "LP",
        "10 l64-subnet1.example.com.",
        "000a0b6c36342d7375626e657431076578616d706c6503636f6d00",
    ),
    // RFC 7043 §3.2 and §4.2.
    ("EUI48", "00-00-5e-00-53-2a", "00005e00532a"),
    ("EUI64", "00-00-5e-ef-10-00-00-2a", "00005eef1000002a"),
    (
        "TKEY",
        "gss-tsig. 20260101000000 20260102000000 3 NOERROR 3 AQID 0",
        "086773732d7473696700 6955b900 69570a80 0003 0000 0003 010203 0000",
    ),
    (
        "TSIG",
        "hmac-sha256. 1594855491 300 3 AQID 54 BADSIG 0",
        "0b686d61632d7368613235360000005f0f9043012c0003010203003600100000",
    ),
    (
        "URI",
        "10 1 \"ftp://ftp1.example.com/public\"",
        "000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963",
    ),
    // RFC 8659 §4.4.
    (
        "CAA",
        "0 issue \"ca1.example.net; account=230123\"",
        "000569737375656361312e6578616d706c652e6e65743b206163636f756e743d323330313233",
    ),
    (
        "AVC",
        "\"app-name:WOLFGANG|app-class:OAM\"",
        "1f6170702d6e616d653a574f4c4647414e477c6170702d636c6173733a4f414d",
    ),
    (
        "DOA",
        "0 1 2 \"\" aHR0cHM6Ly93d3cuaXNjLm9yZy8=",
        "0000000000000001020068747470733a2f2f7777772e6973632e6f72672f",
    ),
    // RFC 8777 §4.3.
    (
        "AMTRELAY",
        "10 0 3 amtrelays.example.com.",
        "0a 03 09616d7472656c617973076578616d706c6503636f6d00",
    ),
    (
        "RESINFO",
        "\"qnamemin\" \"exterr=15-17\" \"infourl=https://resolver.example.com/guide\"",
        "08716e616d656d696e0c6578746572723d31352d31372a696e666f75726c3d68747470733a2f2f7265736f6c7665722e6578616d706c652e636f6d2f6775696465",
    ),
    ("WALLET", "\"BTC\" \"bc1\"", "0342544303626331"),
    ("CLA", "\"TCP-v4-v6\"", "095443502d76342d7636"),
    ("IPN", "4196183048192100", "000ee868 00000064"),
    ("TA", "1 5 1 00", "0001050100"),
    ("DLV", "1 5 1 00", "0001050100"),
];

/// Types of octets without a form.
pub(super) const TAKES_ANYTHING: &[&str] = &[
    "NULL",
    "NSAP",
    "EID",
    "NIMLOC",
    "DHCID",
    "OPENPGPKEY",
    "HHIT",
    "BRID",
];

/// RDATA that its type does not allow, at least one for each type that does not take any octets.
pub(super) const REFUSED: &[(&str, &str)] = &[
    // Too short and too long by one octet.
    ("A", "c00002"),
    ("A", "c000020101"),
    ("AAAA", "20010db80000000000000000000000"),
    ("AAAA", "20010db8000000000000000000000001 00"),
    ("EUI48", "00005e0053"),
    ("EUI64", "00005eef1000002a00"),
    ("L32", "000a0a0102"),
    ("L64", "000a20010db81140100000"),
    ("NID", "000a00144fffff20ee"),
    ("UID", "0003e8"),
    ("GID", "000003e800"),
    // A name that does not end, that is followed by an octet, that has a label type of RFC 2671, that is missing.
    ("NS", "036e7331"),
    ("MD", "0000"),
    ("MF", "41"),
    ("CNAME", ""),
    ("MB", "0161"),
    ("MG", "0000"),
    ("MR", "81"),
    ("PTR", ""),
    ("DNAME", "0161"),
    ("NSAP-PTR", "0000"),
    ("MINFO", "00"),
    ("RP", "000000"),
    ("TALINK", "00"),
    ("MX", "000a"),
    ("AFSDB", "00010000"),
    ("RT", "00"),
    ("KX", "000a41"),
    ("LP", "000a"),
    ("PX", "000a00"),
    ("SRV", "00010002 01bb"),
    ("SOA", "0000 0000000100000002000000030000000400"),
    ("SOA", "0000 000000010000000200000003000000040000000500"),
    // A name that is compressed where RFC 3597 §4 does not allow it, outside of a message anyway.
    (
        "RRSIG",
        "0001 05 03 00015180 3e7c9dd7 3e5510d7 0a52 c000 010203",
    ),
    ("SIG", "0001 05 03 00015180 3e7c9dd7 3e5510d7"),
    ("NSEC", "41 000140"),
    // A <character-string> that is longer than what is left; none at all; more than there may be.
    ("TXT", ""),
    ("TXT", "0261"),
    ("SPF", "01"),
    ("AVC", ""),
    ("NINFO", ""),
    ("RESINFO", "0561"),
    ("WALLET", ""),
    ("CLA", "0261"),
    ("IPN", "000ee868 000000"),
    ("HINFO", "0161"),
    ("HINFO", "0161016200"),
    ("X25", "0331"),
    ("ISDN", ""),
    ("GPOS", "0131 0132"),
    ("UINFO", "0161 00"),
    ("NAPTR", "0064000a 0175 00 00"),
    ("CAA", "00"),
    ("CAA", "000569737375"),
    ("URI", "000a00"),
    // RFC 1035 §3.4.2: address and protocol are there.
    ("WKS", "c0000201"),
    // RFC 2874 §3.1: a prefix over 128; bits that the prefix covers; a name beside a prefix of 0.
    ("A6", "81 00"),
    ("A6", "00 00000000000000000000000000000001 00"),
    ("LOC", "00331613 89172dd0 70be15f0 00988d"),
    // af-dans-0152.000 §5: a format is there; a number of E.164 has digits only.
    ("ATMA", ""),
    ("ATMA", "01 31392b"),
    ("CERT", "0003 0000"),
    ("KEY", "020003"),
    ("DNSKEY", "010003"),
    ("CDNSKEY", "0000 03"),
    ("RKEY", "000001"),
    ("DS", "ec4505"),
    ("CDS", "0000 00"),
    ("TA", "000105"),
    ("DLV", "000105"),
    ("SSHFP", "02"),
    ("TLSA", "0301"),
    ("SMIMEA", "03"),
    ("SINK", "01"),
    ("DOA", "00000000 00000001 02"),
    // RFC 3123 §4: a length with more octets than there are.
    ("APL", "0001 15 04 c0a820"),
    // RFC 4025 §2: no gateway of the type that is named; a type that does not exist; a key that algorithm 0 says is not there.
    ("IPSECKEY", "0a 01 02 c00002"),
    ("IPSECKEY", "0a 04 02"),
    ("IPSECKEY", "0a 00 00 010203"),
    ("AMTRELAY", "0a 02 20010db8"),
    ("AMTRELAY", "0a 01 c000020100"),
    // RFC 4034 §4.1.2: windows in order, 1 to 32 octets, no zero at the end.
    ("NSEC", "00 0100 0140 0001 40"),
    ("NSEC", "00 0000"),
    (
        "NSEC",
        "00 0021 000000000000000000000000000000000000000000000000000000000000000001",
    ),
    (
        "NSEC3",
        "01 01 000c 04 aabbccdd 15 174eb2409fe28bcb4887a1836f957f0a8425e27b",
    ),
    ("NSEC3", "01 01 000c 04 aabbccdd 00"),
    ("NSEC3PARAM", "01 00 000c 04 aabbcc"),
    ("NSEC3PARAM", "01 00 000c 04 aabbccdd ee"),
    ("CSYNC", "00000042 00"),
    ("NXT", "41"),
    // RFC 8005 §5: the lengths of HIT and key.
    ("HIP", "10 02 0024 200100107b1a74df"),
    ("ZONEMD", "7848b91c 01"),
    // RFC 9460 §2.2: keys in order and once; values of the right form.
    ("SVCB", "0001 00 0003 0002 01bb 0001 0003 02 6832"),
    ("SVCB", "0001 00 0003 0002 01bb 0003 0002 01bb"),
    ("SVCB", "0001 00 0003 0001 bb"),
    ("HTTPS", "0001 00 0001 0000"),
    ("HTTPS", "0001 00 0004 0003 c00002"),
    ("DSYNC", "003b 01 14ef"),
    ("OPT", "0003 0002 61"),
    ("TKEY", "00 00000000 00000000 0003 0000 0004 010203 0000"),
    ("TSIG", "00 00005f0f9043 012c 0003 0102"),
];
