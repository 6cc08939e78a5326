//! Changes to messages, the same in every run: of bytes, and of the elements that they encode.

use crate::tree::{Body, Node};

/// Makes one mutant after the other.
pub(crate) struct Mutator {
    state: u64,
}

impl Mutator {
    /// The same seed gives the same mutants.
    pub(crate) fn new(seed: &str) -> Self {
        let fold = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self { state: seed.bytes().fold(0xcbf2_9ce4_8422_2325, fold) }
    }

    /// A number below a bound, which is not zero. Source: SplitMix64 (Steele, Lea, Flood 2014).
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        let bound = u64::try_from(bound).unwrap();
        usize::try_from((mixed ^ mixed >> 31) % bound).unwrap()
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    /// Changes bytes, whatever they mean: flips, overwrites, cuts, insertions, lengths that matter.
    pub(crate) fn mutate_bytes(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(3) {
            if bytes.is_empty() {
                return bytes;
            }
            let at = self.below(bytes.len());
            match self.below(7) {
                0 | 1 => bytes[at] ^= 1 << self.below(8),
                2 => bytes[at] = self.byte(),
                3 => bytes[at] = [0x00, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xff, 0x24, 0x30][self.below(9)],
                4 => bytes.truncate(at),
                5 => bytes.insert(at, self.byte()),
                _ => {
                    let end = bytes.len().min(at + 1 + self.below(8));
                    bytes.drain(at..end);
                }
            }
        }
        bytes
    }

    /// Changes one element of a message and leaves the lengths around it right; or a byte, or a length.
    pub(crate) fn mutate(&mut self, message: &[u8]) -> Vec<u8> {
        match self.below(10) {
            0 => return self.mutate_bytes(message),
            1 => return self.edit_length(message),
            _ => {}
        }
        let mut tree = Node::parse(message);
        let donor = tree.all()[self.below(tree.count())].clone();
        let chosen = self.below(tree.count());
        let node = &mut *tree.nth(chosen).expect("there are so many");
        match (self.below(8), &mut node.body) {
            (0, Body::Nodes(nodes)) if !nodes.is_empty() => {
                nodes.remove(self.below(nodes.len()));
            }
            (1, Body::Nodes(nodes)) if !nodes.is_empty() => {
                let twin = nodes[self.below(nodes.len())].clone();
                nodes.insert(self.below(nodes.len() + 1), twin);
            }
            (2, Body::Nodes(nodes)) if !nodes.is_empty() => {
                let (one, other) = (self.below(nodes.len()), self.below(nodes.len()));
                nodes.swap(one, other);
            }
            (3, Body::Nodes(nodes)) => nodes.push(donor),
            (4, Body::Nodes(_)) => node.is_indefinite = !node.is_indefinite,
            (0 | 4, Body::Bytes(bytes)) if node.tag == 0x04 => {
                let (left, right) = bytes.split_at(self.below(bytes.len() + 1));
                let segments = [left, right].map(|bytes| Node {
                    tag: 0x04,
                    is_indefinite: false,
                    body: Body::Bytes(bytes.to_vec()),
                });
                *node = Node {
                    tag: 0x24,
                    is_indefinite: self.below(2) == 0,
                    body: Body::Nodes(segments.to_vec()),
                };
            }
            (1..=3, Body::Bytes(bytes)) if !bytes.is_empty() => {
                let at = self.below(bytes.len());
                bytes[at] ^= 1 << self.below(8);
            }
            (5, Body::Bytes(bytes)) => bytes.insert(self.below(bytes.len() + 1), self.byte()),
            (5, Body::Nodes(_)) | (6, _) => *node = donor,
            (_, Body::Bytes(bytes)) => {
                bytes.pop();
            }
            (_, Body::Nodes(_)) => node.tag ^= 1 << self.below(8),
        }
        tree.encode()
    }

    /// Overwrites a length: one more, one less, indefinite, enormous, or the same in more bytes than it needs.
    fn edit_length(&mut self, message: &[u8]) -> Vec<u8> {
        let mut headers = Vec::new();
        Node::parse(message).headers(0, &mut headers);
        let at = headers[self.below(headers.len())] + 1;
        let mut edited = message.to_vec();
        match self.below(5) {
            0 => edited[at] = edited[at].wrapping_add(1),
            1 => edited[at] = edited[at].wrapping_sub(1),
            2 => edited[at] = 0x80,
            3 => {
                edited.splice(at..=at, [0x84, 0xff, 0xff, 0xff, 0xff]);
            }
            _ if edited[at] < 0x80 => {
                let length = edited[at];
                edited.splice(at..=at, [0x82, 0, length]);
            }
            _ => edited[at] ^= 1,
        }
        edited
    }
}
