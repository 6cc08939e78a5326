//! What a verdict by code means to the resident and the operator.
//!
//! The service says a code and no words: words from outside could name a person, and would stand in a log. These are
//! the codes of `shinsei-cms`, so that a city changes over to its own verifier, or back, and residents read the same.

use shinsei_core::signature::SignatureDefect;

/// A signature that this crate did not send, since it is too long.
pub(crate) const TOO_LARGE: &str = "message-too-large";

/// The defect with a code; for a code that is not known, one that says no more than that.
pub fn of(code: &str) -> SignatureDefect {
    let known = KNOWN.iter().find(|(known, ..)| *known == code);
    let (code, resident, operator) = *known.unwrap_or(&UNKNOWN);
    SignatureDefect { code, resident, operator }
}

type Voices = (&'static str, &'static str, &'static str);

const UNKNOWN: Voices = (
    "refused-by-remote-verifier",
    "電子署名を確認できませんでした。案内にある電子証明書で署名をやり直し、それでも送れないときは、担当課にお問い合わせください。",
    "the remote verifier refused the signature with a code that is not known here",
);

const KNOWN: &[Voices] = &[
    (
        "untrusted-issuer",
        "この手続で使えない電子証明書です。マイナンバーカードの署名用電子証明書など、案内にある電子証明書で署名してください。",
        "no path leads from the certificate to a configured anchor",
    ),
    (
        "path-search-exhausted",
        "署名ファイルに含まれる証明書が多すぎるため、確認できませんでした。署名をやり直してください。",
        "the budget for building certificate paths is used up",
    ),
    (
        "certificate-signature-invalid",
        "電子証明書が発行者によって署名されたものであることを確認できませんでした。",
        "a certificate of the path was not signed by the key of its issuer",
    ),
    (
        "basic-constraints",
        "電子証明書の発行者が、証明書を発行できる認証局ではありません。",
        "an issuer in the path is not a certification authority (basicConstraints)",
    ),
    (
        "issuer-key-usage",
        "電子証明書の発行者が、証明書の発行を認められていません。",
        "an issuer in the path may not sign certificates (keyUsage without keyCertSign)",
    ),
    (
        "path-length",
        "電子証明書の発行者のつながりが、認められた長さを超えています。",
        "the path is longer than an issuer's pathLenConstraint allows",
    ),
    (
        "unknown-critical-extension",
        "電子証明書に、この窓口で扱えない必須の項目があります。",
        "a certificate of the path has a critical extension that is not processed",
    ),
    (
        "name-constraints",
        "電子証明書の名義が、発行者に認められた範囲の外にあります。",
        "a name in the path is excluded, or not permitted, by an issuer's name constraints",
    ),
    (
        "policy",
        "電子証明書が、この手続で求められる発行の方針(ポリシー)によるものではありません。",
        "the path is valid for no certificate policy that is asked for",
    ),
    (
        "revocation-undetermined",
        "電子証明書が失効していないことを確認できませんでした。時間をおいて、もう一度申請してください。",
        "no information that can be trusted speaks of the revocation of a certificate of the path",
    ),
    (
        "ocsp-nonce-mismatch",
        "失効情報の回答が、求めたものと一致しません。時間をおいて、もう一度申請してください。",
        "an OCSP response carries another nonce than the request",
    ),
    (
        "revocation-stale",
        "電子証明書の失効情報が古いため、確認できませんでした。時間をおいて、もう一度申請してください。",
        "the revocation list or answer that speaks of a certificate of the path is not current",
    ),
    (
        "issuer-revoked",
        "電子証明書の発行者(認証局)の証明書が失効しています。",
        "a certificate of an issuer in the path is revoked",
    ),
    (
        "issuer-expired",
        "電子証明書の発行者(認証局)の証明書の有効期間が過ぎています。",
        "a certificate of an issuer in the path has expired",
    ),
    (
        "issuer-not-yet-valid",
        "電子証明書の発行者(認証局)の証明書の有効期間が始まっていません。",
        "a certificate of an issuer in the path is not yet valid",
    ),
    (
        "certificate-revoked",
        "電子証明書が失効しています。引っ越しや氏名の変更などで失効した場合は、市区町村の窓口で新しい電子証明書の発行を受けてください。",
        "the signer's certificate is revoked",
    ),
    (
        "certificate-expired",
        "電子証明書の有効期間が過ぎています。市区町村の窓口などで更新してから、もう一度署名してください。",
        "the signer's certificate has expired",
    ),
    (
        "certificate-not-yet-valid",
        "電子証明書の有効期間がまだ始まっていません。",
        "the signer's certificate is not yet valid",
    ),
    (
        "key-usage",
        "この電子証明書は署名に使えません。案内にある電子証明書で署名してください。",
        "the key usage of the signer's certificate does not allow signing documents",
    ),
    (
        "extended-key-usage",
        "この電子証明書は、文書への署名に使うものではありません。案内にある電子証明書で署名してください。",
        "the extended key usages of the signer's certificate do not include signing documents",
    ),
    (
        "profile-key",
        "この電子証明書の鍵は、案内にある種類の電子証明書のものではありません。",
        "the key of the signer's certificate is of a kind that the profile does not have",
    ),
    (
        "profile-policy",
        "この電子証明書は、案内にある種類の電子証明書として発行されたものではありません。",
        "the path is valid for none of the certificate policies of the profile",
    ),
    (
        "certificate-kind-not-accepted",
        "この手続では使えない種類の電子証明書です。案内にある電子証明書で署名してください。",
        "the procedure does not accept this kind of certificate",
    ),
    (
        "authentication-certificate",
        "利用者証明用電子証明書(数字4桁の暗証番号)では署名できません。署名用電子証明書(英数字6文字以上の暗証番号)で署名してください。",
        "the certificate is a JPKI authentication certificate, which may not sign documents",
    ),
    (
        "timestamp-missing",
        "署名にタイムスタンプがありません。タイムスタンプを付けて署名してください。",
        "no time-stamp token is over the signature, and the policy requires one",
    ),
    (
        "timestamp-refused",
        "タイムスタンプが発行されませんでした。時間をおいて、もう一度お試しください。",
        "the time-stamp authority granted no token",
    ),
    (
        "timestamp-untrusted",
        "署名に付いたタイムスタンプが、この窓口で認めている時刻認証局のものではありません。",
        "no path that holds leads from the time-stamp authority's certificate to a time-stamp anchor",
    ),
    (
        "timestamp-revocation-undetermined",
        "タイムスタンプの電子証明書が失効していないことを確認できませんでした。時間をおいて、もう一度申請してください。",
        "no current information that can be trusted speaks of the revocation of the time-stamp authority's certificate",
    ),
    (
        "timestamp-certificate-revoked",
        "署名に付いたタイムスタンプの電子証明書が失効しています。",
        "a certificate of the time-stamp authority's path is revoked",
    ),
    (
        "timestamp-certificate-not-in-force",
        "署名に付いたタイムスタンプが、その電子証明書の有効期間の外で作られています。",
        "a certificate of the time-stamp authority's path was not in force at genTime",
    ),
    (
        "timestamp-key-usage",
        "署名に付いたタイムスタンプが、タイムスタンプ専用の電子証明書で作られていません。",
        "the extended key usage of the time-stamp authority's certificate is not critical and timeStamping alone",
    ),
    (
        "timestamp-unsupported",
        "署名に付いたタイムスタンプの形式(方式)がこの窓口では扱えません。",
        "the time-stamp token uses an algorithm, a version or a critical extension that is not supported",
    ),
    (
        "timestamp-broken-algorithm",
        "署名に付いたタイムスタンプが安全でない方式で作られているため、受け付けられません。",
        "the time-stamp token rests on a broken digest (MD5 or SHA-1) or an RSA key under 2048 bits",
    ),
    (
        "timestamp-certificate-missing",
        "署名に付いたタイムスタンプに、時刻認証局の電子証明書が含まれていません。",
        "the time-stamp authority's certificate is neither in the token nor supplied",
    ),
    (
        "timestamp-signing-certificate",
        "署名に付いたタイムスタンプの電子証明書を特定できません。",
        "the time-stamp token has no signing-certificate attribute, or it names another certificate",
    ),
    (
        "timestamp-signers",
        "署名に付いたタイムスタンプの形式が正しくありません。",
        "the time-stamp token does not carry exactly one signature",
    ),
    (
        "timestamp-nonce-mismatch",
        "発行されたタイムスタンプが、求めたものと一致しません。もう一度お試しください。",
        "the time-stamp token carries another nonce than the request",
    ),
    (
        "timestamp-imprint-mismatch",
        "署名に付いたタイムスタンプが、この署名に対するものではありません。",
        "the time-stamp token is over other bytes than the signature",
    ),
    (
        "timestamp-signature-invalid",
        "署名に付いたタイムスタンプが正しくありません。途中で変わったか、壊れている可能性があります。",
        "the signature of the time-stamp token does not hold over its content",
    ),
    (
        "timestamp-malformed",
        "署名に付いたタイムスタンプを読み取れませんでした。",
        "a time-stamp token cannot be decoded as CMS SignedData over TSTInfo",
    ),
    (
        "unsupported-digest-algorithm",
        "署名の形式(ハッシュ関数)がこの窓口では扱えません。別のソフトウェアで署名してください。",
        "the digest algorithm is not supported",
    ),
    (
        "unsupported-signature-algorithm",
        "署名の形式(署名方式)がこの窓口では扱えません。別のソフトウェアで署名してください。",
        "the signature algorithm, or its parameters, are not supported",
    ),
    (
        "unsupported-key",
        "電子証明書の鍵の種類がこの窓口では扱えません。",
        "the kind of public key, or its curve, is not supported",
    ),
    (
        "broken-digest-algorithm",
        "署名に使われたハッシュ関数(MD5またはSHA-1)は安全でないため、受け付けられません。SHA-256以上で署名してください。",
        "the digest algorithm is broken (MD5 or SHA-1)",
    ),
    (
        "rsa-key-too-short",
        "電子証明書の鍵が短すぎるため(RSA 2048ビット未満)、受け付けられません。",
        "an RSA key has fewer than 2048 bits",
    ),
    (
        "rsa-key-too-long",
        "電子証明書の鍵が長すぎるため、確認できません。",
        "an RSA key has more than 8192 bits",
    ),
    (
        "no-signer",
        "署名ファイルに署名がありません。もう一度署名してください。",
        "the message carries no signer",
    ),
    (
        "signer-certificate-missing",
        "署名した人の電子証明書が署名ファイルに含まれていません。証明書を含めて署名してください。",
        "the signer's certificate is neither in the message nor supplied",
    ),
    (
        "signed-attributes-missing",
        "署名の形式が正しくありません(署名属性がありません)。対応したソフトウェアで署名をやり直してください。",
        "the signer has no signed attributes, or they lack contentType or messageDigest",
    ),
    (
        "signed-attributes-malformed",
        "署名の形式が正しくありません(署名属性の誤り)。対応したソフトウェアで署名をやり直してください。",
        "the signed attributes are not DER, or contentType or messageDigest stands twice or has several values",
    ),
    (
        "content-type-mismatch",
        "署名された文書の種類が、署名の内容と一致しません。",
        "the signed content type differs from the type of the content",
    ),
    (
        "digest-algorithm-not-listed",
        "署名の形式が正しくありません。対応したソフトウェアで署名をやり直してください。",
        "the signer's digest algorithm is not among those the message lists",
    ),
    (
        "algorithm-mismatch",
        "署名の形式が正しくありません(署名方式の不一致)。対応したソフトウェアで署名をやり直してください。",
        "the digest algorithm, the signature algorithm and the key do not belong together",
    ),
    (
        "algorithm-protection-mismatch",
        "署名の形式が正しくありません(署名方式の不一致)。対応したソフトウェアで署名をやり直してください。",
        "the signed algorithm protection attribute names other algorithms than the message",
    ),
    (
        "signing-certificate-mismatch",
        "署名に使われた電子証明書が、署名の内容と一致しません。もう一度署名してください。",
        "the signing-certificate attribute names another certificate",
    ),
    (
        "message-digest-mismatch",
        "署名した後に文書の内容が変わっています。署名した文書をそのまま送ってください。",
        "the content is not the one that was signed",
    ),
    (
        "signature-invalid",
        "署名が正しくありません。署名したファイルが途中で変わったか、壊れている可能性があります。もう一度署名してください。",
        "the signature does not verify with the key of the signer's certificate",
    ),
    (
        "content-missing",
        "署名された文書が届いていません。文書と署名ファイルの両方を送ってください。",
        "the signature is detached and no content was given",
    ),
    (
        "content-twice",
        "文書が署名ファイルの中と外の両方にあるため、どちらが正しいか確認できません。一方だけを送ってください。",
        "the content is inside the signature and was given outside as well",
    ),
    ("malformed-certificate", "電子証明書を読み取れませんでした。", "a certificate cannot be decoded"),
    (
        "malformed-revocation-list",
        "失効情報を読み取れませんでした。",
        "a certificate revocation list cannot be decoded",
    ),
    ("malformed-ocsp", "失効情報の回答を読み取れませんでした。", "an OCSP response cannot be decoded"),
    (
        "trailing-bytes",
        "署名ファイルの後ろに余分なデータがあります。ファイルが壊れていないか確認してください。",
        "bytes stand after the end of the message",
    ),
    (
        "malformed-message",
        "署名ファイルを読み取れませんでした。ファイルが壊れていないか確認してください。",
        "the message cannot be decoded as CMS SignedData",
    ),
    (
        "not-signed-data",
        "署名ファイルではありません。署名ファイルを選び直してください。",
        "the bytes are not a CMS ContentInfo with signed-data",
    ),
    (
        "message-too-large",
        "署名ファイルが大きすぎます。",
        "the message has more bytes than the budget allows",
    ),
    (
        "nesting-too-deep",
        "署名ファイルの構造が複雑すぎるため、確認できません。",
        "elements are nested deeper than the budget allows",
    ),
    (
        "too-many-elements",
        "署名ファイルに含まれる項目が多すぎるため、確認できません。",
        "more certificates, revocation lists, signers, attributes or pieces than the budget allows",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for (code, ..) in KNOWN.iter().chain([&UNKNOWN]) {
            assert!(
                code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'),
                "{code}"
            );
            assert!(seen.insert(code), "{code} stands twice");
        }
    }

    #[test]
    fn every_defect_speaks_japanese_to_the_resident_and_english_to_the_operator() {
        for (code, resident, operator) in KNOWN.iter().chain([&UNKNOWN]) {
            assert!(resident.ends_with('。'), "{code}");
            assert!(operator.is_ascii() && !operator.is_empty(), "{code}");
        }
    }

    #[test]
    fn a_known_code_stays_and_an_unknown_one_does_not_pass() {
        assert_eq!(of(TOO_LARGE).code, TOO_LARGE);
        assert_eq!(of("certificate-revoked").operator, "the signer's certificate is revoked");
        assert_eq!(of("函館 花子").code, "refused-by-remote-verifier");
        assert_eq!(of("").code, "refused-by-remote-verifier");
    }
}
