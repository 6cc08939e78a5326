//! OpenSSL: forms and algorithms that `tests/it` does not alter, and what we sign.

use shinsei_cms::sign::{Placement, sign};

use crate::altered::Foreign;
use crate::folder::Folder;
use crate::hierarchy::{CONTENT, HIERARCHY, day};

const PACKAGE: &str = "openssl";

#[test]
fn what_openssl_signs_holds_and_altered_ones_do_not() {
    let folder = Folder::new();
    HIERARCHY.write(&folder);
    let pss = ["-keyopt", "rsa_padding_mode:pss"];
    for (signer, options) in [
        ("rsa", &[][..]),
        ("rsa", &["-md", "sha512", "-keyid"]),
        ("rsa", &pss),
        ("p256", &["-keyid"]),
        ("p256", &["-stream"]),
        ("p384", &["-md", "sha384"]),
        ("p384", &["-md", "sha384", "-keyid", "-stream"]),
    ] {
        for placement in ["-nodetach", "-binary"] {
            // With -stream OpenSSL attaches the content in any case.
            let is_detached = placement == "-binary" && !options.contains(&"-stream");
            let (certificate, key) = (format!("{signer}.pem"), format!("{signer}.key"));
            let mut args = vec!["cms", "-sign", "-binary", "-in", "content", "-out", "message"];
            args.extend(["-outform", "DER", "-signer", &certificate, "-inkey", &key, placement]);
            args.extend(options);
            folder.run("openssl", PACKAGE, &args);
            let message = folder.read("message");
            let name = format!("openssl {}", args.join(" "));
            Foreign { name: &name, message: &message, is_detached, signers: &[signer] }.check();
        }
    }
}

#[test]
fn what_we_sign_holds_in_openssl() {
    let folder = Folder::new();
    HIERARCHY.write(&folder);
    let [(_, rsa), (_, p256), (_, p384)] = &HIERARCHY.signers;
    let authority = &HIERARCHY.authority.certificate[..];
    for signers in [&[rsa][..], &[p256], &[p384], &[rsa, p384, p256]] {
        for (placement, beside) in [(Placement::Attached, &[][..]), (Placement::Detached, &[authority])] {
            folder.write("message", &sign(CONTENT, placement, signers, beside, Some(day(2026))).unwrap());
            let mut args = vec!["cms", "-verify", "-binary", "-inform", "DER", "-in", "message"];
            args.extend(["-CAfile", "ca.pem", "-purpose", "any"]);
            if placement == Placement::Detached {
                args.extend(["-content", "content"]);
            }
            assert_eq!(folder.run("openssl", PACKAGE, &args), CONTENT);
        }
    }
}
