//! Rules on manifests: the edges between our crates are as DESIGN drew them, and a driver has one home.

use std::collections::BTreeMap;

use serde_json::Value;

use super::Finding;

/// What a package of ours is for; decides whom it may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Core,
    Engine,
    Adapter,
    Conformance,
    Example,
    Bench,
    Xtask,
}

/// Crates that speak to the world outside or do its cryptography: each stands in one library crate's manifest, so
/// that changing it touches one crate.
const DRIVERS: &[&str] = &[
    "aws-lc-rs",
    "cms",
    "encoding_rs",
    "hyper",
    "lettre",
    "libsqlite3-sys",
    "mail-builder",
    "postgres",
    "reqwest",
    "rusqlite",
    "tokio-postgres",
    "ureq",
    "x509-cert",
    "x509-parser",
];

/// Crates that only examples may use: how a service is reached is the integrator's choice.
const EXAMPLES_ONLY: &[&str] = &["axum", "fantoccini"];

#[derive(Debug)]
struct Package {
    name: String,
    /// Relative to the root of the workspace.
    folder: String,
    dependencies: Vec<Dependency>,
}

#[derive(Debug)]
struct Dependency {
    name: String,
    is_dev: bool,
}

/// Checks what `cargo metadata --no-deps` says of the workspace.
///
/// # Errors
/// A sentence, when the metadata has not the form that cargo documents.
pub(super) fn check(metadata: &Value) -> Result<Vec<Finding>, String> {
    let packages = packages(metadata).ok_or("cargo metadata has not the form expected")?;
    let mut findings = edges(&packages);
    findings.extend(drivers(&packages));
    Ok(findings)
}

/// Checks the text of one manifest: a member of the workspace takes over its lints.
pub(super) fn check_text(file: &str, content: &str) -> Option<Finding> {
    role(file.strip_suffix("/Cargo.toml")?)?;
    let takes_over =
        content.lines().skip_while(|line| *line != "[lints]").any(|line| line == "workspace = true");
    (!takes_over).then(|| Finding::new(file, 1, "the lints of the workspace: [lints] workspace = true"))
}

fn packages(metadata: &Value) -> Option<Vec<Package>> {
    let root = metadata["workspace_root"].as_str()?;
    let read = |package: &Value| {
        let manifest = package["manifest_path"].as_str()?;
        let folder = manifest.strip_prefix(root)?.trim_start_matches('/').strip_suffix("/Cargo.toml")?;
        let dependencies = package["dependencies"].as_array()?.iter().map(|dependency| {
            let name = dependency["name"].as_str()?.to_owned();
            Some(Dependency { name, is_dev: dependency["kind"].as_str() == Some("dev") })
        });
        Some(Package {
            name: package["name"].as_str()?.to_owned(),
            folder: folder.to_owned(),
            dependencies: dependencies.collect::<Option<_>>()?,
        })
    };
    metadata["packages"].as_array()?.iter().map(read).collect()
}

fn role(folder: &str) -> Option<Role> {
    match folder {
        "crates/shinsei-core" => Some(Role::Core),
        "crates/shinsei" => Some(Role::Engine),
        "crates/shinsei-conformance" => Some(Role::Conformance),
        "benches" => Some(Role::Bench),
        "xtask" => Some(Role::Xtask),
        _ if folder.starts_with("crates/shinsei-") => Some(Role::Adapter),
        _ if folder.starts_with("examples/") => Some(Role::Example),
        _ => None,
    }
}

/// Whether a package may stand in another's manifest.
fn may_know(from: Role, to: Role, is_dev: bool) -> bool {
    match (from, to) {
        (_, Role::Conformance) => is_dev,
        // OK because the clauses are proved on a right implementation, and on one that was broken.
        (Role::Conformance, Role::Engine) => is_dev,
        // OK because the engine is tested on a store that is closed and opened again.
        (Role::Engine, Role::Adapter) => is_dev,
        (Role::Example | Role::Bench, Role::Engine | Role::Adapter | Role::Core) => true,
        (Role::Engine | Role::Adapter | Role::Conformance, Role::Core) => true,
        _ => false,
    }
}

fn edges(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in packages {
        let manifest = format!("{}/Cargo.toml", package.folder);
        let Some(from) = role(&package.folder) else {
            findings.push(Finding::new(
                &manifest,
                1,
                "a package where none is drawn: crates/, examples/, benches, xtask",
            ));
            continue;
        };
        // OK because a package that knows itself only asks for a feature in its own tests.
        for dependency in package.dependencies.iter().filter(|dependency| dependency.name != package.name) {
            let ours = packages.iter().find(|other| other.name == dependency.name);
            let Some(to) = ours.and_then(|other| role(&other.folder)) else { continue };
            if !may_know(from, to, dependency.is_dev) {
                let how = if dependency.is_dev { "in its tests" } else { "at all" };
                let what = format!("{} must not know {} {how}", package.name, dependency.name);
                findings.push(Finding::new(&manifest, 1, what));
            }
        }
    }
    findings
}

