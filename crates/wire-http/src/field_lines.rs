//! The field lines of a head as the readers of values take them: a list-based field's lines are anything that turns
//! into octets, all of a head's fields anything that turns into pairs of name and octets.

use crate::field::{FieldLine, FieldValue};

/// So that `fields.get_all("accept")` is what [`Accept::decode`](crate::negotiate::Accept::decode) takes.
///
/// ```
/// use wire_http::{FieldValue, negotiate::Accept};
///
/// let lines = [FieldValue::new(b"text/html")?, FieldValue::new(b"*/*;q=0.1")?];
/// assert_eq!(Accept::decode(lines)?.ranges().len(), 2);
/// # Ok::<(), wire_http::Error>(())
/// ```
impl<'a> From<FieldValue<'a>> for &'a [u8] {
    fn from(value: FieldValue<'a>) -> Self {
        value.as_bytes()
    }
}

/// So that `fields.iter()` is what [`Preconditions::decode`](crate::conditional::Preconditions::decode) takes.
///
/// ```
/// use wire_http::{RequestHead, conditional::Preconditions, date::HttpDate};
///
/// let input = b"GET / HTTP/1.0\r\nIf-None-Match: \"1\"\r\n\r\n";
/// let (head, _) = RequestHead::decode(input)?.complete().expect("a whole head");
/// assert!(!Preconditions::decode(head.fields(), HttpDate::MAX)?.is_empty());
/// # Ok::<(), wire_http::Error>(())
/// ```
impl<'a> From<FieldLine<'a>> for (&'a str, &'a [u8]) {
    fn from(line: FieldLine<'a>) -> Self {
        (line.name().as_str(), line.value().as_bytes())
    }
}
