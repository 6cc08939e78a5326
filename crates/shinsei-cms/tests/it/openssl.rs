//! The OpenSSL command line: hierarchies and messages in a folder that goes away.

use std::path::{Path, PathBuf};
use std::process::Command;

use shinsei_cms::anchor::TrustAnchor;
use shinsei_cms::profile::Profile;
use shinsei_cms::verify::CmsVerifier;
use shinsei_core::time::Timestamp;

/// A folder with a root, a leaf and what was made with them.
pub(crate) struct Openssl {
    folder: tempfile::TempDir,
}

impl Openssl {
    /// Makes an empty folder.
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// Makes a folder with a root `ca` and a leaf `signer`, both with keys of these options of `openssl req`.
    pub(crate) fn with_signer(key: &[&str]) -> Self {
        let openssl = Self::new();
        openssl.root("ca", "/C=JP/O=Test Authority", key);
        openssl.leaf(
            "signer",
            "ca",
            "/C=JP/O=Test/CN=Signer",
            key,
            "keyUsage=critical,digitalSignature,nonRepudiation\n",
        );
        openssl
    }

    /// Makes a self-signed root that is valid for 20,000 days.
    pub(crate) fn root(&self, name: &str, subject: &str, key: &[&str]) {
        let mut args = vec!["req", "-x509", "-nodes", "-days", "20000", "-subj", subject];
        let (key_file, certificate) = (format!("{name}.key"), format!("{name}.pem"));
        args.extend(["-keyout", &key_file, "-out", &certificate]);
        args.extend(["-addext", "keyUsage=critical,keyCertSign,cRLSign"]);
        args.extend(key);
        self.run(&args);
    }

    /// Makes a leaf that is valid for 3,000 days.
    pub(crate) fn leaf(&self, name: &str, issuer: &str, subject: &str, key: &[&str], extensions: &str) {
        let file = |suffix: &str| format!("{name}.{suffix}");
        let mut args = vec!["req", "-nodes", "-subj", subject];
        let (key_file, request, certificate) = (file("key"), file("csr"), file("pem"));
        args.extend(["-keyout", &key_file, "-out", &request]);
        args.extend(key);
        self.run(&args);
        let extension_file = file("ext");
        let identifiers = "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n";
        self.write(&extension_file, format!("{identifiers}{extensions}").as_bytes());
        let (ca, ca_key) = (format!("{issuer}.pem"), format!("{issuer}.key"));
        self.run(&[
            "x509",
            "-req",
            "-in",
            &request,
            "-CA",
            &ca,
            "-CAkey",
            &ca_key,
            "-CAcreateserial",
            "-days",
            "3000",
            "-extfile",
            &extension_file,
            "-out",
            &certificate,
        ]);
    }

    /// Signs `content` and gives the message; `-binary` and the signer's certificate are said already.
    pub(crate) fn sign(&self, content: &[u8], options: &[&str]) -> Vec<u8> {
        self.write("content", content);
        let mut args = vec!["cms", "-sign", "-binary", "-in", "content", "-out", "message"];
        if !options.contains(&"-signer") {
            args.extend(["-signer", "signer.pem", "-inkey", "signer.key"]);
        }
        if !options.contains(&"-outform") {
            args.extend(["-outform", "DER"]);
        }
        args.extend(options);
        self.run(&args);
        self.read("message")
    }

    /// Runs `openssl` in the folder.
    ///
    /// A machine without it is an error, not a reason to skip: it is in Debian's package `openssl`.
    pub(crate) fn run(&self, args: &[&str]) -> Vec<u8> {
        let output = Command::new("openssl").args(args).current_dir(self.folder.path()).output();
        let output = output.expect("openssl runs: install Debian's package `openssl`");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openssl {args:?}: {said}");
        output.stdout
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.path(name), bytes).expect("the folder can be written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).expect("openssl wrote the file")
    }

    /// A verifier that trusts `ca`.
    pub(crate) fn verifier(&self) -> CmsVerifier {
        CmsVerifier::new(vec![TrustAnchor::new(&self.read("ca.pem"), *Profile::NONE).unwrap()])
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(self.folder.path()).join(name)
    }
}

/// A time in the validity of what OpenSSL just issued, which starts at the clock's time.
pub(crate) fn in_days(days: i64) -> Timestamp {
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("a clock after 1970");
    let micros = i64::try_from(now.as_micros()).expect("a clock before the year 290,000");
    Timestamp::from_micros(micros + days * 86_400_000_000).unwrap()
}
