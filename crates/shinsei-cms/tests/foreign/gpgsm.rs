//! GnuPG's gpgsm, which writes indefinite lengths.
//!
//! RSA alone: the gpgsm 2.2 of Debian 12 cannot import a key on a curve (it ends with a segmentation fault).

use crate::altered::Foreign;
use crate::folder::Folder;
use crate::hierarchy::HIERARCHY;

const PACKAGE: &str = "gpgsm";

/// How often a key is packed anew for gpgsm. That of Debian 12 takes a right file for a damaged one at some salts: 16 of
/// 2,100 files that held one key.
const PACKED_MAX: u32 = 8;

/// Runs gpgsm as its only user, with the password `x` where it wants one.
fn gpgsm(folder: &Folder, args: &[&str]) -> Result<Vec<u8>, String> {
    let own = ["--batch", "--no-tty", "--pinentry-mode", "loopback", "--passphrase-fd", "0"];
    folder.try_with("gpgsm", PACKAGE, &[&own, args].concat(), b"x\n")
}

/// Gives gpgsm the key that signs.
fn import_key(folder: &Folder) -> Result<Vec<u8>, String> {
    let mut packed = 0;
    loop {
        packed += 1;
        HIERARCHY.write_pkcs12(folder, &["rsa"], &["-legacy"]);
        match gpgsm(folder, &["--import", "rsa.p12"]) {
            Err(said) if said.contains("error parsing or decrypting") && packed < PACKED_MAX => {}
            answered => return answered,
        }
    }
}

#[test]
fn what_gpgsm_signs_holds_and_altered_ones_do_not() -> Result<(), String> {
    let folder = Folder::new();
    HIERARCHY.write(&folder);
    // Few rounds over a password that protects nothing.
    folder.write("gpg-agent.conf", b"s2k-count 65536\n");
    folder.write("gpgsm.conf", b"disable-crl-checks\ndisable-policy-checks\n");
    let said =
        folder.run("openssl", "openssl", &["x509", "-in", "ca.pem", "-noout", "-fingerprint", "-sha1"]);
    let said = String::from_utf8(said).unwrap();
    folder.write("trustlist.txt", format!("{} S relax\n", said.trim().split_once('=').unwrap().1).as_bytes());
    gpgsm(&folder, &["--import", "ca.pem"])?;
    import_key(&folder)?;
    for (form, certificates, digest) in [
        ("--sign", "1", "SHA256"),
        ("--sign", "-1", "SHA512"),
        ("--detach-sign", "1", "SHA256"),
        ("--detach-sign", "-1", "SHA384"),
    ] {
        let args = ["--include-certs", certificates, "--digest-algo", digest, form, "--output", "message"];
        gpgsm(&folder, &[&["--yes"], &args[..], &["content"]].concat())?;
        let message = folder.read("message");
        assert_eq!(message[..2], [0x30, 0x80], "gpgsm writes indefinite lengths");
        let is_detached = form == "--detach-sign";
        Foreign { name: &args.join(" "), message: &message, is_detached, signers: &["rsa"] }.check();
    }
    folder.run("gpgconf", PACKAGE, &["--kill", "all"]);
    Ok(())
}
