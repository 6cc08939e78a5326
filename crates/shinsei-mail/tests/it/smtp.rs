//! The notifier over SMTP, against another implementation: aiosmtpd in Debian's Python.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use chrono::NaiveDate;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde::Deserialize;
use shinsei_conformance::notifier::{Delivered, NotifierUnderTest};
use shinsei_core::notice::Notice;
use shinsei_core::port::notifier::{Notifier, NotifierError};
use shinsei_core::time::Timestamp;
use shinsei_mail::message::compose;
use shinsei_mail::smtp::{SmtpError, SmtpNotifier, SmtpSettings};
use tempfile::TempDir;

use crate::{conformance, eml, notices};

/// A mail as the server took it.
#[derive(Debug, Deserialize, PartialEq)]
struct Taken {
    hello: String,
    encrypted: bool,
    signed_in: bool,
    from: String,
    to: Vec<String>,
    content: String,
}

/// A mail server, ended when it is dropped.
struct Server {
    python: Child,
    port: u16,
    folder: TempDir,
}

impl Server {
    fn start(arguments: &[PathBuf], how: Option<&str>, folder: TempDir) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp_server.py");
        let mut python = Command::new(eml::PYTHON)
            .arg(script)
            .arg(folder.path())
            .args(arguments)
            .args(how)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} ({error}): install the Debian package python3", eml::PYTHON));
        let mut line = String::new();
        BufReader::new(python.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.trim().parse();
        let port =
            port.unwrap_or_else(|_| panic!("no mail server: install the Debian package python3-aiosmtpd"));
        Self { python, port, folder }
    }

    fn plain() -> Self {
        Self::start(&[], None, tempfile::tempdir().unwrap())
    }

    fn encrypted(authority: &Authority, name: &str, how: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority.0).unwrap();
        let files = [folder.path().join("certificate.pem"), folder.path().join("key.pem")];
        std::fs::write(&files[0], certificate.pem()).unwrap();
        std::fs::write(&files[1], key.serialize_pem()).unwrap();
        Self::start(&files, Some(how), folder)
    }

    /// The mails that it took, the content of each as it came.
    fn taken(&self) -> Vec<Taken> {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let mails = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        mails.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.python.kill().unwrap();
        self.python.wait().unwrap();
    }
}

struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap())
    }

    fn pem(&self) -> Vec<u8> {
        self.0.pem().into_bytes()
    }
}

impl NotifierUnderTest for Server {
    fn notifier(&self) -> Box<dyn Notifier + '_> {
        Box::new(notifier(SmtpSettings::plain("127.0.0.1", self.port)))
    }

    fn delivered(&self) -> Vec<Delivered> {
        let taken = self.taken();
        let contents: Vec<_> = taken.iter().map(|mail| mail.content.clone().into_bytes()).collect();
        let read = taken.iter().zip(eml::read(&contents)).map(|(mail, read)| Delivered {
            id: read.message_id.trim_start_matches('<').split('@').next().unwrap().parse().unwrap(),
            to: mail.to.concat(),
            text: format!("{}\n{}\n{}", read.from_name, read.subject, read.body),
        });
        read.collect()
    }

    fn written(&self, at: Timestamp) -> String {
        conformance::written(at)
    }

    fn written_day(&self, day: NaiveDate) -> String {
        conformance::written_day(day)
    }
}

shinsei_conformance::notifier_suite!(server);

fn server() -> Server {
    Server::plain()
}

fn notifier(settings: SmtpSettings) -> SmtpNotifier {
    SmtpNotifier::new(settings, notices::sender()).unwrap()
}

fn to(name: &str) -> Notice {
    Notice { to: format!("{name}@example.jp"), ..notices::receipt() }
}

/// What a failure is, in all its words and those of its causes.
fn said(failed: Result<(), NotifierError>) -> (bool, String) {
    let error = failed.unwrap_err();
    let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
    let transient = matches!(error, NotifierError::Unavailable { .. });
    (transient, format!("{error}; {cause}; {error:?}"))
}

#[test]
fn a_mail_is_sent_encrypted_after_signing_in_byte_for_byte_as_it_was_composed() {
    let authority = Authority::new();
    for how in ["starttls", "tls"] {
        let server = Server::encrypted(&authority, "localhost", how);
        let settings = match how {
            "starttls" => SmtpSettings::starttls("localhost", server.port, &authority.pem()),
            _ => SmtpSettings::tls("localhost", server.port, &authority.pem()),
        };
        let notice = notices::granted();
        notifier(settings.signed_in("hakodate", "secret of the city")).deliver(&notice).unwrap();
        let content = String::from_utf8(compose(&notice, &notices::sender()).unwrap()).unwrap();
        assert_eq!(
            server.taken(),
            [Taken {
                hello: "city.example.lg.jp".into(),
                encrypted: true,
                signed_in: true,
                from: "no-reply@city.example.lg.jp".into(),
                to: vec![notices::TO.into()],
                content,
            }],
            "{how}"
        );
    }
}

