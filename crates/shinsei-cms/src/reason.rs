//! Why a signature does not hold: one list, ranked, each in three voices.

use std::fmt;

use shinsei_core::signature::SignatureDefect;

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident $code:literal $resident:literal $operator:literal;)*) => {
        /// Why a signature does not hold.
        ///
        /// The order is the rank: of several failures (paths tried, signers) the greatest is reported, so that a
        /// path that nearly held speaks louder than one that was never possible.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Reason { $($(#[$doc])* $name,)* }

        impl Reason {
            /// Every reason, least useful first.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable code, such as `signed-attributes-missing`.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// A sentence for the resident.
            pub fn resident(self) -> &'static str {
                match self { $(Self::$name => $resident,)* }
            }

            /// A sentence for the operator.
            pub fn operator(self) -> &'static str {
                match self { $(Self::$name => $operator,)* }
            }
        }
    };
}

reasons! {
    // Of paths: the more of a path held, the higher.

    /// No path leads from the certificate to an anchor.
    UntrustedIssuer "untrusted-issuer"
        "この手続で使えない電子証明書です。マイナンバーカードの署名用電子証明書など、案内にある電子証明書で署名してください。"
        "no path leads from the certificate to a configured anchor";
    /// The search for a path used up its budget.
    PathSearchExhausted "path-search-exhausted"
        "署名ファイルに含まれる証明書が多すぎるため、確認できませんでした。署名をやり直してください。"
        "the budget for building certificate paths is used up";
    /// A certificate names an issuer whose key did not sign it.
    CertificateSignatureInvalid "certificate-signature-invalid"
        "電子証明書が発行者によって署名されたものであることを確認できませんでした。"
        "a certificate of the path was not signed by the key of its issuer";
    /// An issuer is no certification authority.
    IssuerIsNoAuthority "basic-constraints"
        "電子証明書の発行者が、証明書を発行できる認証局ではありません。"
        "an issuer in the path is not a certification authority (basicConstraints)";
    /// An issuer may not sign certificates.
    IssuerKeyUsage "issuer-key-usage"
        "電子証明書の発行者が、証明書の発行を認められていません。"
        "an issuer in the path may not sign certificates (keyUsage without keyCertSign)";
    /// The path is longer than an issuer allows.
    PathTooLong "path-length"
        "電子証明書の発行者のつながりが、認められた長さを超えています。"
        "the path is longer than an issuer's pathLenConstraint allows";
    /// A critical extension is not known.
    CriticalExtension "unknown-critical-extension"
        "電子証明書に、この窓口で扱えない必須の項目があります。"
        "a certificate of the path has a critical extension that is not processed";
    /// A name lies outside of what an issuer may speak for.
    NameConstraints "name-constraints"
        "電子証明書の名義が、発行者に認められた範囲の外にあります。"
        "a name in the path is excluded, or not permitted, by an issuer's name constraints";
    /// The path is valid for no policy, or for none that is asked for.
    Policy "policy"
        "電子証明書が、この手続で求められる発行の方針(ポリシー)によるものではありません。"
        "the path is valid for no certificate policy that is asked for";
    /// Nothing current is known of a certificate's revocation.
    RevocationUndetermined "revocation-undetermined"
        "電子証明書が失効していないことを確認できませんでした。時間をおいて、もう一度申請してください。"
        "no information that can be trusted speaks of the revocation of a certificate of the path";
    /// The answer is to another question.
    OcspNonceMismatch "ocsp-nonce-mismatch"
        "失効情報の回答が、求めたものと一致しません。時間をおいて、もう一度申請してください。"
        "an OCSP response carries another nonce than the request";
    /// What is known of a certificate's revocation is not of this time.
    RevocationStale "revocation-stale"
        "電子証明書の失効情報が古いため、確認できませんでした。時間をおいて、もう一度申請してください。"
        "the revocation list or answer that speaks of a certificate of the path is not current";
    /// A certificate of an issuer is revoked.
    IssuerRevoked "issuer-revoked"
        "電子証明書の発行者(認証局)の証明書が失効しています。"
        "a certificate of an issuer in the path is revoked";
    /// A certificate of an issuer is past its end.
    IssuerExpired "issuer-expired"
        "電子証明書の発行者(認証局)の証明書の有効期間が過ぎています。"
        "a certificate of an issuer in the path has expired";
    /// A certificate of an issuer has not begun.
    IssuerNotYetValid "issuer-not-yet-valid"
        "電子証明書の発行者(認証局)の証明書の有効期間が始まっていません。"
        "a certificate of an issuer in the path is not yet valid";
    /// The signer's certificate is revoked.
    CertificateRevoked "certificate-revoked"
        "電子証明書が失効しています。引っ越しや氏名の変更などで失効した場合は、市区町村の窓口で新しい電子証明書の発行を受けてください。"
        "the signer's certificate is revoked";
    /// The signer's certificate is past its end.
    CertificateExpired "certificate-expired"
        "電子証明書の有効期間が過ぎています。市区町村の窓口などで更新してから、もう一度署名してください。"
        "the signer's certificate has expired";
    /// The signer's certificate has not begun.
    CertificateNotYetValid "certificate-not-yet-valid"
        "電子証明書の有効期間がまだ始まっていません。"
        "the signer's certificate is not yet valid";

    // Of the certificate for what it was used for.

    /// The certificate may not be used for signing documents.
    KeyUsage "key-usage"
        "この電子証明書は署名に使えません。案内にある電子証明書で署名してください。"
        "the key usage of the signer's certificate does not allow signing documents";
    /// The certificate's extended key usages do not include signing documents.
    ExtendedKeyUsage "extended-key-usage"
        "この電子証明書は、文書への署名に使うものではありません。案内にある電子証明書で署名してください。"
        "the extended key usages of the signer's certificate do not include signing documents";
    /// The key of the certificate is of a kind that its profile does not have.
    ProfileKey "profile-key"
        "この電子証明書の鍵は、案内にある種類の電子証明書のものではありません。"
        "the key of the signer's certificate is of a kind that the profile does not have";
    /// The certificate was not issued under a policy of its profile.
    ProfilePolicy "profile-policy"
        "この電子証明書は、案内にある種類の電子証明書として発行されたものではありません。"
        "the path is valid for none of the certificate policies of the profile";
    /// The certificate is of a kind that the procedure does not accept.
    KindNotAccepted "certificate-kind-not-accepted"
        "この手続では使えない種類の電子証明書です。案内にある電子証明書で署名してください。"
        "the procedure does not accept this kind of certificate";

    /// The certificate is the one for authentication.
    AuthenticationCertificate "authentication-certificate"
        "利用者証明用電子証明書(数字4桁の暗証番号)では署名できません。署名用電子証明書(英数字6文字以上の暗証番号)で署名してください。"
        "the certificate is a JPKI authentication certificate, which may not sign documents";

    // Of time-stamps, which are looked at when all else held.

    /// There is no time-stamp and one is required.
    TimestampMissing "timestamp-missing"
        "署名にタイムスタンプがありません。タイムスタンプを付けて署名してください。"
        "no time-stamp token is over the signature, and the policy requires one";
    /// The authority gave no token.
    TimestampRefused "timestamp-refused"
        "タイムスタンプが発行されませんでした。時間をおいて、もう一度お試しください。"
        "the time-stamp authority granted no token";
    /// The token does not lead to an anchor for time-stamps.
    TimestampUntrusted "timestamp-untrusted"
        "署名に付いたタイムスタンプが、この窓口で認めている時刻認証局のものではありません。"
        "no path that holds leads from the time-stamp authority's certificate to a time-stamp anchor";
    /// Nothing current is known of the revocation of the authority's certificate.
    TimestampRevocationUndetermined "timestamp-revocation-undetermined"
        "タイムスタンプの電子証明書が失効していないことを確認できませんでした。時間をおいて、もう一度申請してください。"
        "no current information that can be trusted speaks of the revocation of the time-stamp authority's certificate";
    /// A certificate of the authority is revoked.
    TimestampCertificateRevoked "timestamp-certificate-revoked"
        "署名に付いたタイムスタンプの電子証明書が失効しています。"
        "a certificate of the time-stamp authority's path is revoked";
    /// A certificate of the authority was not in force when the token was made.
    TimestampCertificateNotInForce "timestamp-certificate-not-in-force"
        "署名に付いたタイムスタンプが、その電子証明書の有効期間の外で作られています。"
        "a certificate of the time-stamp authority's path was not in force at genTime";
    /// The certificate is not for time-stamps alone.
    TimestampKeyUsage "timestamp-key-usage"
        "署名に付いたタイムスタンプが、タイムスタンプ専用の電子証明書で作られていません。"
        "the extended key usage of the time-stamp authority's certificate is not critical and timeStamping alone";
    /// The token uses an algorithm, a version or an extension that is not known.
    TimestampUnsupported "timestamp-unsupported"
        "署名に付いたタイムスタンプの形式(方式)がこの窓口では扱えません。"
        "the time-stamp token uses an algorithm, a version or a critical extension that is not supported";
    /// The token rests on MD5, SHA-1 or a short key.
    TimestampBroken "timestamp-broken-algorithm"
        "署名に付いたタイムスタンプが安全でない方式で作られているため、受け付けられません。"
        "the time-stamp token rests on a broken digest (MD5 or SHA-1) or an RSA key under 2048 bits";
    /// The certificate of the authority was not found.
    TimestampCertificateMissing "timestamp-certificate-missing"
        "署名に付いたタイムスタンプに、時刻認証局の電子証明書が含まれていません。"
        "the time-stamp authority's certificate is neither in the token nor supplied";
    /// The token is not bound to its signer's certificate.
    TimestampSigningCertificate "timestamp-signing-certificate"
        "署名に付いたタイムスタンプの電子証明書を特定できません。"
        "the time-stamp token has no signing-certificate attribute, or it names another certificate";
    /// The token has no signature or several.
    TimestampSigners "timestamp-signers"
        "署名に付いたタイムスタンプの形式が正しくありません。"
        "the time-stamp token does not carry exactly one signature";
    /// The answer is not to this question.
    TimestampNonceMismatch "timestamp-nonce-mismatch"
        "発行されたタイムスタンプが、求めたものと一致しません。もう一度お試しください。"
        "the time-stamp token carries another nonce than the request";
    /// The token is over other bytes.
    TimestampImprintMismatch "timestamp-imprint-mismatch"
        "署名に付いたタイムスタンプが、この署名に対するものではありません。"
        "the time-stamp token is over other bytes than the signature";
    /// The authority's signature does not hold.
    TimestampSignatureInvalid "timestamp-signature-invalid"
        "署名に付いたタイムスタンプが正しくありません。途中で変わったか、壊れている可能性があります。"
        "the signature of the time-stamp token does not hold over its content";
    /// The token cannot be read.
    TimestampMalformed "timestamp-malformed"
        "署名に付いたタイムスタンプを読み取れませんでした。"
        "a time-stamp token cannot be decoded as CMS SignedData over TSTInfo";

    // Of algorithms that are not, or no longer, verified.

    /// The digest algorithm is not supported.
    DigestUnsupported "unsupported-digest-algorithm"
        "署名の形式(ハッシュ関数)がこの窓口では扱えません。別のソフトウェアで署名してください。"
        "the digest algorithm is not supported";
    /// The signature algorithm is not supported.
    SignatureUnsupported "unsupported-signature-algorithm"
        "署名の形式(署名方式)がこの窓口では扱えません。別のソフトウェアで署名してください。"
        "the signature algorithm, or its parameters, are not supported";
    /// The kind of public key is not supported.
    KeyUnsupported "unsupported-key"
        "電子証明書の鍵の種類がこの窓口では扱えません。"
        "the kind of public key, or its curve, is not supported";
    /// MD5 or SHA-1.
    DigestBroken "broken-digest-algorithm"
        "署名に使われたハッシュ関数(MD5またはSHA-1)は安全でないため、受け付けられません。SHA-256以上で署名してください。"
        "the digest algorithm is broken (MD5 or SHA-1)";
    /// An RSA key under 2048 bits.
    RsaKeyTooShort "rsa-key-too-short"
        "電子証明書の鍵が短すぎるため(RSA 2048ビット未満)、受け付けられません。"
        "an RSA key has fewer than 2048 bits";
    /// An RSA key beyond what is verified.
    RsaKeyTooLong "rsa-key-too-long"
        "電子証明書の鍵が長すぎるため、確認できません。"
        "an RSA key has more than 8192 bits";

    // Of the signature itself.

    /// The message has no signer.
    NoSigner "no-signer"
        "署名ファイルに署名がありません。もう一度署名してください。"
        "the message carries no signer";
    /// The signer's certificate was not found.
    SignerCertificateMissing "signer-certificate-missing"
        "署名した人の電子証明書が署名ファイルに含まれていません。証明書を含めて署名してください。"
        "the signer's certificate is neither in the message nor supplied";
    /// There are no signed attributes.
    SignedAttributesMissing "signed-attributes-missing"
        "署名の形式が正しくありません(署名属性がありません)。対応したソフトウェアで署名をやり直してください。"
        "the signer has no signed attributes, or they lack contentType or messageDigest";
    /// The signed attributes are not what they must be.
    SignedAttributesMalformed "signed-attributes-malformed"
        "署名の形式が正しくありません(署名属性の誤り)。対応したソフトウェアで署名をやり直してください。"
        "the signed attributes are not DER, or contentType or messageDigest stands twice or has several values";
    /// The content type that was signed is not that of the content.
    ContentTypeMismatch "content-type-mismatch"
        "署名された文書の種類が、署名の内容と一致しません。"
        "the signed content type differs from the type of the content";
    /// The digest algorithm of the signer is not listed by the message.
    DigestNotListed "digest-algorithm-not-listed"
        "署名の形式が正しくありません。対応したソフトウェアで署名をやり直してください。"
        "the signer's digest algorithm is not among those the message lists";
    /// The digest and the signature algorithm do not belong together.
    AlgorithmMismatch "algorithm-mismatch"
        "署名の形式が正しくありません(署名方式の不一致)。対応したソフトウェアで署名をやり直してください。"
        "the digest algorithm, the signature algorithm and the key do not belong together";
    /// The algorithms that were signed are not those that the message names.
    AlgorithmProtectionMismatch "algorithm-protection-mismatch"
        "署名の形式が正しくありません(署名方式の不一致)。対応したソフトウェアで署名をやり直してください。"
        "the signed algorithm protection attribute names other algorithms than the message";
    /// The certificate is not the one that the signer bound the signature to.
    SigningCertificateMismatch "signing-certificate-mismatch"
        "署名に使われた電子証明書が、署名の内容と一致しません。もう一度署名してください。"
        "the signing-certificate attribute names another certificate";
    /// The content is not the one that was signed.
    MessageDigestMismatch "message-digest-mismatch"
        "署名した後に文書の内容が変わっています。署名した文書をそのまま送ってください。"
        "the content is not the one that was signed";
    /// The signature was not made with the key of the certificate.
    SignatureInvalid "signature-invalid"
        "署名が正しくありません。署名したファイルが途中で変わったか、壊れている可能性があります。もう一度署名してください。"
        "the signature does not verify with the key of the signer's certificate";
    /// A detached signature came without its content.
    ContentMissing "content-missing"
        "署名された文書が届いていません。文書と署名ファイルの両方を送ってください。"
        "the signature is detached and no content was given";
    /// The content is both inside and outside.
    ContentTwice "content-twice"
        "文書が署名ファイルの中と外の両方にあるため、どちらが正しいか確認できません。一方だけを送ってください。"
        "the content is inside the signature and was given outside as well";

    // Of the bytes.

    /// A certificate cannot be read.
    CertificateMalformed "malformed-certificate"
        "電子証明書を読み取れませんでした。"
        "a certificate cannot be decoded";
    /// A revocation list cannot be read.
    RevocationListMalformed "malformed-revocation-list"
        "失効情報を読み取れませんでした。"
        "a certificate revocation list cannot be decoded";
    /// An OCSP answer cannot be read.
    OcspMalformed "malformed-ocsp"
        "失効情報の回答を読み取れませんでした。"
        "an OCSP response cannot be decoded";
    /// Bytes stand after the message.
    TrailingBytes "trailing-bytes"
        "署名ファイルの後ろに余分なデータがあります。ファイルが壊れていないか確認してください。"
        "bytes stand after the end of the message";
    /// The message is signed data and breaks off or breaks its own form.
    MessageMalformed "malformed-message"
        "署名ファイルを読み取れませんでした。ファイルが壊れていないか確認してください。"
        "the message cannot be decoded as CMS SignedData";
    /// The bytes are no ContentInfo with signed data.
    NotSignedData "not-signed-data"
        "署名ファイルではありません。署名ファイルを選び直してください。"
        "the bytes are not a CMS ContentInfo with signed-data";

    // Of budgets.

    /// The message is too large.
    MessageTooLarge "message-too-large"
        "署名ファイルが大きすぎます。"
        "the message has more bytes than the budget allows";
    /// Elements are nested too deep.
    NestingTooDeep "nesting-too-deep"
        "署名ファイルの構造が複雑すぎるため、確認できません。"
        "elements are nested deeper than the budget allows";
    /// There are too many certificates, lists, signers or attributes.
    TooManyElements "too-many-elements"
        "署名ファイルに含まれる項目が多すぎるため、確認できません。"
        "more certificates, revocation lists, signers, attributes or pieces than the budget allows";
}

