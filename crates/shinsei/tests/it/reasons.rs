//! A city that changes from a remote verifier to its own, or back: residents and operators read the same.

use shinsei_cms::reason::Reason;

#[test]
fn a_remote_verdict_has_the_words_of_our_own_verifier() {
    for reason in Reason::ALL {
        assert_eq!(shinsei_http::defect::of(reason.code()), reason.defect());
    }
}
