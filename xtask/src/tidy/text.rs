//! Rules on any text of the repository: nothing in it knows the machine it was written on.

use super::Finding;

/// Folders at the root of somebody's machine: no path below them belongs here.
const MACHINE_ROOTS: &[&str] = &["work", "root", "home", "Users"];

/// The only place that dependencies come from, as Cargo.lock names it.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Checks one file.
pub(super) fn check(file: &str, content: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_lock = file.ends_with("Cargo.lock");
    let is_cargo_config = file.ends_with(".cargo/config.toml");
    for (number, line) in (1..).zip(content.lines()) {
        if let Some(path) = machine_path(line) {
            findings.push(Finding::new(file, number, format!("a path of somebody's machine: {path}")));
        }
        if is_lock && line.starts_with("source = ") && !line.contains(CRATES_IO) {
            findings.push(Finding::new(file, number, "a dependency that does not come from crates.io"));
        }
        if is_cargo_config && (line.starts_with("[source") || line.starts_with("[registr")) {
            findings.push(Finding::new(file, number, "a registry of somebody's machine"));
        }
    }
    findings
}

/// The first absolute path below one of [`MACHINE_ROOTS`]. A folder of that name inside another path or a URL is none.
fn machine_path(line: &str) -> Option<&str> {
    let begins_a_path = |at: usize| match line[..at].chars().next_back() {
        None => true,
        Some(before) => before.is_whitespace() || "\"'`(=:,[</".contains(before),
    };
    MACHINE_ROOTS.iter().find_map(|folder| {
        let wanted = format!("/{folder}/");
        let (at, _) = line.match_indices(&wanted).find(|(at, _)| begins_a_path(*at))?;
        line[at..].split(|end: char| end.is_whitespace() || "\"'`)>".contains(end)).next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [&str; 0] = [];

    fn whats(file: &str, content: &str) -> Vec<String> {
        check(file, content)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.line, finding.what))
            .collect()
    }

    #[test]
    fn a_path_of_a_machine_is_found_and_a_folder_of_that_name_is_not() {
        for folder in MACHINE_ROOTS {
            let absolute = format!("first\nsee `/{folder}/me/notes.md` for more");
            assert_eq!(
                whats("a.md", &absolute),
                [format!("2: a path of somebody's machine: /{folder}/me/notes.md")]
            );
            let harmless = format!("https://example.jp/{folder}/ and ../{folder}/x and $HOME/{folder}/x");
            assert_eq!(whats("a.md", &harmless), NONE);
        }
    }

    #[test]
    fn a_dependency_from_elsewhere_is_found() {
        let lock = format!("name = \"a\"\nsource = \"{CRATES_IO}\"\nsource = \"git+https://example.jp/b\"\n");
        assert_eq!(whats("fuzz/Cargo.lock", &lock), ["3: a dependency that does not come from crates.io"]);
        assert_eq!(whats("notes.md", &lock), NONE);
    }

    #[test]
    fn a_registry_in_the_cargo_configuration_is_found() {
        let config = "[alias]\n[source.crates-io]\nreplace-with = \"mirror\"\n";
        assert_eq!(whats(".cargo/config.toml", config), ["2: a registry of somebody's machine"]);
    }
}
