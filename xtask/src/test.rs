//! `cargo xtask test`: sets up what the tests need and runs all of them.

use crate::debian::{self, Program};
use crate::{Outcome, cargo, pkits};

/// What the tests call beside cargo. No test skips itself: what is missing stops the run before it begins.
const PROGRAMS: &[Program] = &[
    Program { name: "openssl", package: "openssl", purpose: "a signer to verify against" },
    Program { name: "cmsutil", package: "libnss3-tools", purpose: "a signer to verify against: NSS" },
    Program { name: "gpgsm", package: "gpgsm", purpose: "a signer to verify against: GnuPG" },
    Program { name: "gpg-agent", package: "gpg-agent", purpose: "gpgsm keeps its keys there" },
    Program { name: "java", package: "default-jdk-headless", purpose: "Bouncy Castle runs in it" },
    Program {
        name: "javac",
        package: "default-jdk-headless",
        purpose: "`java` compiles our one file with it",
    },
    Program {
        name: "/usr/share/java/bcpkix.jar",
        package: "libbcpkix-java",
        purpose: "a signer to verify against: Bouncy Castle",
    },
    Program { name: "python3", package: "python3", purpose: "another reader of mails, at /usr/bin/python3" },
    Program {
        name: "/usr/lib/python3/dist-packages/aiosmtpd/smtp.py",
        package: "python3-aiosmtpd",
        purpose: "the mail server that the notifier over SMTP is tested on",
    },
    Program {
        name: "initdb",
        package: "postgresql",
        purpose: "the server that the PostgreSQL store is tested on",
    },
    Program { name: "psql", package: "postgresql-client", purpose: "another client of that server" },
    Program {
        name: "strace",
        package: "strace",
        purpose: "shows that what is acknowledged was synced before",
    },
    Program { name: "unshare", package: "util-linux", purpose: "a small file system that can be full" },
    Program { name: "mount", package: "mount", purpose: "a small file system that can be full" },
    Program { name: "softhsm2-util", package: "softhsm2", purpose: "a card to sign with, in software" },
    Program { name: "git", package: "git", purpose: "tidy asks it which files belong to the repository" },
];

/// Runs every test of the workspace, documentation tests included; arguments go on to `cargo test`.
///
/// # Errors
/// A sentence, when something the tests need is missing or a test failed.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    debian::provide(PROGRAMS)?;
    pkits::provide()?;
    let mut test = cargo();
    test.args(["test", "--workspace", "--all-features", "--no-fail-fast"]).args(arguments);
    let status = test.status().map_err(|error| format!("cargo did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err("tests failed".to_owned()) }
}
