//! NSS: `cmsutil` signs with a database of certificates and keys.

use shinsei_cms::reason::Reason;

use crate::altered::Foreign;
use crate::folder::Folder;
use crate::hierarchy::HIERARCHY;

const PACKAGE: &str = "libnss3-tools";

#[test]
fn what_nss_signs_holds_and_altered_ones_do_not() {
    let folder = Folder::new();
    HIERARCHY.write(&folder);
    HIERARCHY.write_pkcs12(&folder, &["rsa", "p256", "p384"], &[]);
    folder.run("certutil", PACKAGE, &["-N", "-d", "sql:.", "--empty-password"]);
    folder.run("certutil", PACKAGE, &["-A", "-d", "sql:.", "-n", "ca", "-t", "C,C,C", "-i", "ca.pem"]);
    for (signer, digest) in [("rsa", "SHA256"), ("rsa", "SHA512"), ("p256", "SHA256"), ("p384", "SHA384")] {
        if digest != "SHA512" {
            let packed = format!("{signer}.p12");
            folder.run("pk12util", PACKAGE, &["-i", &packed, "-d", "sql:.", "-W", "x"]);
        }
        // -T: detached. -G: with a signing time. -P: with S/MIME capabilities.
        for options in [&[][..], &["-G", "-P"], &["-T", "-G"]] {
            let mut args = vec!["-S", "-d", "sql:.", "-N", signer, "-Y", "NONE", "-H", digest];
            args.extend(["-i", "content", "-o", "message"]);
            args.extend(options);
            folder.run("cmsutil", PACKAGE, &args);
            let message = folder.read("message");
            assert_eq!(message[..2], [0x30, 0x80], "NSS writes indefinite lengths");
            let name = format!("cmsutil {}", args.join(" "));
            let is_detached = options.contains(&"-T");
            let foreign = Foreign { name: &name, message: &message, is_detached, signers: &[signer] };
            if options.is_empty() {
                // NSS signs the content itself unless an attribute is asked for.
                assert_eq!(foreign.judge(&message, b""), Err(Reason::SignedAttributesMissing), "{name}");
            } else {
                foreign.check();
            }
        }
    }
}