/// What kind of thing a reason is: a signature that does not hold, and bytes of which nobody can say, are not the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// It was judged, and does not hold.
    Invalid,
    /// It cannot be read as what it is.
    Undecodable,
    /// Reading or judging it costs more than the limits of [`crate::budget`] allow.
    OverBudget,
    /// An algorithm, a kind of key or a version is not known here; another verifier may know it.
    Unsupported,
}

impl Reason {
    /// What kind of thing it is.
    pub fn family(self) -> Family {
        match self {
            Self::CertificateMalformed
            | Self::RevocationListMalformed
            | Self::OcspMalformed
            | Self::TimestampMalformed
            | Self::SignedAttributesMalformed
            | Self::TrailingBytes
            | Self::MessageMalformed
            | Self::NotSignedData => Family::Undecodable,
            Self::PathSearchExhausted
            | Self::RsaKeyTooLong
            | Self::MessageTooLarge
            | Self::NestingTooDeep
            | Self::TooManyElements => Family::OverBudget,
            Self::DigestUnsupported
            | Self::SignatureUnsupported
            | Self::KeyUnsupported
            | Self::CriticalExtension
            | Self::TimestampUnsupported => Family::Unsupported,
            _ => Family::Invalid,
        }
    }

    /// The three voices, as the core keeps them.
    pub fn defect(self) -> SignatureDefect {
        SignatureDefect { code: self.code(), resident: self.resident(), operator: self.operator() }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.operator(), self.code())
    }
}

