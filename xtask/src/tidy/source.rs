//! Rules on Rust files, checked on tokens, so that neither a comment nor a text is mistaken for code.

use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::Finding;

/// Lines from which a file wants a reason to be so long.
const LINES_USUAL_MAX: usize = 600;
/// Lines that no file may have.
const LINES_MAX: usize = 1000;

/// Files longer than usual, each with its reason. A file that has become shorter must leave this list.
pub(super) const LONG_FILES: &[(&str, &str)] = &[];

/// Checks one file.
pub(super) fn check(file: &str, content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !content.starts_with("//!") {
        findings.push(Finding::new(file, 1, "a file begins with a `//!` comment that says what it is for"));
    }
    let tokens: Vec<TokenTree> = match TokenStream::from_str(content) {
        Ok(tokens) => tokens.into_iter().collect(),
        Err(error) => {
            let line = error.span().start().line;
            findings.push(Finding::new(file, line, "cannot be read as Rust"));
            return findings;
        }
    };
    check_level(file, &tokens, &mut findings);
    if file.starts_with("crates/") && file.ends_with("/src/lib.rs") {
        findings.extend(logic(&tokens).map(|line| {
            Finding::new(file, line, "lib.rs is a table of contents: docs, attributes, `mod name;` and `use`")
        }));
    }
    findings
}

/// Checks the lengths of all files, given as name and number of lines, against the list of exceptions.
pub(super) fn check_sizes(files: &[(String, usize)], exceptions: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (file, lines) in files {
        let has_reason = exceptions.iter().any(|(name, _)| name == file);
        if *lines > LINES_MAX {
            findings.push(Finding::new(file, *lines, format!("longer than {LINES_MAX} lines: split it")));
        } else if *lines > LINES_USUAL_MAX && !has_reason {
            let what =
                format!("longer than {LINES_USUAL_MAX} lines: split it, or give the reason in tidy's list");
            findings.push(Finding::new(file, *lines, what));
        }
    }
    for (name, reason) in exceptions {
        let is_long = files.iter().any(|(file, lines)| file == name && *lines > LINES_USUAL_MAX);
        if !is_long {
            findings.push(Finding::new(name, 1, format!("no longer long, yet excepted because {reason}")));
        }
    }
    findings
}

/// Checks what may stand at any depth: attributes and re-exports.
fn check_level(file: &str, tokens: &[TokenTree], findings: &mut Vec<Finding>) {
    for (at, token) in tokens.iter().enumerate() {
        let line = token.span().start().line;
        if let Some(attribute) = attribute_at(&tokens[at..]) {
            findings.extend(fault_of(&attribute).map(|what| Finding::new(file, line, what)));
        }
        if is_glob_reexport(&tokens[at..]) {
            findings.push(Finding::new(file, line, "a glob re-export: name what is public, once"));
        }
        if let TokenTree::Group(group) = token {
            let inner: Vec<TokenTree> = group.stream().into_iter().collect();
            check_level(file, &inner, findings);
        }
    }
}

/// The tokens inside the brackets, if an attribute begins here.
fn attribute_at(tokens: &[TokenTree]) -> Option<Vec<TokenTree>> {
    let (first, rest) = tokens.split_first()?;
    let rest = if rest.first().is_some_and(|token| is_punct(token, '!')) { &rest[1..] } else { rest };
    match rest.first()? {
        TokenTree::Group(group) if is_punct(first, '#') && group.delimiter() == Delimiter::Bracket => {
            Some(group.stream().into_iter().collect())
        }
        _ => None,
    }
}

fn fault_of(attribute: &[TokenTree]) -> Option<&'static str> {
    let is_conditional = attribute.first().is_some_and(|token| is_ident(token, "cfg_attr"));
    let names = |name| {
        let direct = attribute.first().is_some_and(|token| is_ident(token, name));
        direct || (is_conditional && contains(attribute, &|token| is_ident(token, name)))
    };
    if names("allow") {
        Some("a bare `allow`: write #[expect(.., reason = \"..\")]")
    } else if names("ignore") {
        Some("an ignored test: mend it, or delete it")
    } else if names("doc") && contains(attribute, &is_ignored_example) {
        Some("an example that is never run")
    } else {
        None
    }
}

/// True for the first line of an example in a doc comment that is marked as not to be tested.
fn is_ignored_example(token: &TokenTree) -> bool {
    let TokenTree::Literal(literal) = token else { return false };
    let text = literal.to_string();
    let fence = text.trim_start_matches(['r', '#', '"', ' ']).strip_prefix("```");
    fence.is_some_and(|info| info.split([',', ' ', '"']).any(|word| word.starts_with("ignore")))
}

fn is_glob_reexport(tokens: &[TokenTree]) -> bool {
    let [first, rest @ ..] = tokens else { return false };
    if !is_ident(first, "pub") {
        return false;
    }
    let rest = skip_visibility_scope(rest);
    let is_use = rest.first().is_some_and(|token| is_ident(token, "use"));
    let end = rest.iter().position(|token| is_punct(token, ';')).unwrap_or(rest.len());
    is_use && contains(&rest[..end], &|token| is_punct(token, '*'))
}

