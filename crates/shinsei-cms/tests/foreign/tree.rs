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

    /// The elements inside.
    pub(crate) fn children(&mut self) -> &mut Vec<Self> {
        match &mut self.body {
            Body::Nodes(nodes) => nodes,
            Body::Bytes(_) => panic!("no leaf"),
        }
    }

    /// This element and all inside, in the order of the message.
    pub(crate) fn all(&self) -> Vec<&Self> {
        let inside: &[Self] = if let Body::Nodes(nodes) = &self.body { nodes } else { &[] };
        [self].into_iter().chain(inside.iter().flat_map(Self::all)).collect()
    }

    /// How many elements there are.
    pub(crate) fn count(&self) -> usize {
        self.all().len()
    }

    /// The element at a place in that order.
    pub(crate) fn nth(&mut self, place: usize) -> Option<&mut Self> {
        if place == 0 {
            return Some(self);
        }
        let Body::Nodes(nodes) = &mut self.body else { return None };
        let mut left = place - 1;
        for node in nodes {
            let count = node.count();
            if left < count {
                return node.nth(left);
            }
            left -= count;
        }
        None
    }

    /// Where each element begins in what [`Node::encode`] writes, counted from `at`.
    pub(crate) fn headers(&self, at: usize, places: &mut Vec<usize>) {
        places.push(at);
        if let Body::Nodes(nodes) = &self.body {
            let inside: usize = nodes.iter().map(|node| node.encode().len()).sum();
            let tail = if self.is_indefinite { 2 } else { 0 };
            let mut next = at + self.encode().len() - inside - tail;
            for node in nodes {
                node.headers(next, places);
                next += node.encode().len();
            }
        }
    }
}
