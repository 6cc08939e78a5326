//! Messages as trees of BER elements, to find and change a part of one and put it together again.

/// One element. Its length is written anew, as short as can be, unless it is indefinite.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) tag: u8,
    pub(crate) is_indefinite: bool,
    pub(crate) body: Body,
}

/// What stands in an element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    Bytes(Vec<u8>),
    Nodes(Vec<Node>),
}

impl Node {
    /// Reads a well-formed message of one element.
    pub(crate) fn parse(message: &[u8]) -> Self {
        let (node, rest) = Self::parse_one(message);
        assert_eq!(rest, b"", "one element");
        node
    }

    fn parse_one(bytes: &[u8]) -> (Self, &[u8]) {
        let (tag, first, mut rest) = (bytes[0], bytes[1], &bytes[2..]);
        let is_constructed = tag & 0x20 != 0;
        if first == 0x80 {
            let mut nodes = Vec::new();
            while !rest.starts_with(&[0, 0]) {
                let (node, after) = Self::parse_one(rest);
                nodes.push(node);
                rest = after;
            }
            return (Self { tag, is_indefinite: true, body: Body::Nodes(nodes) }, &rest[2..]);
        }
        let mut length = usize::from(first);
        if first > 0x80 {
            let (digits, after) = rest.split_at(usize::from(first & 0x7f));
            length = digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit));
            rest = after;
        }
        let (mut contents, rest) = rest.split_at(length);
        let body = if is_constructed {
            let mut nodes = Vec::new();
            while !contents.is_empty() {
                let (node, after) = Self::parse_one(contents);
                nodes.push(node);
                contents = after;
            }
            Body::Nodes(nodes)
        } else {
            Body::Bytes(contents.to_vec())
        };
        (Self { tag, is_indefinite: false, body }, rest)
    }

    /// Writes the element.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let contents = match &self.body {
            Body::Bytes(bytes) => bytes.clone(),
            Body::Nodes(nodes) => nodes.iter().flat_map(Self::encode).collect(),
        };
        if self.is_indefinite {
            return [&[self.tag, 0x80], &contents[..], &[0, 0]].concat();
        }
        shinsei_cms::sign::der::element(self.tag, &contents)
    }

    /// Every element that holds bytes, in the order of the message.
    pub(crate) fn leaves(&mut self) -> Vec<&mut Self> {
        if matches!(self.body, Body::Bytes(_)) {
            return vec![self];
        }
        match &mut self.body {
            Body::Nodes(nodes) => nodes.iter_mut().flat_map(Self::leaves).collect(),
            Body::Bytes(_) => Vec::new(),
        }
    }

    /// The bytes of a leaf.
    pub(crate) fn bytes(&mut self) -> &mut Vec<u8> {
        match &mut self.body {
            Body::Bytes(bytes) => bytes,
            Body::Nodes(_) => panic!("a leaf"),
        }
    }
}