fn drivers(packages: &[Package]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut homes: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in packages.iter().filter(|package| package.folder.starts_with("crates/")) {
        for dependency in &package.dependencies {
            let name = dependency.name.as_str();
            if EXAMPLES_ONLY.contains(&name) {
                let manifest = format!("{}/Cargo.toml", package.folder);
                findings.push(Finding::new(&manifest, 1, format!("{name} belongs to examples only")));
            }
            let home = homes.entry(name).or_default();
            if DRIVERS.contains(&name) && !home.iter().any(|known| known.name == package.name) {
                home.push(package);
            }
        }
    }
    for (driver, home) in homes {
        for stranger in home.iter().skip(1) {
            let manifest = format!("{}/Cargo.toml", stranger.folder);
            let what = format!("{driver} has its home in {} already", home[0].name);
            findings.push(Finding::new(&manifest, 1, what));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const NONE: [&str; 0] = [];

    /// What is found in a workspace of packages given as folder, name, dependencies and dev-dependencies.
    fn whats(packages: &[(&str, &str, &[&str], &[&str])]) -> Vec<String> {
        let package = |(folder, name, normal, dev): &(&str, &str, &[&str], &[&str])| {
            let normal = normal.iter().map(|name| json!({ "name": name, "kind": null }));
            let dev = dev.iter().map(|name| json!({ "name": name, "kind": "dev" }));
            json!({
                "name": name,
                "manifest_path": format!("/w/{folder}/Cargo.toml"),
                "dependencies": normal.chain(dev).collect::<Vec<_>>(),
            })
        };
        let packages: Vec<Value> = packages.iter().map(package).collect();
        let findings = check(&json!({ "workspace_root": "/w", "packages": packages })).unwrap();
        findings.into_iter().map(|finding| finding.what).collect()
    }

    const CORE: (&str, &str, &[&str], &[&str]) = ("crates/shinsei-core", "shinsei-core", &["chrono"], &[]);
    const ENGINE: (&str, &str, &[&str], &[&str]) = ("crates/shinsei", "shinsei", &["shinsei-core"], &[]);
    const MAIL: (&str, &str, &[&str], &[&str]) =
        ("crates/shinsei-mail", "shinsei-mail", &["shinsei-core"], &[]);

    #[test]
    fn the_edges_as_drawn_are_allowed() {
        let kit: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei-conformance", "shinsei-conformance", &["shinsei-core"], &["shinsei"]);
        let store: (&str, &str, &[&str], &[&str]) = (
            "crates/shinsei-sqlite",
            "shinsei-sqlite",
            &["shinsei-core", "rusqlite"],
            &["shinsei-conformance", "shinsei-sqlite", "rusqlite"],
        );
        let example: (&str, &str, &[&str], &[&str]) =
            ("examples/desk", "desk", &["shinsei", "shinsei-sqlite", "axum"], &["shinsei-conformance"]);
        assert_eq!(whats(&[CORE, ENGINE, MAIL, kit, store, example]), NONE);
    }

    #[test]
    fn an_adapter_that_knows_another_or_the_engine_is_found() {
        let store: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei-sqlite", "shinsei-sqlite", &["shinsei-mail"], &["shinsei"]);
        assert_eq!(
            whats(&[CORE, ENGINE, MAIL, store]),
            [
                "shinsei-sqlite must not know shinsei-mail at all",
                "shinsei-sqlite must not know shinsei in its tests"
            ]
        );
    }

    #[test]
    fn a_core_that_knows_the_engine_is_found() {
        let core: (&str, &str, &[&str], &[&str]) = ("crates/shinsei-core", "shinsei-core", &["shinsei"], &[]);
        assert_eq!(whats(&[core, ENGINE]), ["shinsei-core must not know shinsei at all"]);
    }

    #[test]
    fn an_engine_that_knows_an_adapter_is_found() {
        let engine: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei", "shinsei", &["shinsei-core", "shinsei-mail"], &[]);
        assert_eq!(whats(&[CORE, engine, MAIL]), ["shinsei must not know shinsei-mail at all"]);
    }

    #[test]
    fn a_test_kit_outside_of_tests_is_found() {
        let kit: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei-conformance", "shinsei-conformance", &[], &[]);
        let example: (&str, &str, &[&str], &[&str]) =
            ("examples/desk", "desk", &["shinsei-conformance"], &[]);
        assert_eq!(whats(&[kit, example]), ["desk must not know shinsei-conformance at all"]);
    }

    #[test]
    fn a_driver_with_two_homes_is_found() {
        let sqlite: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei-sqlite", "shinsei-sqlite", &["rusqlite"], &[]);
        let cache: (&str, &str, &[&str], &[&str]) =
            ("crates/shinsei-view", "shinsei-view", &[], &["rusqlite"]);
        assert_eq!(whats(&[sqlite, cache]), ["rusqlite has its home in shinsei-sqlite already"]);
    }

    #[test]
    fn a_web_framework_in_a_library_is_found() {
        let http: (&str, &str, &[&str], &[&str]) = ("crates/shinsei-http", "shinsei-http", &["axum"], &[]);
        assert_eq!(whats(&[http]), ["axum belongs to examples only"]);
    }

    #[test]
    fn a_member_without_the_lints_of_the_workspace_is_found() {
        let without = "[package]\nversion.workspace = true\n";
        let found = check_text("crates/shinsei/Cargo.toml", without).unwrap();
        assert_eq!(found.what, "the lints of the workspace: [lints] workspace = true");
        let with = "[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n";
        assert_eq!(check_text("crates/shinsei/Cargo.toml", with), None);
        assert_eq!(check_text("fuzz/Cargo.toml", without), None);
    }

    #[test]
    fn a_package_outside_the_drawing_is_found() {
        assert_eq!(
            whats(&[("tools/extra", "extra", &[], &[])]),
            ["a package where none is drawn: crates/, examples/, benches, xtask"]
        );
    }
}
