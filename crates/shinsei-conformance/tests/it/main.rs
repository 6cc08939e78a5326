//! The suite is right: the store in memory keeps every clause, and each clause finds the store that breaks it.

mod broken;
mod whole;
