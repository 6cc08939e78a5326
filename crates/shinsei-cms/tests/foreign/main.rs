//! Messages that other implementations made.
