//! GeneralName (RFC 5280 section 4.2.1.6): the forms that constraints and distribution points compare.

use crate::ber::{Element, Fault, Reader, tag};

/// One name of any form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GeneralName<'a> {
    /// An e-mail address, or in a constraint a host or a domain.
    Rfc822(&'a [u8]),
    /// A host name.
    Dns(&'a [u8]),
    /// A distinguished name, DER.
    Directory(&'a [u8]),
    /// A URI.
    Uri(&'a [u8]),
    /// An address, or in a constraint an address and a mask.
    Ip(&'a [u8]),
    /// A form that is not compared, by its tag.
    Other(u8),
}

impl<'a> GeneralName<'a> {
    /// Reads one from an element.
    pub(crate) fn read(element: Element<'a>) -> Result<Self, Fault> {
        const DIRECTORY: u8 = tag::context_constructed(4);
        Ok(match element.tag {
            0x81 => Self::Rfc822(element.contents),
            0x82 => Self::Dns(element.contents),
            DIRECTORY => {
                let mut inner = element.reader()?;
                let name = inner.expect(tag::SEQUENCE)?.raw;
                inner.finish()?;
                Self::Directory(name)
            }
            0x86 => Self::Uri(element.contents),
            0x87 => Self::Ip(element.contents),
            other if other & 0xc0 == 0x80 => Self::Other(other & 0x1f),
            _ => return Err(Fault::Malformed),
        })
    }

    /// How many bytes of it are compared.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Rfc822(name)
            | Self::Dns(name)
            | Self::Directory(name)
            | Self::Uri(name)
            | Self::Ip(name) => name.len(),
            Self::Other(_) => 0,
        }
    }

    /// Reads a run of them.
    pub(crate) fn read_all(mut names: Reader<'a>) -> Result<Vec<Self>, Fault> {
        let mut all = Vec::new();
        while !names.is_empty() {
            all.push(Self::read(names.read()?)?);
        }
        Ok(all)
    }
}
