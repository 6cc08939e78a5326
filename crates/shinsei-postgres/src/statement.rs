//! Statements made for how many rows they take: a row or two as values of their own, more as arrays.
//!
//! An array is a function's result to the server, which it puts down before it reads it: thirteen of them cost a lone commit
//! more than all it writes. As values they cost nothing, but each number of rows is a statement of its own, to be prepared
//! and kept; so that is for the few.

use std::fmt::Write as _;

use shinsei_core::port::store::Commit;
use tokio_postgres::types::ToSql;

use crate::connection::{Step, Value};

/// The most rows that go in as values of their own.
const FEW: usize = 2;

/// What is done with rows, in SQL: the rows stand between `before` and `after`.
pub(crate) struct Part {
    pub(crate) before: &'static str,
    /// The types of the rows' columns.
    pub(crate) types: &'static [&'static str],
    pub(crate) after: &'static str,
}

/// How many rows a statement is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// For just as many as there are, where they are few.
    Fitting,
    /// For any number.
    Any,
}

impl Size {
    /// That of the statements of a batch. A lone commit has one of its own; the others are made once for all batches.
    pub(crate) fn of(batch: &[Commit]) -> Self {
        if batch.len() == 1 { Self::Fitting } else { Self::Any }
    }
}

/// Rows that go into a part of a statement.
pub(crate) struct Rows<'w> {
    part: &'static Part,
    /// How many there are, each of whose values is one of the statement's; `None` when each column is.
    few: Option<usize>,
    values: Vec<Box<dyn ToSql + Sync + 'w>>,
}

impl<'w> Rows<'w> {
    /// So many rows, whose columns are added in their order.
    pub(crate) fn of(part: &'static Part, size: Size, count: usize) -> Self {
        let few = (size == Size::Fitting && (1..=FEW).contains(&count)).then_some(count);
        Self { part, few, values: Vec::with_capacity(part.types.len() * few.unwrap_or(1)) }
    }

    /// Adds one column of all rows.
    pub(crate) fn with<'r, R, T>(mut self, rows: &'r [R], value: impl Fn(&'r R) -> T) -> Self
    where
        T: ToSql + Sync + 'w,
        Vec<T>: ToSql + Sync,
    {
        match self.few {
            Some(_) => self.values.extend(rows.iter().map(|row| Box::new(value(row)) as Box<_>)),
            None => self.values.push(Box::new(rows.iter().map(value).collect::<Vec<T>>())),
        }
        self
    }

    /// Adds the part to a statement that has so many values already.
    fn write(&self, text: &mut String, before: usize) {
        text.push_str(self.part.before);
        let rows = self.few.unwrap_or(1);
        let open = if self.few.is_some() { "(VALUES " } else { "unnest" };
        let array = if self.few.is_some() { "" } else { "[]" };
        text.push_str(open);
        for row in 0..rows {
            text.push_str(if row == 0 { "(" } else { ", (" });
            for (column, of) in self.part.types.iter().enumerate() {
                let comma = if column == 0 { "" } else { ", " };
                // OK because writing into a string does not fail.
                let _ = write!(text, "{comma}${}::{of}{array}", before + column * rows + row + 1);
            }
            text.push(')');
        }
        if self.few.is_some() {
            text.push(')');
        }
        text.push_str(self.part.after);
    }
}

/// A statement and its values.
#[derive(Default)]
pub(crate) struct Assembled<'w> {
    sql: String,
    values: Vec<Box<dyn ToSql + Sync + 'w>>,
}

impl<'w> Assembled<'w> {
    /// One statement that does all of it, no part seeing what the others do.
    pub(crate) fn all(parts: Vec<Rows<'w>>) -> Self {
        let mut statement = Self { sql: String::with_capacity(2_048), values: Vec::new() };
        let last = parts.len().saturating_sub(1);
        for (place, part) in parts.into_iter().enumerate() {
            if place < last {
                let begin = if place == 0 { "WITH" } else { "," };
                // OK because writing into a string does not fail.
                let _ = write!(statement.sql, "{begin} part{place} AS (");
            }
            statement.push(part);
            if place < last {
                statement.text(")");
            }
        }
        statement
    }

    /// Goes on with a text that has no rows.
    pub(crate) fn text(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    /// Goes on with a part and its rows.
    pub(crate) fn push(&mut self, part: Rows<'w>) {
        part.write(&mut self.sql, self.values.len());
        self.values.extend(part.values);
    }

    /// Goes on with a part and its rows, or with a text instead of them.
    pub(crate) fn push_unless(&mut self, is_left_out: bool, part: Rows<'w>, instead: &str) {
        if is_left_out { self.text(instead) } else { self.push(part) }
    }

    /// As a connection takes it.
    pub(crate) fn step(&self) -> Step<'_> {
        Step::Query(&self.sql, self.values.iter().map(|value| &**value as Value<'_>).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: Part =
        Part { before: "INSERT INTO pairs SELECT * FROM ", types: &["integer", "text"], after: " AS new" };
    const ONES: Part = Part { before: "DELETE FROM ones USING ", types: &["bigint"], after: " AS old (n)" };

    fn pairs(size: Size, rows: &[(i32, &'static str)]) -> Rows<'static> {
        Rows::of(&PAIRS, size, rows.len()).with(rows, |row| row.0).with(rows, |row| row.1)
    }

    fn one(statement: &Assembled<'_>) -> (String, usize) {
        (statement.sql.clone(), statement.values.len())
    }

    #[test]
    fn a_row_or_two_are_values_and_more_are_arrays() {
        let all = |size, rows: &[_]| one(&Assembled::all(vec![pairs(size, rows)]));
        let rows = [(1, "a"), (2, "b"), (3, "c")];
        let two = "INSERT INTO pairs SELECT * FROM (VALUES ($1::integer, $3::text), ($2::integer, $4::text)) AS new";
        assert_eq!(all(Size::Fitting, &rows[..2]), (two.to_owned(), 4));
        let many = "INSERT INTO pairs SELECT * FROM unnest($1::integer[], $2::text[]) AS new";
        assert_eq!(all(Size::Fitting, &rows), (many.to_owned(), 2));
        assert_eq!(all(Size::Any, &rows[..1]), (many.to_owned(), 2));
    }

    #[test]
    fn parts_stand_beside_each_other_in_one_statement() {
        let ones = Rows::of(&ONES, Size::Any, 3).with(&[1_i64, 2, 3], |n| *n);
        let both = Assembled::all(vec![pairs(Size::Fitting, &[(1, "a")]), ones]);
        let wanted = "WITH part0 AS (INSERT INTO pairs SELECT * FROM (VALUES ($1::integer, $2::text)) AS new)\
            DELETE FROM ones USING unnest($3::bigint[]) AS old (n)";
        assert_eq!(one(&both), (wanted.to_owned(), 3));
    }
}
