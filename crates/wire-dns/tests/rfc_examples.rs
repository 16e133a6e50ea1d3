//! The examples that the RFCs print: text as it stands there, and the octets that a second implementation (BIND or dnspython)
//! makes of it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use wire_dns::{Name, RdataBuf, RecordType};

/// Where it stands, the type, the text, the octets.
const EXAMPLES: &[(&str, &str, &str, &str)] = &[
    (
        "RFC 1035 §5.3",
        "MX",
        "10 venera.isi.edu.",
        "000a0676656e657261036973690365647500",
    ),
    (
        "RFC 1035 §5.3",
        "SOA",
        r#"venera.isi.edu. action\.domains.isi.edu. 20 7200 600 3600000 60"#,
        "0676656e6572610369736903656475000e616374696f6e2e646f6d61696e730369736903656475000000001400001c20000002580036ee800000003c",
    ),
    (
        "RFC 1035 §3.4.2",
        "WKS",
        "10.0.0.1 6 25",
        "0a0000010600000040",
    ),
    (
        "RFC 1183 §1",
        "AFSDB",
        "1 bigbird.toaster.com.",
        "0001076269676269726407746f617374657203636f6d00",
    ),
    (
        "RFC 1183 §2.2",
        "RP",
        "louie.trantor.umd.edu. LAM1.people.umd.edu.",
        "056c6f756965077472616e746f7203756d640365647500044c414d310670656f706c6503756d640365647500",
    ),
    (
        "RFC 1183 §3.1",
        "X25",
        "311061700956",
        "0c333131303631373030393536",
    ),
    (
        "RFC 1183 §3.2",
        "ISDN",
        "150862028003217",
        "0f313530383632303238303033323137",
    ),
    (
        "RFC 1183 §3.2",
        "ISDN",
        "150862028003217 004",
        "0f31353038363230323830303332313703303034",
    ),
    (
        "RFC 1183 §3.3",
        "RT",
        "10 NET.Prime.COM.",
        "000a034e4554055072696d6503434f4d00",
    ),
    (
        "RFC 1706 §5",
        "NSAP",
        "0x47.0005.80.005a00.0000.0001.e133.ffffff000161.00",
        "47000580005a0000000001e133ffffff00016100",
    ),
    (
        "RFC 1712 §3",
        "GPOS",
        "-32.6882 116.8652 10.0",
        "082d33322e36383832083131362e383635320431302e30",
    ),
    (
        "RFC 1876 §4",
        "LOC",
        "42 21 54 N 71 06 18 W -24m 30m",
        "0033161389172dd070be15f000988d20",
    ),
    (
        "RFC 1876 §4",
        "LOC",
        "42 21 43.952 N 71 5 6.344 W -24m 1m 200m",
        "001224138917069070bf2dd800988d20",
    ),
    (
        "RFC 1876 §4",
        "LOC",
        "52 14 05 N 00 08 50 E 10m",
        "001216138b3556c88008165000989a68",
    ),
    (
        "RFC 1876 §4",
        "LOC",
        "32 7 19 S 116 2 25 E 10m",
        "00121613791b7d2898e6486800989a68",
    ),
    (
        "RFC 1876 §4",
        "LOC",
        "42 21 28.764 N 71 00 51.617 W -44m 2000m",
        "002516138916cb3c70c310df00988550",
    ),
    (
        "RFC 2163 §4",
        "PX",
        "50 ab.net2.it. O-ab.PRMD-net2.ADMDb.C-it.",
        "0032026162046e65743202697400044f2d61620950524d442d6e6574320541444d446204432d697400",
    ),
    (
        "RFC 2535 §5.3",
        "NXT",
        "big.foo.tld. A MX SIG NXT",
        "0362696703666f6f03746c640040010082",
    ),
    (
        "RFC 2782",
        "SRV",
        "0 3 9 new-fast-box.example.com.",
        "0000000300090c6e65772d666173742d626f78076578616d706c6503636f6d00",
    ),
    ("RFC 2782", "SRV", "0 0 0 .", "00000000000000"),
    (
        "RFC 2874 §5.1.1",
        "A6",
        "64 ::1234:5678:9ABC:DEF0 SUBNET-1.IP6.X.EXAMPLE.",
        "40123456789abcdef0085355424e45542d31034950360158074558414d504c4500",
    ),
    (
        "RFC 2874 §5.1.2",
        "A6",
        "0 2345:00C1:CA11::1",
        "00234500c1ca1100000000000000000001",
    ),
    (
        "RFC 3123 §5",
        "APL",
        "1:192.168.32.0/21 !1:192.168.38.0/28",
        "00011503c0a82000011c83c0a826",
    ),
    (
        "RFC 3123 §5",
        "APL",
        "1:192.168.42.0/26 1:192.168.42.64/26 !1:192.168.42.128/25",
        "00011a03c0a82a00011a04c0a82a4000011984c0a82a80",
    ),
    (
        "RFC 3123 §5",
        "APL",
        "1:127.0.0.1/32 1:172.16.64.0/22",
        "000120047f00000100011603ac1040",
    ),
    (
        "RFC 3123 §5",
        "APL",
        "1:224.0.0.0/4 2:FF00:0:0:0:0:0:0:0/8",
        "00010401e000020801ff",
    ),
    (
        "RFC 3403 §6.2",
        "NAPTR",
        r#"100 50 "a" "z3950+N2L+N2C" "" cidserver.example.com."#,
        "0064003201610d7a333935302b4e324c2b4e32430009636964736572766572076578616d706c6503636f6d00",
    ),
    (
        "RFC 3403 §6.2",
        "NAPTR",
        r#"100 50 "s" "http+N2L+N2C+N2R" "" www.example.com."#,
        "00640032017310687474702b4e324c2b4e32432b4e32520003777777076578616d706c6503636f6d00",
    ),
    (
        "RFC 3403 §6.1",
        "NAPTR",
        r#"100 10 "" "" "!^urn:cid:.+@([^\\.]+\\.)(.*)$!\\2!i" ."#,
        "0064000a000021215e75726e3a6369643a2e2b40285b5e5c2e5d2b5c2e29282e2a2924215c32216900",
    ),
    (
        "RFC 3596 §2.4",
        "AAAA",
        "4321:0:1:2:3:4:567:89ab",
        "432100000001000200030004056789ab",
    ),
    (
        "RFC 4025 §3.2",
        "IPSECKEY",
        "( 10 1 2 192.0.2.38 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ== )",
        "0a0102c0000226010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    ),
    (
        "RFC 4025 §3.2",
        "IPSECKEY",
        "( 10 0 2 . AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ== )",
        "0a0002010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    ),
    (
        "RFC 4025 §3.2",
        "IPSECKEY",
        "( 10 3 2 mygateway.example.com. AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ== )",
        "0a0302096d7967617465776179076578616d706c6503636f6d00010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    ),
    (
        "RFC 4025 §3.2",
        "IPSECKEY",
        "( 10 2 2 2001:0DB8:0:8002::2000:1 AQNRU3mG7TVTO2BkR47usntb102uFJtugbo6BSGvgqt4AQ== )",
        "0a020220010db8000080020000000020000001010351537986ed35533b6064478eeeb27b5bd74dae149b6e81ba3a0521af82ab7801",
    ),
    (
        "RFC 4034 §2.3",
        "DNSKEY",
        "256 3 5 ( AQPSKmynfzW4kyBv015MUG2DeIQ3 Cbl+BBZH4b/0PY1kxkmvHjcZc8no kfzj31GajIQKY+5CptLr3buXA10h WqTkF7H6RfoRqXQeogmMHfpftf6z Mv1LyBUgia7za6ZEzOJBOztyvhjL 742iU/TpPSEDhm2SNKLijfUppn1U aNvv4w== )",
        "010003050103d22a6ca77f35b893206fd35e4c506d8378843709b97e041647e1bff43d8d64c649af1e371973c9e891fce3df519a8c840a63ee42a6d2ebddbb97035d215aa4e417b1fa45fa11a9741ea2098c1dfa5fb5feb332fd4bc8152089aef36ba644cce2413b3b72be18cbef8da253f4e93d2103866d9234a2e28df529a67d5468dbefe3",
    ),
    (
        "RFC 4034 §3.3",
        "RRSIG",
        "A 5 3 86400 20030322173103 ( 20030220173103 2642 example.com. oJB1W6WNGv+ldvQ3WDG0MQkg5IEhjRip8WTr PYGv07h108dUKGMeDPKijVCHX3DDKdfb+v6o B9wfuh3DTJXUAfI/M0zmO/zz8bW0Rznl8O3t GNazPwQKkRN20XPXV6nwwfoXmJQbsLNrLfkG J5D6fwFm8nN+6pBzeDQfsS3Ap3o= )",
        "00010503000151803e7c9dd73e5510d70a52076578616d706c6503636f6d00a090755ba58d1affa576f4375831b4310920e481218d18a9f164eb3d81afd3b875d3c75428631e0cf2a28d50875f70c329d7dbfafea807dc1fba1dc34c95d401f23f334ce63bfcf3f1b5b44739e5f0eded18d6b33f040a911376d173d757a9f0c1fa1798941bb0b36b2df9062790fa7f0166f2737eea907378341fb12dc0a77a",
    ),
    (
        "RFC 4034 §4.3",
        "NSEC",
        "host.example.com. ( A MX RRSIG NSEC TYPE1234 )",
        "04686f7374076578616d706c6503636f6d000006400100000003041b000000000000000000000000000000000000000000000000000020",
    ),
    (
        "RFC 4034 §5.4",
        "DS",
        "60485 5 1 ( 2BB183AF5F22588179A53B0A 98631FAD1A292118 )",
        "ec4505012bb183af5f22588179a53b0a98631fad1a292118",
    ),
    (
        "RFC 4255 §3.2",
        "SSHFP",
        "2 1 123456789abcdef67890123456789abcdef67890",
        "0201123456789abcdef67890123456789abcdef67890",
    ),
    (
        "RFC 4509 §2.3",
        "DS",
        "60485 5 2 ( D4B7D520E7BB5F0F67674A0C CEB1E3E0614B93C4F9E99B83 83F6A1E4469DA50A )",
        "ec450502d4b7d520e7bb5f0f67674a0cceb1e3e0614b93c4f9e99b8383f6a1e4469da50a",
    ),
    (
        "RFC 4701 §3.6.1",
        "DHCID",
        "( AAIBY2/AuCccgoJbsaxcQc9TUapptP69l OjxfNuVAA2kjEA= )",
        "000201636fc0b8271c82825bb1ac5c41cf5351aa69b4febd94e8f17cdb95000da48c40",
    ),
    (
        "RFC 4701 §3.6.2",
        "DHCID",
        "( AAEBOSD+XR3Os/0LozeXVqcNc7FwCfQdW L3b/NaiUDlW2No= )",
        "0001013920fe5d1dceb3fd0ba3379756a70d73b17009f41d58bddbfcd6a2503956d8da",
    ),
    (
        "RFC 4701 §3.6.3",
        "DHCID",
        "( AAABxLmlskllE0MVjd57zHcWmEH3pCQ6V ytcKD//7es/deY= )",
        "000001c4b9a5b249651343158dde7bcc77169841f7a4243a572b5c283fffedeb3f75e6",
    ),
    (
        "RFC 5155 §A",
        "NSEC3",
        "1 1 12 aabbccdd ( 2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG )",
        "0101000c04aabbccdd14174eb2409fe28bcb4887a1836f957f0a8425e27b000722010000000290",
    ),
    (
        "RFC 5155 §A",
        "NSEC3PARAM",
        "1 0 12 aabbccdd",
        "0100000c04aabbccdd",
    ),
    (
        "RFC 6594 §5.1.2",
        "SSHFP",
        "1 2 ( a87f1b687ac0e57d2a081a2f28267237 34d90ed316d2b818ca9580ea384d9240 )",
        "0102a87f1b687ac0e57d2a081a2f2826723734d90ed316d2b818ca9580ea384d9240",
    ),
    (
        "RFC 6594 §5.3.2",
        "SSHFP",
        "3 2 ( 821eb6c1c98d9cc827ab7f456304c0f1 4785b7008d9e8646a8519de80849afc7 )",
        "0302821eb6c1c98d9cc827ab7f456304c0f14785b7008d9e8646a8519de80849afc7",
    ),
    (
        "RFC 6698 §2.3",
        "TLSA",
        "( 0 0 1 d2abde240d7cd3ee6b4b28c54df034b9 7983a1d16e8a410e4561cb106618e971 )",
        "000001d2abde240d7cd3ee6b4b28c54df034b97983a1d16e8a410e4561cb106618e971",
    ),
    (
        "RFC 6698 §2.3",
        "TLSA",
        "( 1 1 2 92003ba34942dc74152e2f2c408d29ec a5a520e7f2e06bb944f4dca346baf63c 1b177615d466f6c4b71c216a50292bd5 8c9ebdd2f74e38fe51ffd48c43326cbc )",
        "01010292003ba34942dc74152e2f2c408d29eca5a520e7f2e06bb944f4dca346baf63c1b177615d466f6c4b71c216a50292bd58c9ebdd2f74e38fe51ffd48c43326cbc",
    ),
    (
        "RFC 6742 §2.1.2",
        "NID",
        "10 0014:4fff:ff20:ee64",
        "000a00144fffff20ee64",
    ),
    (
        "RFC 6742 §2.3.2",
        "L64",
        "10 2001:0DB8:1140:1000",
        "000a20010db811401000",
    ),
    (
        "RFC 6742 §2.4.2",
        "LP",
        "20 l32-subnet1.example.com.",
        "00140b6c33322d7375626e657431076578616d706c6503636f6d00",
    ),
    (
        "RFC 7043 §3.2",
        "EUI48",
        "00-00-5e-00-53-2a",
        "00005e00532a",
    ),
    (
        "RFC 7043 §4.2",
        "EUI64",
        "00-00-5e-ef-10-00-00-2a",
        "00005eef1000002a",
    ),
    (
        "RFC 7344 §3.1, RFC 8078 §4",
        "CDS",
        "0 0 0 00",
        "0000000000",
    ),
    ("RFC 8078 §4", "CDNSKEY", "0 3 0 AA==", "0000030000"),
    (
        "RFC 7477 §2.1.2",
        "CSYNC",
        "66 3 A NS AAAA",
        "000000420003000460000008",
    ),
    (
        "RFC 7553 §4.1",
        "URI",
        r#"10 1 "ftp://ftp1.example.com/public""#,
        "000a00016674703a2f2f667470312e6578616d706c652e636f6d2f7075626c6963",
    ),
    (
        "RFC 8005 §6",
        "HIP",
        "( 2 200100107B1A74DF365639CC39F1D578 AwEAAbdxyhNuSutc5EMzxTs9LBPCIkOFH8cIvM4p9+LrV4e19WzK00+CI6zBCQTdtWsuxKbWIy87UOoJTwkUs7lBu+Upr1gsNrut79ryra+bSRGQb1slImA8YVJyuIDsj7kwzG7jnERNqnWxZ48AWkskmdHaVDP4BcelrTI3rMXdXF5D rvs.example.com. )",
        "10020084200100107b1a74df365639cc39f1d57803010001b771ca136e4aeb5ce44333c53b3d2c13c22243851fc708bcce29f7e2eb5787b5f56ccad34f8223acc10904ddb56b2ec4a6d6232f3b50ea094f0914b3b941bbe529af582c36bbadefdaf2adaf9b4911906f5b2522603c615272b880ec8fb930cc6ee39c444daa75b1678f005a4b2499d1da5433f805c7a5ad3237acc5dd5c5e4303727673076578616d706c6503636f6d00",
    ),
    (
        "RFC 8659 §4.4",
        "CAA",
        r#"0 issue "ca1.example.net; account=230123""#,
        "000569737375656361312e6578616d706c652e6e65743b206163636f756e743d323330313233",
    ),
    ("RFC 8659 §4.2", "CAA", r#"0 issue ";""#, "000569737375653b"),
    (
        "RFC 8659 §4.4",
        "CAA",
        r#"0 issue "%%%%%""#,
        "000569737375652525252525",
    ),
    (
        "RFC 8659 §4.5",
        "CAA",
        r#"0 iodef "mailto:security@example.com""#,
        "0005696f6465666d61696c746f3a7365637572697479406578616d706c652e636f6d",
    ),
    (
        "RFC 8659 §4.4",
        "CAA",
        r#"128 tbs "Unknown""#,
        "8003746273556e6b6e6f776e",
    ),
    (
        "RFC 8777 §4.3.1",
        "AMTRELAY",
        "10 0 1 203.0.113.15",
        "0a01cb00710f",
    ),
    (
        "RFC 8777 §4.3.1",
        "AMTRELAY",
        "10 0 2 2001:db8::15",
        "0a0220010db8000000000000000000000015",
    ),
    (
        "RFC 8777 §4.3.1",
        "AMTRELAY",
        "128 1 3 amtrelays.example.com.",
        "808309616d7472656c617973076578616d706c6503636f6d00",
    ),
    (
        "RFC 8976 §A.1",
        "ZONEMD",
        "2018031900 1 1 ( c68090d90a7aed71 6bc459f9340e3d7c 1370d4d24b7e2fc3 a1ddc0b9a87153b9 a9713b3c9ae5cc27 777f98b8e730044c )",
        "7848b91c0101c68090d90a7aed716bc459f9340e3d7c1370d4d24b7e2fc3a1ddc0b9a87153b9a9713b3c9ae5cc27777f98b8e730044c",
    ),
    (
        "RFC 9460 §D.1",
        "HTTPS",
        "0 foo.example.com.",
        "000003666f6f076578616d706c6503636f6d00",
    ),
    ("RFC 9460 §D.2", "SVCB", "1 .", "000100"),
    (
        "RFC 9460 §D.2",
        "SVCB",
        "16 foo.example.com. port=53",
        "001003666f6f076578616d706c6503636f6d00000300020035",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        "1 foo.example.com. key667=hello",
        "000103666f6f076578616d706c6503636f6d00029b000568656c6c6f",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        r#"1 foo.example.com. key667="hello\210qoo""#,
        "000103666f6f076578616d706c6503636f6d00029b000968656c6c6fd2716f6f",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        r#"1 foo.example.com. ( ipv6hint="2001:db8::1,2001:db8::53:1" )"#,
        "000103666f6f076578616d706c6503636f6d000006002020010db800000000000000000000000120010db8000000000000000000530001",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        r#"1 example.com. ( ipv6hint="2001:db8:122:344::192.0.2.33" )"#,
        "0001076578616d706c6503636f6d000006001020010db80122034400000000c0000221",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        "16 foo.example.org. ( alpn=h2,h3-19 mandatory=ipv4hint,alpn ipv4hint=192.0.2.1 )",
        "001003666f6f076578616d706c65036f7267000000000400010004000100090268320568332d313900040004c0000201",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        r#"16 foo.example.org. alpn="f\\\\oo\\,bar,h2""#,
        "001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832",
    ),
    (
        "RFC 9460 §D.2",
        "SVCB",
        r#"16 foo.example.org. alpn=f\\\092oo\092,bar,h2"#,
        "001003666f6f076578616d706c65036f7267000001000c08665c6f6f2c626172026832",
    ),
    (
        "RFC 9606 §5",
        "RESINFO",
        "qnamemin exterr=15,16,17 infourl=https://resolver.example.com/guide",
        "08716e616d656d696e0f6578746572723d31352c31362c31372a696e666f75726c3d68747470733a2f2f7265736f6c7665722e6578616d706c652e636f6d2f6775696465",
    ),
    (
        "RFC 9859 §2.2",
        "DSYNC",
        "CDS NOTIFY 5359 cds-scanner.example.net.",
        "003b0114ef0b6364732d7363616e6e6572076578616d706c65036e657400",
    ),
];

/// RFC 9460 §D.3: what must be refused.
const REFUSED: &[&str] = &[
    "1 foo.example.com. ( key123=abc key123=def )",
    "1 foo.example.com. mandatory",
    "1 foo.example.com. alpn",
    "1 foo.example.com. port",
    "1 foo.example.com. ipv4hint",
    "1 foo.example.com. ipv6hint",
    "1 foo.example.com. no-default-alpn=abc",
    "1 foo.example.com. mandatory=key123",
    "1 foo.example.com. mandatory=mandatory",
    "1 foo.example.com. ( mandatory=key123,key123 key123=abc )",
];

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn text_becomes_the_octets_and_comes_back() {
    for (reference, record_type, text, octets) in EXAMPLES {
        let record_type: RecordType = record_type.parse().unwrap();
        let rdata = RdataBuf::parse(record_type, text, Name::ROOT)
            .unwrap_or_else(|error| panic!("{reference}: {record_type} {text}: {error}"));
        assert_eq!(
            &hex(rdata.octets()),
            octets,
            "{reference}: {record_type} {text}"
        );
        let printed = rdata.to_string();
        let again = RdataBuf::parse(record_type, &printed, Name::ROOT).unwrap();
        assert_eq!(again, rdata, "{reference}: {record_type} {printed}");
    }
}

#[test]
fn what_an_rfc_calls_wrong_is_refused() {
    for text in REFUSED {
        assert!(
            RdataBuf::parse(RecordType::SVCB, text, Name::ROOT).is_err(),
            "{text}"
        );
    }
}
