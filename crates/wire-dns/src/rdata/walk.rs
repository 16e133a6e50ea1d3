//! Walks over RDATA that is written by hand: a field is read and shown.

use core::fmt;

use super::codec::{Codec, Number, Shown};
use crate::field::Field;
use crate::reader::{Reader, Refused};
use crate::text::encoding;

/// Helps hand-written walks: reads a field and shows it.
pub(super) struct Fields<'w, 'a, 'm> {
    pub(super) reader: &'w mut Reader<'a, 'm>,
    pub(super) visit: &'w mut dyn FnMut(Field<'_>),
}

impl<'a> Fields<'_, 'a, '_> {
    pub(super) fn show<V: fmt::Display>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Reader<'a, '_>) -> Result<V, Refused>,
    ) -> Result<(), Refused> {
        let start = self.reader.pos();
        let value = read(self.reader)?;
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &value,
        });
        Ok(())
    }

    pub(super) fn number<V: Copy + fmt::Display>(
        &mut self,
        name: &'static str,
    ) -> Result<V, Refused>
    where
        Number: Codec<'a, V>,
    {
        let start = self.reader.pos();
        let value = <Number as Codec<'a, V>>::read(self.reader)?;
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &value,
        });
        Ok(value)
    }

    pub(super) fn coded<V, C: Codec<'a, V>>(&mut self, name: &'static str) -> Result<(), Refused> {
        let start = self.reader.pos();
        let value = C::read(self.reader)?;
        let shown = Shown::<V, C>::new(&value);
        (self.visit)(Field {
            name,
            start,
            end: self.reader.pos(),
            value: &shown,
        });
        Ok(())
    }
}

/// Shows octets in hexadecimal digits.
pub(super) struct HexText<'a>(pub(super) &'a [u8]);

impl fmt::Display for HexText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encoding::write_hex(self.0, f)
    }
}

/// Shows octets as base64.
pub(super) struct Base64Text<'a>(pub(super) &'a [u8]);

impl fmt::Display for Base64Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        encoding::write_base64(self.0, f)
    }
}
