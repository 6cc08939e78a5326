//! The tests of the engine and its store in memory.

mod memory;
