//! The page about writing a store, compiled so that it stays right.
#![doc = include_str!("../../../docs/own-store.md")]
