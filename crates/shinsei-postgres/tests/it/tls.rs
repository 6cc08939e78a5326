//! TLS: the server is whom the authorities vouch for, or nobody speaks to it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use shinsei_conformance::sample::{case, check_log, done, hakodate, submit};
use shinsei_postgres::{OpenError, PostgresStore, Settings};

use shinsei_conformance::cluster::{Cluster, own};

/// Makes a certificate for a name, which vouches for itself, and its key.
fn certificate(folder: &Path, stem: &str, name: &str) -> (PathBuf, PathBuf) {
    let (certificate, key) = (folder.join(format!("{stem}.pem")), folder.join(format!("{stem}.key")));
    let mut openssl = Command::new("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]);
    openssl.args([
        "-subj",
        "/CN=架空市データベース",
        "-utf8",
        "-addext",
        "basicConstraints=critical,CA:FALSE",
    ]);
    openssl
        .args(["-addext", &format!("subjectAltName={name}"), "-keyout"])
        .arg(&key)
        .arg("-out")
        .arg(&certificate);
    let made = openssl.output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    own(&key);
    (certificate, key)
}

#[test]
fn a_server_is_spoken_to_in_secret_and_only_if_it_is_the_right_one() {
    let folder = tempfile::tempdir().unwrap();
    own(folder.path());
    let (ours, key) = certificate(folder.path(), "ours", "IP:127.0.0.1");
    let (another, _) = certificate(folder.path(), "another", "IP:127.0.0.1");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let setting = |name: &str, value: &Path| format!("{name}={}", value.display());
    let cluster = Cluster::start(&[
        "listen_addresses=127.0.0.1",
        &format!("port={port}"),
        "ssl=on",
        &setting("ssl_cert_file", &ours),
        &setting("ssl_key_file", &key),
    ]);
    let name = cluster.database().rsplit_once('=').unwrap().1.to_owned();
    let open = |host: &str, roots: &Path| {
        let settings = Settings { tls_roots: Some(roots.to_owned()), ..Settings::default() };
        PostgresStore::open_with(&format!("postgres://postgres@{host}:{port}/{name}"), settings)
    };
    let store = open("127.0.0.1", &ours).unwrap();
    done(&store, submit(1, case(1), 0));
    assert_eq!(check_log(&store, hakodate()), 1);
    let secret = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'shinsei'";
    assert_eq!(cluster.sql("postgres", secret), "t");

    let refused = open("127.0.0.1", &another).unwrap_err();
    assert!(matches!(refused, OpenError::Unreachable { .. }), "{refused:?}");
    let refused = open("localhost", &ours).unwrap_err();
    assert!(matches!(refused, OpenError::Unreachable { .. }), "another name: {refused:?}");
    let refused = open("127.0.0.1", &key).unwrap_err();
    assert!(matches!(refused, OpenError::TlsRoots { .. }), "{refused:?}");
    let refused = open("127.0.0.1", &folder.path().join("nowhere.pem")).unwrap_err();
    assert!(matches!(refused, OpenError::TlsRoots { .. }), "{refused:?}");
}