#[test]
fn nothing_is_sent_to_a_server_that_is_not_the_one_it_should_be() {
    let (authority, other) = (Authority::new(), Authority::new());
    let server = Server::encrypted(&authority, "mail.elsewhere.example", "starttls");
    let wrong_name = SmtpSettings::starttls("localhost", server.port, &authority.pem());
    let (transient, words) = said(notifier(wrong_name).deliver(&to("hanako")));
    assert!(transient && words.contains("encrypted"), "{words}");
    let server = Server::encrypted(&authority, "localhost", "starttls");
    let wrong_root = SmtpSettings::starttls("localhost", server.port, &other.pem());
    let (transient, words) = said(notifier(wrong_root).deliver(&to("hanako")));
    assert!(transient && words.contains("encrypted"), "{words}");
    assert_eq!(server.taken(), []);
}

#[test]
fn nothing_is_sent_in_the_clear_to_a_server_that_should_encrypt() {
    let server = Server::plain();
    let settings = SmtpSettings::starttls("127.0.0.1", server.port, &Authority::new().pem());
    let (transient, _) = said(notifier(settings).deliver(&to("hanako")));
    assert!(transient);
    assert_eq!(server.taken(), []);
}

#[test]
fn a_server_that_knows_not_the_password_is_for_the_operator_and_the_notice_waits() {
    let authority = Authority::new();
    let server = Server::encrypted(&authority, "localhost", "starttls");
    let settings = || SmtpSettings::starttls("localhost", server.port, &authority.pem());
    let (transient, words) = said(notifier(settings().signed_in("hakodate", "wrong")).deliver(&to("hanako")));
    assert!(transient && words.contains("535"), "{words}");
    assert!(!words.contains("wrong"), "{words}");
    let (transient, words) = said(notifier(settings()).deliver(&to("hanako")));
    assert!(transient && words.contains("530"), "{words}");
    assert_eq!(server.taken(), []);
}

#[test]
fn what_the_server_says_of_the_reader_decides_whether_it_is_tried_again() {
    let server = Server::plain();
    let notifier = notifier(SmtpSettings::plain("127.0.0.1", server.port));
    for (name, again) in [("busy", true), ("full", true), ("gone", false), ("refuse", false)] {
        let (transient, words) = said(notifier.deliver(&to(name)));
        assert_eq!(transient, again, "{words}");
        // The server repeats the address; nothing that goes on does.
        assert!(!words.contains("example.jp"), "{words}");
    }
    assert_eq!(server.taken(), []);
    notifier.deliver(&to("hanako")).unwrap();
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn an_address_with_dots_in_a_row_reaches_its_mailbox_and_a_lone_dot_ends_no_mail() {
    let server = Server::plain();
    let mut notice = to("ha..na.");
    notices::case(&mut notice).procedure = ".".into();
    notifier(SmtpSettings::plain("127.0.0.1", server.port)).deliver(&notice).unwrap();
    let taken = server.taken();
    assert_eq!(taken[0].to, ["ha..na.@example.jp"], "as the server reads what stood in quotes");
    assert_eq!(taken[0].content.as_bytes(), compose(&notice, &notices::sender()).unwrap());
}

#[test]
fn a_server_that_is_not_there_is_unavailable() {
    let port = {
        let server = Server::plain();
        server.port
    };
    let (transient, words) = said(notifier(SmtpSettings::plain("127.0.0.1", port)).deliver(&to("hanako")));
    assert!(transient && words.contains("reached"), "{words}");
}

#[test]
fn settings_that_cannot_be_are_refused_and_show_no_password() {
    let in_clear = SmtpSettings::plain("127.0.0.1", 25).signed_in("hakodate", "secret of the city");
    assert!(!format!("{in_clear:?}").contains("secret"));
    let refused = SmtpNotifier::new(in_clear, notices::sender()).unwrap_err();
    assert!(matches!(refused, SmtpError::PasswordInClear), "{refused:?}");
    for roots in
        [&b""[..], b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    {
        let settings = SmtpSettings::starttls("mail.example.lg.jp", 587, roots);
        let refused = SmtpNotifier::new(settings, notices::sender()).unwrap_err();
        assert!(matches!(refused, SmtpError::Roots { .. }), "{refused:?}");
    }
}
