//! What the fields of RDATA look like, in words: the tables in the documentation of the record types.

/// A field's octets, by its codec and type.
#[rustfmt::skip] // a table
macro_rules! octets {
    (Address, $ty:ty) => { concat!("`", stringify!($ty), "` in network order") };
    (Base32Hex8, $ty:ty) => { "length octet, octets" };
    (Base64Counted16, $ty:ty) => { "16-bit length, octets" };
    (Bitmap, $ty:ty) => { "windows of 256 types each: number, length, bits" };
    (CompressedName, $ty:ty) => { "name, may be compressed; small letters in the canonical form" };
    (Coordinate, $ty:ty) => { "character-string" };
    (Eui, $ty:ty) => { concat!("`", stringify!($ty), "`") };
    (FoldedName, $ty:ty) => { "name, not compressed; small letters in the canonical form" };
    (FormatAndAddress, $ty:ty) => { "octet of the format, address to the end" };
    (HexOrDash8, $ty:ty) => { "length octet, octets" };
    (Prefixes, $ty:ty) => { "items: family, prefix, length, address" };
    (NodeNumber, $ty:ty) => { "`u64`" };
    (Number48, $ty:ty) => { "48-bit number" };
    (OldBitmap, $ty:ty) => { "a bit for each type from 0 on" };
    (OptionalText, $ty:ty) => { "character-string, or nothing" };
    (Options, $ty:ty) => { "options: code, length, value" };
    (Params, $ty:ty) => { "parameters in order of their keys: key, length, value" };
    (PlainName, $ty:ty) => { "name, not compressed" };
    (PortMap, $ty:ty) => { "a bit for each port from 0 on" };
    (Quads, $ty:ty) => { concat!("`", stringify!($ty), "`") };
    (Span, $ty:ty) => { "32-bit seconds" };
    (Tag, $ty:ty) => { "character-string of letters and digits" };
    (Text, $ty:ty) => { "character-string" };
    (Texts, $ty:ty) => { "character-strings to the end" };
    (Time, $ty:ty) => { "32-bit seconds since 1970" };
    // Numbers, by the type that holds them.
    (Decimal, $ty:ty) => { concat!("`", stringify!($ty), "`, 8 bits") };
    (Mnemonic, $ty:ty) => { concat!("`", stringify!($ty), "`") };
    (Number, $ty:ty) => { concat!("`", stringify!($ty), "`") };
    (Protocol, $ty:ty) => { "`u8`" };
    (TsigError, $ty:ty) => { "`Rcode`, 16 bits" };
    // What has no length of its own.
    ($rest:ident, $ty:ty) => { "octets to the end" };
}
pub(crate) use octets;

/// A field's presentation form, by its codec.
#[rustfmt::skip] // a table
macro_rules! text {
    (Address) => { "address" };
    (Base32Hex8) => { "base32hex" };
    (Base64) => { "base64" };
    (Base64Counted16) => { "length, base64" };
    (Base64Key) => { "base64; nothing with the flags of no key" };
    (Base64OrDash) => { "base64, `-` for none" };
    (Base64OrNone) => { "base64, or nothing" };
    (Base64OrZero) => { "base64; `0` is read too where deletion is asked for" };
    (Bitmap) => { "types" };
    (CompressedName) => { "name" };
    (Coordinate) => { "decimal number, may be quoted" };
    (Decimal) => { "decimal number; the mnemonic is read too" };
    (Eui) => { "hexadecimal digits with dashes" };
    (FoldedName) => { "name" };
    (FormatAndAddress) => { "`+` and digits (E.164), or hexadecimal digits (NSAP)" };
    (Generic) => { "`\\# n` and hexadecimal digits" };
    (Hex) => { "hexadecimal digits" };
    (HexOrDash8) => { "hexadecimal digits, `-` for none" };
    (HexOrZero) => { "hexadecimal digits; `0` is read too where deletion is asked for" };
    (Prefixes) => { "`family:address/prefix`, `!` in front for negation" };
    (Mnemonic) => { "mnemonic, or number" };
    (NodeNumber) => { "decimal number, or its halves with a dot between" };
    (NsapAddress) => { "`0x`, hexadecimal digits" };
    (Number) => { "decimal number" };
    (Number48) => { "decimal number" };
    (OldBitmap) => { "types" };
    (OptionalText) => { "string, or nothing" };
    (Options) => { "`\\# n` and hexadecimal digits" };
    (Params) => { "`key=value`" };
    (PlainName) => { "name" };
    (PortMap) => { "port numbers; names of services are read too" };
    (Protocol) => { "decimal number; the name is read too" };
    (Quads) => { "four groups of four hexadecimal digits" };
    (QuotedRest) => { "quoted string" };
    (Span) => { "decimal number; units as in `1h30m` are read too" };
    (Tag) => { "letters and digits" };
    (Target) => { "quoted string" };
    (Text) => { "string" };
    (Texts) => { "strings" };
    (Time) => { "`YYYYMMDDHHmmSS`" };
    (TsigError) => { "mnemonic, or number" };
}
pub(crate) use text;

/// The documentation of an example, to be run: text to octets.
macro_rules! example {
    ($const:ident $text:literal $octets:literal) => {
        concat!(
            "# Example\n\n```\n",
            "use wire_dns::{Name, RdataBuf, RecordType};\n\n",
            "let text = ",
            stringify!($text),
            ";\n",
            "let rdata = RdataBuf::parse(RecordType::",
            stringify!($const),
            ", text, Name::ROOT)?;\n",
            "assert_eq!(rdata.octets(), ",
            stringify!($octets),
            ");\n",
            "assert_eq!(rdata.to_string(), text);\n",
            "# Ok::<(), wire_dns::Error>(())\n```",
        )
    };
}
pub(crate) use example;
