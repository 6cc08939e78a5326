//! A clause of a contract, what keeps it or breaks it, and the report over all of them.

use std::any::Any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What is found of a clause: that it is kept, or how it is broken.
pub type Kept = Result<(), Breach>;

/// How an implementation breaks a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    what: String,
}

impl Breach {
    /// A breach in words.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into() }
    }

    fn from_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Self::new(format!("it panicked: {}", text.unwrap_or("without a text")))
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

/// Any error where an answer was expected is a breach. This is why `Breach` is itself no `Error`.
impl<E: std::error::Error> From<E> for Breach {
    fn from(error: E) -> Self {
        let mut what = format!("an error where an answer was expected: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            what = format!("{what}: {cause}");
            source = cause.source();
        }
        Self { what }
    }
}

/// One clause of the contract of whatever `S` offers to be tested.
pub struct Clause<S: ?Sized> {
    name: &'static str,
    check: fn(&S) -> Kept,
}

impl<S: ?Sized> Clause<S> {
    pub(crate) const fn new(name: &'static str, check: fn(&S) -> Kept) -> Self {
        Self { name, check }
    }

    /// Its name, such as `versions::an_append_behind_is_stale`.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Checks it on a fresh subject. An implementation that panics breaks the clause.
    ///
    /// # Errors
    /// [`Breach`] says in what way it is broken.
    pub fn check(&self, subject: &S) -> Kept {
        let checked = catch_unwind(AssertUnwindSafe(|| (self.check)(subject)));
        checked.unwrap_or_else(|panic| Err(Breach::from_panic(&*panic)))
    }

    /// Checks it as a test does.
    ///
    /// # Panics
    /// When the clause is broken; the text begins with its name.
    pub fn assert(&self, subject: &S) {
        if let Err(breach) = self.check(subject) {
            panic!("broken clause {}: {breach}", self.name);
        }
    }
}

/// What was found of every clause.
pub struct Report {
    found: Vec<(&'static str, Kept)>,
}

impl Report {
    /// Checks every clause, each on a fresh subject.
    pub fn of<S: ?Sized>(clauses: &[Clause<S>], fresh: impl Fn() -> Box<S>) -> Self {
        Self { found: clauses.iter().map(|clause| (clause.name, clause.check(&*fresh()))).collect() }
    }

    /// The names of the clauses that are broken.
    pub fn broken(&self) -> Vec<&'static str> {
        self.found.iter().filter(|(_, kept)| kept.is_err()).map(|(name, _)| *name).collect()
    }
}

/// One line for each clause, and a last one that counts.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, kept) in &self.found {
            match kept {
                Ok(()) => writeln!(f, "kept    {name}")?,
                Err(breach) => writeln!(f, "BROKEN  {name}: {breach}")?,
            }
        }
        write!(f, "{} clauses, {} broken", self.found.len(), self.broken().len())
    }
}

/// Goes on if a condition holds; else the clause is broken in the words that follow.
macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err($crate::clause::Breach::new(format!($($words)+)));
        }
    };
}

/// Goes on if what was found is what was wanted; else the clause is broken in the words that follow.
macro_rules! same {
    ($found:expr, $wanted:expr, $($words:tt)+) => {
        // A match, since it keeps what the expressions borrow from alive to its end.
        match (&$found, &$wanted) {
            (found, wanted) => {
                if *found != *wanted {
                    let words = format!($($words)+);
                    let what = format!("{words}: wanted {wanted:?}, found {found:?}");
                    return Err($crate::clause::Breach::new(what));
                }
            }
        }
    };
}

/// A list of clauses, from one of the macros that hold their names; in brackets the module above those named there.
macro_rules! list {
    ($above:tt $($theme:ident: $($clause:ident),+;)+) => {
        vec![$($($crate::clause::list! { @ $above $theme $clause }),+),+]
    };
    (@ ($($above:ident)::+) $theme:ident $clause:ident) => {
        $crate::Clause::new(
            concat!(stringify!($theme), "::", stringify!($clause)),
            // A closure, since the lifetime of what is tested must be open.
            |subject| $($above)::+::$theme::$clause(subject),
        )
    };
}

/// A test of each clause, in a module for each theme.
#[doc(hidden)]
#[macro_export]
macro_rules! clause_tests {
    (($fresh:ident $($above:ident)::+) $($theme:ident: $($clause:ident),+;)+) => {
        $crate::clause_tests! { @ $fresh ($($above)::+) $($theme: $($clause),+;)+ }
    };
    (@ $fresh:ident $above:tt $($theme:ident: $($clause:ident),+;)+) => {
        $(
            mod $theme {
                $($crate::clause_tests! { @ $fresh $above $theme $clause })+
            }
        )+
    };
    (@ $fresh:ident ($($above:ident)::+) $theme:ident $clause:ident) => {
        #[test]
        fn $clause() {
            if let Err(breach) = $($above)::+::$theme::$clause(&super::$fresh()) {
                panic!("broken clause {}: {breach}", concat!(stringify!($theme), "::", stringify!($clause)));
            }
        }
    };
}

pub(crate) use {hold, list, same};
