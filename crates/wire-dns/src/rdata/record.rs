//! The table's machinery: one declaration per record type, six operations from it.

use alloc::vec::Vec;
use core::fmt;

use super::codec::Printer;
use crate::error::Error;
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::sink::Sink;
use crate::text::lexer::Tokens;

/// What every record type can do. [`records!`] writes it from the list of fields; few types write it by hand.
pub(crate) trait Layout<'a>: Sized {
    /// The presentation form of an example, and its octets.
    #[cfg(test)]
    const EXAMPLE: (&'static str, &'static [u8]);
    /// Checks the whole RDATA; the caller sees to it that nothing is left over.
    fn check(reader: &mut Reader<'a, '_>) -> Result<(), Refused>;
    /// Checks field by field from octet `start` on, to say which one is cut short.
    fn check_each(start: usize, reader: &mut Reader<'a, '_>) -> Result<(), Refused> {
        reader.seek(start);
        Self::check(reader)
    }
    /// Reads RDATA that was checked.
    fn read(reader: &mut Reader<'a, '_>) -> Result<Self, Refused>;
    /// Writes the RDATA.
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), Error>;
    /// Whether the type's own form can say this value.
    fn has_text(&self) -> bool {
        true
    }
    /// Prints the presentation form.
    fn print(&self, printer: &mut Printer<'_>) -> fmt::Result;
    /// Appends the octets that text writes. What it lets through is checked once more as octets.
    fn parse(tokens: &mut Tokens<'_, '_>, out: &mut Vec<u8>) -> Result<(), Error>;
    /// Shows the fields of RDATA that was checked, one after the other.
    fn walk(reader: &mut Reader<'a, '_>, visit: &mut dyn FnMut(Field<'_>)) -> Result<(), Refused>;
}

/// Declares record types: doc, struct, and per field its name in Rust, its name in the RFC, type and codec. The example, text
/// and octets, stands in the documentation after a table of the fields, and is what the tests of every type start from.
///
/// Where not each field on its own decides whether there is text for the value, `has_text` does for the whole. Where some
/// values of the first field make other rules for the rest, `instead` checks RDATA that begins so.
macro_rules! records {
    ($(
        $(#[doc = $doc:literal])*
        struct $name:ident $(<$lt:lifetime>)? {
            $( $(#[doc = $fdoc:literal])* $field:ident $rfc:literal: $ty:ty as $codec:ident, )*
        }
        example $const:ident $text:literal $octets:literal;
        $( has_text $has_text:expr; )?
        $( instead $instead:path; )?
    )*) => { $(
        $(#[doc = $doc])*
        ///
        /// # Wire format
        ///
        /// | field | octets | text |
        /// |---|---|---|
        $(#[doc = concat!(
            "| ", $rfc, " | ", $crate::rdata::form::octets!($codec, $ty), " | ", $crate::rdata::form::text!($codec), " |"
        )])*
        ///
        #[doc = $crate::rdata::form::example!($const $text $octets)]
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub struct $name $(<$lt>)? {
            $( $(#[doc = $fdoc])* pub $field: $ty, )*
        }

        $crate::rdata::record::records!(@layout $name [$($lt)?] [$text, $octets $(, has_text $has_text)? $(, instead $instead)?] { $( $field $rfc $ty, $codec; )* });
    )* };
    (@layout $name:ident [] $whole:tt $fields:tt) => {
        $crate::rdata::record::records!(@impl ['a] [$name] $whole $fields);
    };
    (@layout $name:ident [$lt:lifetime] $whole:tt $fields:tt) => {
        $crate::rdata::record::records!(@impl [$lt] [$name<$lt>] $whole $fields);
    };
    (@read $lt:lifetime $front:ident $reader:ident { $field:ident $ty:ty, $codec:ty; }) => {
        let $field = if $front.left() > 0 {
            <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::read(&mut $front)?
        } else {
            <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::read_last($reader)?
        };
    };
    (@read $lt:lifetime $front:ident $reader:ident { $field:ident $ty:ty, $codec:ty; $($rest:tt)+ }) => {
        let $field = if $front.left() > 0 {
            <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::read(&mut $front)?
        } else {
            <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::read($reader)?
        };
        $crate::rdata::record::records!(@read $lt $front $reader { $($rest)+ });
    };
    (@impl [$lt:lifetime] [$target:ty] [$text:literal, $octets:literal $(, has_text $has_text:expr)? $(, instead $instead:path)?] { $( $field:ident $rfc:literal $ty:ty, $codec:ty; )* }) => {
        impl<$lt> $crate::rdata::record::Layout<$lt> for $target {
            #[cfg(test)]
            const EXAMPLE: (&'static str, &'static [u8]) = ($text, $octets);

            #[inline]
            fn check(reader: &mut $crate::reader::Reader<$lt, '_>) -> Result<(), $crate::reader::Refused> {
                $(
                    if let Some(result) = $instead(reader) {
                        return result;
                    }
                )?
                // Numbers one behind the other are stepped over at once; octets that are missing are found one by one.
                let start = reader.pos();
                let mut fixed = 0usize;
                $(
                    let octets = <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::FIXED;
                    if octets > 0 {
                        fixed = fixed.wrapping_add(octets);
                    } else {
                        if !reader.skip(core::mem::take(&mut fixed)) {
                            return Self::check_each(start, reader);
                        }
                        <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::check(reader)?;
                    }
                )*
                if reader.skip(fixed) { Ok(()) } else { Self::check_each(start, reader) }
            }

            #[cold]
            fn check_each(start: usize, reader: &mut $crate::reader::Reader<$lt, '_>) -> Result<(), $crate::reader::Refused> {
                reader.seek(start);
                $( <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::check(reader)?; )*
                Ok(())
            }

            #[inline]
            fn read(reader: &mut $crate::reader::Reader<$lt, '_>) -> Result<Self, $crate::reader::Refused> {
                // The numbers in front are taken at once, so that none of them is looked for on its own.
                let mut front = $crate::reader::Reader::alone(reader.take(const {
                    $crate::rdata::record::front(&[
                        $( <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::FIXED, )*
                    ])
                })?);
                $crate::rdata::record::records!(@read $lt front reader { $( $field $ty, $codec; )* });
                Ok(Self { $( $field, )* })
            }

            #[inline]
            fn write<S: $crate::sink::Sink>(&self, sink: &mut S) -> Result<(), $crate::Error> {
                $( <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::write(&self.$field, sink)?; )*
                Ok(())
            }

            fn has_text(&self) -> bool {
                $(
                    let whole: fn(&Self) -> bool = $has_text;
                    if !whole(self) {
                        return false;
                    }
                )?
                true $( && <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::has_text(&self.$field) )*
            }

            fn print(&self, printer: &mut $crate::rdata::codec::Printer<'_>) -> core::fmt::Result {
                $( <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::print(&self.$field, printer)?; )*
                Ok(())
            }

            fn parse(
                tokens: &mut $crate::text::lexer::Tokens<'_, '_>,
                out: &mut alloc::vec::Vec<u8>,
            ) -> Result<(), $crate::Error> {
                $( <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::parse(tokens, out)?; )*
                Ok(())
            }

            fn walk(
                reader: &mut $crate::reader::Reader<$lt, '_>,
                visit: &mut dyn FnMut($crate::field::Field<'_>),
            ) -> Result<(), $crate::reader::Refused> {
                $(
                    let start = reader.pos();
                    let value = <$codec as $crate::rdata::codec::Codec<$lt, $ty>>::read(reader)?;
                    visit($crate::field::Field {
                        name: $rfc,
                        start,
                        end: reader.pos(),
                        value: &$crate::rdata::codec::Shown::<$ty, $codec>::new(&value),
                    });
                )*
                Ok(())
            }
        }
    };
}
pub(crate) use records;

/// Octets of the fields up to the first that is not always as long.
pub(crate) const fn front(mut fixed: &[usize]) -> usize {
    let mut octets = 0usize;
    while let [field, rest @ ..] = fixed
        && *field > 0
    {
        octets = octets.wrapping_add(*field);
        fixed = rest;
    }
    octets
}
