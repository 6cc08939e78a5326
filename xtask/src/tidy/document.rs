//! Rules on documents: their links lead somewhere, and the names that the glossary gives stand in the code.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::Finding;

/// Checks the links of one Markdown file to others of the repository.
pub(super) fn check_links(file: &str, content: &str, is_there: &dyn Fn(&Path) -> bool) -> Vec<Finding> {
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let mut findings = Vec::new();
    for (number, line) in outside_of_code(content) {
        for rest in line.split("](").skip(1) {
            let target = rest.split([')', '#', ' ']).next().unwrap_or_default();
            let is_inside = !target.is_empty() && !target.contains(':');
            if is_inside && !is_there(&normal(&folder.join(target))) {
                findings.push(Finding::new(file, number, format!("a link to {target}, which is not there")));
            }
        }
    }
    findings
}

/// Checks the last column of the glossary: each name in it is a word of the code.
pub(super) fn check_glossary(file: &str, content: &str, words: &BTreeSet<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in outside_of_code(content) {
        let row = line.strip_prefix('|').and_then(|row| row.strip_suffix('|'));
        let names = row.and_then(|row| row.rsplit('|').next()).unwrap_or_default();
        for name in names.split('`').skip(1).step_by(2) {
            if let Some(gone) = name.split("::").find(|word| !words.contains(*word)) {
                findings.push(Finding::new(file, number, format!("`{gone}` is no longer in the code")));
            }
        }
    }
    findings
}

/// The words of a Rust file that may be names.
pub(super) fn words(content: &str) -> impl Iterator<Item = String> + '_ {
    content.split(|char: char| !char.is_alphanumeric() && char != '_').map(str::to_owned)
}

/// The lines that are not in a fenced block, with their numbers.
fn outside_of_code(content: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut is_code = false;
    (1..).zip(content.lines()).filter(move |(_, line)| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

/// The path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [&str; 0] = [];

    fn whats(findings: Vec<Finding>) -> Vec<String> {
        findings.into_iter().map(|finding| format!("{}: {}", finding.line, finding.what)).collect()
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let is_there = |path: &Path| path == Path::new("docs/a.md");
        let links = |content| whats(check_links("docs/adr/b.md", content, &is_there));
        assert_eq!(links("[a](../a.md)\n[c](c.md#d)"), ["2: a link to c.md, which is not there"]);
        assert_eq!(links("[a](../a.md#x) [e](https://example.jp/e) [f](#f)\n```\na[0](c)\n```\n"), NONE);
    }

    #[test]
    fn a_name_that_left_the_code_is_found_in_the_glossary() {
        let words: BTreeSet<String> = words("enum Act { Filing }").collect();
        let glossary = |content| whats(check_glossary("docs/glossary.md", content, &words));
        let rows = "| 届出 | `Anything` | `Act::Filing` |\n| 請求 | request | `Act`, `Act::Request` |";
        assert_eq!(glossary(rows), ["2: `Request` is no longer in the code"]);
        assert_eq!(glossary("| 補正 | correction | – |\nSee `Anything`."), NONE);
    }
}