/// The line of the first item that is neither `mod name;` nor a `use`.
fn logic(tokens: &[TokenTree]) -> Option<usize> {
    let mut rest = tokens;
    loop {
        let first = rest.first()?;
        if attribute_at(rest).is_some() {
            let brackets = rest.iter().position(|token| matches!(token, TokenTree::Group(_)))?;
            rest = &rest[brackets + 1..];
            continue;
        }
        let item = if is_ident(first, "pub") { skip_visibility_scope(&rest[1..]) } else { rest };
        let line = first.span().start().line;
        let Some(end) = item.iter().position(|token| is_punct(token, ';')) else { return Some(line) };
        let is_module = matches!(&item[..end], [word, TokenTree::Ident(_)] if is_ident(word, "mod"));
        let is_use = item.first().is_some_and(|token| is_ident(token, "use"));
        if !is_module && !is_use {
            return Some(line);
        }
        rest = &item[end + 1..];
    }
}

/// What follows the `(crate)` of `pub(crate)`.
fn skip_visibility_scope(tokens: &[TokenTree]) -> &[TokenTree] {
    match tokens {
        [TokenTree::Group(group), rest @ ..] if group.delimiter() == Delimiter::Parenthesis => rest,
        _ => tokens,
    }
}

fn contains(tokens: &[TokenTree], wanted: &dyn Fn(&TokenTree) -> bool) -> bool {
    tokens.iter().any(|token| {
        wanted(token)
            || matches!(token, TokenTree::Group(group)
                if contains(&group.stream().into_iter().collect::<Vec<_>>(), wanted))
    })
}

fn is_ident(token: &TokenTree, name: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == name)
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(file: &str, content: &str) -> Vec<String> {
        check(file, content)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.what))
            .collect()
    }

    const NONE: [&str; 0] = [];

    #[test]
    fn a_file_without_a_module_comment_is_found() {
        assert_eq!(
            places("a.rs", "fn a() {}\n"),
            ["1: a file begins with a `//!` comment that says what it is for"]
        );
        assert_eq!(places("a.rs", "//! What it is for.\nfn a() {}\n"), NONE);
    }

    #[test]
    fn an_allow_is_found_and_an_expect_is_not() {
        let bare = "1: a bare `allow`: write #[expect(.., reason = \"..\")]";
        for attribute in
            ["#[allow(dead_code)]", "#![allow(dead_code)]", "#[cfg_attr(test, allow(dead_code))]"]
        {
            let content = format!("//! A.\nmod a {{ {attribute} fn a() {{}} }}\n");
            assert_eq!(places("a.rs", &content), [bare.replace("1:", "2:")]);
        }
        let harmless =
            "//! #[allow(x)]\n// #[allow(x)]\n#[expect(dead_code, reason = \"#[allow(x)]\")]\nfn a() {}\n";
        assert_eq!(places("a.rs", harmless), NONE);
    }

    #[test]
    fn a_test_or_example_that_never_runs_is_found() {
        let ignored = "//! A.\n#[test]\n#[ignore = \"slow\"]\nfn a() {}\n";
        assert_eq!(places("a.rs", ignored), ["3: an ignored test: mend it, or delete it"]);
        let example = "//! A.\n/// ```rust,ignore\n/// a()\n/// ```\nfn a() {}\n";
        assert_eq!(places("a.rs", example), ["2: an example that is never run"]);
        assert_eq!(places("a.rs", "//! ```\n//! let ignore = 1;\n//! ```\n"), NONE);
    }

    #[test]
    fn a_glob_reexport_is_found_and_a_private_glob_is_not() {
        let glob = "2: a glob re-export: name what is public, once";
        for line in ["pub use a::*;", "pub(crate) use a::{b::*, c};"] {
            assert_eq!(places("a.rs", &format!("//! A.\n{line}\n")), [glob]);
        }
        assert_eq!(places("a.rs", "//! A.\nuse a::*;\npub use a::b;\nconst C: u8 = 2 * 3;\n"), NONE);
    }

    #[test]
    fn logic_in_lib_rs_is_found_and_a_table_of_contents_is_not() {
        let file = "crates/shinsei/src/lib.rs";
        let contents = "//! A.\n#![warn(missing_docs)]\n/// B.\npub mod b;\nmod c;\npub use c::{D, e};\n";
        assert_eq!(places(file, contents), NONE);
        for line in
            ["fn a() {}", "pub const A: u8 = 1;", "mod a { }", "macro_rules! a { () => {}; }", "struct A;"]
        {
            let found = places(file, &format!("{contents}{line}\n"));
            assert_eq!(found, ["7: lib.rs is a table of contents: docs, attributes, `mod name;` and `use`"]);
            assert_eq!(places("crates/shinsei/src/a.rs", &format!("{contents}{line}\n")), NONE);
        }
    }

    #[test]
    fn what_is_no_rust_is_found() {
        assert_eq!(places("a.rs", "//! A.\nfn a() {\n"), ["2: cannot be read as Rust"]);
    }

    #[test]
    fn a_long_file_wants_a_reason_and_a_very_long_one_is_refused() {
        let files = [("a.rs".to_owned(), 601), ("b.rs".to_owned(), 1001), ("c.rs".to_owned(), 600)];
        let found: Vec<String> = check_sizes(&files, &[]).into_iter().map(|finding| finding.file).collect();
        assert_eq!(found, ["a.rs", "b.rs"]);
        let reasons = [("a.rs", "one table"), ("b.rs", "one table")];
        let found: Vec<String> =
            check_sizes(&files, &reasons).into_iter().map(|finding| finding.file).collect();
        assert_eq!(found, ["b.rs"]);
    }

    #[test]
    fn a_reason_that_outlived_its_file_is_found() {
        let files = [("a.rs".to_owned(), 20)];
        let found = check_sizes(&files, &[("a.rs", "it is one table")]);
        assert_eq!(found, [Finding::new("a.rs", 1, "no longer long, yet excepted because it is one table")]);
    }
}
