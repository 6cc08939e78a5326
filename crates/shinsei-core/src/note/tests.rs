//! Notes of others are read, ours are what others read.

use super::*;

/// The example of golang.org/x/mod/sumdb/note, whose form C2SP took over.
const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const SEED: &str = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\
    \n\
    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn seed() -> [u8; 32] {
    STANDARD.decode(SEED).unwrap()[1..].try_into().unwrap()
}

#[test]
fn the_note_of_another_program_is_read_and_verified() {
    let note: Note = NOTE.parse().unwrap();
    let key: VerifierKey = KEY.parse().unwrap();
    assert_eq!((key.name(), key.kind()), ("PeterNeumann", KeyKind::Log));
    assert_eq!(note.signed_by(&key), Ok(Signed { at: None }));
    assert_eq!((note.to_string().as_str(), key.to_string().as_str()), (NOTE, KEY));
    let sumdb: VerifierKey =
        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8".parse().unwrap();
    assert_eq!(note.signed_by(&sumdb), Err(NoteError::NotSigned));
}

#[test]
fn our_note_is_that_of_another_program_byte_for_byte() {
    let signer = LogSigner::new("PeterNeumann", &seed()).unwrap();
    let note = Note::new(NOTE.parse::<Note>().unwrap().text()).unwrap();
    let signature = signer.sign(&note);
    assert_eq!(note.with(signature).to_string(), NOTE);
    assert_eq!(signer.verifier_key().to_string(), KEY);
    assert_eq!(format!("{signer:?}"), format!("LogSigner({KEY})"));
}

#[test]
fn a_cosignature_holds_for_its_text_and_time_alone() {
    let witness = Cosigner::new("witness.example/w1", &[7; 32]).unwrap();
    let key: VerifierKey = witness.verifier_key().to_string().parse().unwrap();
    let at = Timestamp::from_jst(2026, 5, 7, 15, 4).unwrap();
    let note = Note::new("example.com/log\n3\nAAAA\n").unwrap();
    let cosigned = note.clone().with(witness.cosign(&note, at.saturating_add_micros(999_999)));
    assert_eq!(cosigned.signed_by(&key), Ok(Signed { at: Some(at) }));
    assert_eq!(cosigned.to_string().parse::<Note>().unwrap(), cosigned);
    let other = Note::new("example.com/log\n4\nAAAA\n").unwrap().with(cosigned.signatures[0].clone());
    assert_eq!(other.signed_by(&key), Err(NoteError::Forged));
    let mut later = cosigned.clone();
    later.signatures[0].bytes[7] ^= 1;
    assert_eq!(later.signed_by(&key), Err(NoteError::Forged));
    let as_log = LogSigner::new("witness.example/w1", &[7; 32]).unwrap().verifier_key();
    assert_eq!(cosigned.signed_by(&as_log), Err(NoteError::NotSigned), "another kind is another key");
}

#[test]
fn every_changed_byte_of_a_signed_text_is_found() {
    let key: VerifierKey = KEY.parse().unwrap();
    let note: Note = NOTE.parse().unwrap();
    for at in 0..note.text.len() - 1 {
        let mut bytes = note.text.clone().into_bytes();
        bytes[at] ^= 1;
        let Ok(changed) = Note::new(String::from_utf8(bytes).unwrap()) else { continue };
        let changed = changed.with(note.signatures[0].clone());
        assert_eq!(changed.signed_by(&key), Err(NoteError::Forged), "{at}");
    }
}

/// The malformed notes and keys of golang.org/x/mod/sumdb/note's own tests, and more.
#[test]
fn what_is_no_note_or_key_is_refused() {
    let line = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    for (note, error) in [
        (String::new(), NoteError::Form),
        ("text\n".to_owned(), NoteError::Form),
        (format!("text\n{line}"), NoteError::Form),
        (format!("text\n\n\n{line}"), NoteError::Form),
        (format!("te\rxt\n\n{line}"), NoteError::Form),
        (format!("\n{line}"), NoteError::Form),
        (format!("text\n\n{}", line.trim_end()), NoteError::Form),
        ("text\n\n\n".to_owned(), NoteError::Form),
        (format!("text\n\n{line}-- other x08go/ZJ\n"), NoteError::SignatureForm { position: 2 }),
        (format!("text\n\n{line}\u{2014} other\n"), NoteError::SignatureForm { position: 2 }),
        (format!("text\n\n{line}\u{2014} other !!!!\n"), NoteError::SignatureForm { position: 2 }),
        (format!("text\n\n{line}\u{2014} other x08goA==\n"), NoteError::SignatureForm { position: 2 }),
        (format!("text\n\n{line}\u{2014} o+ther x08go/ZJ\n"), NoteError::SignatureForm { position: 2 }),
        (format!("text\n\n{}", line.repeat(101)), NoteError::TooLong),
        (format!("{}\n\n{line}", "x".repeat(NOTE_BYTES_MAX)), NoteError::TooLong),
    ] {
        let shown: String = note.chars().take(80).collect();
        assert_eq!(note.parse::<Note>(), Err(error), "{shown:?}");
    }
    assert!(format!("text\n\n{}", line.repeat(100)).parse::<Note>().is_ok());
    for (key, error) in [
        ("", NoteError::KeyForm),
        ("PeterNeumann", NoteError::KeyForm),
        ("PeterNeumann+c74f20a3", NoteError::KeyForm),
        ("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::KeyForm),
        ("PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::KeyForm),
        ("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==", NoteError::KeyForm),
        (
            "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            NoteError::KeyKind { algorithm: 0x65 },
        ),
        ("Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::KeyName),
        ("+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", NoteError::KeyName),
    ] {
        assert_eq!(key.parse::<VerifierKey>(), Err(error), "{key}");
    }
    assert_eq!(LogSigner::new("a name", &[1; 32]).err(), Some(NoteError::KeyName));
    assert_eq!(Cosigner::new("a+name", &[1; 32]).err(), Some(NoteError::KeyName));
}
