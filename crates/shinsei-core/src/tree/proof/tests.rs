//! Proofs against the definitions of RFC 9162, and against whoever would like them to hold.

use proptest::prelude::*;

use super::*;
use crate::tree::leaf_hash;

/// The definition of RFC 9162 section 2.1.1, word for word.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Frontier::default().head().root,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&root(left), &root(right))
        }
    }
}

fn head(leaves: &[Hash]) -> Head {
    Head { size: leaves.len() as u64, root: root(leaves) }
}

fn hashes(spans: &[Span], leaves: &[Hash]) -> Vec<Hash> {
    let at = |n: u64| usize::try_from(n).unwrap();
    spans.iter().map(|span| root(&leaves[at(span.first)..at(span.end)])).collect()
}

fn leaves(size: usize) -> Vec<Hash> {
    (0..size).map(|n| leaf_hash(&n.to_be_bytes())).collect()
}

/// PATH of RFC 9162 section 2.1.3.1, word for word.
fn path_by_definition(m: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut path, sibling) = match m < k {
        true => (path_by_definition(m, &leaves[..k]), root(&leaves[k..])),
        false => (path_by_definition(m - k, &leaves[k..]), root(&leaves[..k])),
    };
    path.push(sibling);
    path
}

/// SUBPROOF of RFC 9162 section 2.1.4.1, word for word.
fn subproof_by_definition(m: usize, leaves: &[Hash], b: bool) -> Vec<Hash> {
    if m == leaves.len() {
        return if b { vec![] } else { vec![root(leaves)] };
    }
    let k = leaves.len().next_power_of_two() / 2;
    let (mut proof, other) = match m <= k {
        true => (subproof_by_definition(m, &leaves[..k], b), root(&leaves[k..])),
        false => (subproof_by_definition(m - k, &leaves[k..], false), root(&leaves[..k])),
    };
    proof.push(other);
    proof
}

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_definition_and_holds() {
    for size in 1..=70 {
        let all = leaves(size);
        let new = head(&all);
        for index in 0..size {
            let path = hashes(&inclusion_spans(index as u64, size as u64), &all);
            assert_eq!(path, path_by_definition(index, &all), "{index} of {size}");
            assert_eq!(included(all[index], index as u64, &path, &new), Ok(()), "{index} of {size}");
        }
        for old in 1..=size {
            let proof = hashes(&consistency_spans(old as u64, size as u64), &all);
            assert_eq!(proof, subproof_by_definition(old, &all, true), "{old} of {size}");
            assert_eq!(consistent(&head(&all[..old]), &new, &proof), Ok(()), "{old} of {size}");
        }
    }
}

#[test]
fn the_empty_log_is_the_beginning_of_every_log() {
    let none = head(&[]);
    assert_eq!(consistent(&none, &none, &[]), Ok(()));
    assert_eq!(consistent(&none, &head(&leaves(5)), &[]), Ok(()));
    let one = [leaf_hash(b"one")];
    assert_eq!(consistent(&none, &head(&leaves(5)), &one), Err(NotProved::Length { found: 1 }));
    let forged = Head { size: 0, root: one[0] };
    assert_eq!(consistent(&forged, &head(&leaves(5)), &[]), Err(NotProved::OtherPast));
    let shorter = consistent(&head(&leaves(5)), &head(&leaves(4)), &[]);
    assert_eq!(shorter, Err(NotProved::Shorter { old: 5, new: 4 }));
    let beyond = included(one[0], 5, &[], &head(&leaves(5)));
    assert_eq!(beyond, Err(NotProved::BeyondTheTree { position: 6, size: 5 }));
}

/// The test vectors of Certificate Transparency's reference implementation: eight leaves, by their published nodes.
#[test]
fn the_vectors_of_certificate_transparency_hold() {
    let hash = |hex: &str| Hash(crate::bytes::from_hex(hex).unwrap());
    let first = leaf_hash(b"");
    let path = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]
    .map(hash);
    let root = hash("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
    assert_eq!(included(first, 0, &path, &Head { size: 8, root }), Ok(()));
    assert_eq!(
        included(first, 1, &path, &Head { size: 8, root }),
        Err(NotProved::OtherRecord),
        "the same leaf at another place"
    );
}

proptest! {
    #[test]
    fn proofs_of_trees_of_any_size_hold(size in 1_usize..2_000, index: prop::sample::Index, old: prop::sample::Index) {
        let all = leaves(size);
        let (index, old) = (index.index(size), old.index(size) + 1);
        let path = hashes(&inclusion_spans(index as u64, size as u64), &all);
        prop_assert_eq!(included(all[index], index as u64, &path, &head(&all)), Ok(()));
        let proof = hashes(&consistency_spans(old as u64, size as u64), &all);
        prop_assert!(proof.len() <= PROOF_HASHES_MAX);
        prop_assert_eq!(consistent(&head(&all[..old]), &head(&all), &proof), Ok(()));
    }

    /// Whatever is altered, the proof no longer holds: a hash of it, its length, the leaf, its place, the size, a root.
    #[test]
    fn an_altered_proof_does_not_hold(size in 2_usize..300, index: prop::sample::Index, old: prop::sample::Index,
                                      at: prop::sample::Index, bit in 0_usize..256) {
        let all = leaves(size);
        let (index, old) = (index.index(size), old.index(size - 1) + 1);
        let (was, is) = (head(&all[..old]), head(&all));
        let flip = |hash: &Hash| { let mut other = *hash; other.0[bit / 8] ^= 1 << (bit % 8); other };
        let with_root = |head: &Head| Head { root: flip(&head.root), ..*head };
        let mutate = |hashes: &[Hash]| { let mut other = hashes.to_vec(); let at = at.index(other.len()); other[at] = flip(&other[at]); other };
        let path = hashes(&inclusion_spans(index as u64, size as u64), &all);
        let (place, leaf) = (index as u64, all[index]);
        prop_assert!(included(leaf, place, &mutate(&path), &is).is_err());
        prop_assert!(included(leaf, place, &path[1..], &is).is_err());
        prop_assert!(included(leaf, place, &[&path[..], &[leaf]].concat(), &is).is_err());
        prop_assert!(included(flip(&leaf), place, &path, &is).is_err());
        prop_assert!(included(leaf, (place + 1) % is.size, &path, &is).is_err());
        prop_assert!(included(leaf, place, &path, &with_root(&is)).is_err());
        let proof = hashes(&consistency_spans(old as u64, size as u64), &all);
        prop_assert!(consistent(&was, &is, &mutate(&proof)).is_err());
        prop_assert!(consistent(&was, &is, &proof[1..]).is_err());
        prop_assert!(consistent(&was, &is, &[&proof[..], &[leaf]].concat()).is_err());
        prop_assert!(consistent(&with_root(&was), &is, &proof).is_err());
        prop_assert!(consistent(&was, &with_root(&is), &proof).is_err());
    }
}
