//! The README's example, compiled so that it stays right.
#![doc = include_str!("../../../README.md")]