impl std::error::Error for Reason {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_kebab_case_and_unique() {
        let mut seen = std::collections::BTreeSet::new();
        for reason in Reason::ALL {
            let code = reason.code();
            assert!(
                code.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{code}"
            );
            assert!(seen.insert(code), "{code} stands twice");
        }
    }

    #[test]
    fn what_cannot_be_read_costs_too_much_or_is_not_known_is_told_apart_from_what_does_not_hold() {
        let of = |family| Reason::ALL.iter().filter(|reason| reason.family() == family).count();
        let counted = [Family::Invalid, Family::Undecodable, Family::OverBudget, Family::Unsupported].map(of);
        assert_eq!(counted.iter().sum::<usize>(), Reason::ALL.len());
        assert_eq!(&counted[1..], [8, 5, 5]);
        assert_eq!(Reason::SignatureInvalid.family(), Family::Invalid);
        assert_eq!(Reason::MessageMalformed.family(), Family::Undecodable);
        assert_eq!(Reason::NestingTooDeep.family(), Family::OverBudget);
        assert_eq!(Reason::DigestUnsupported.family(), Family::Unsupported);
    }

    #[test]
    fn every_reason_speaks_japanese_to_the_resident_and_english_to_the_operator() {
        for reason in Reason::ALL {
            assert!(reason.resident().ends_with('。'), "{reason:?}");
            assert!(reason.operator().is_ascii(), "{reason:?}");
        }
    }
}
