//! What residents read of each rejection, in Japanese.

use super::Rejection;

impl Rejection {
    /// What the person who asked reads, in Japanese.
    pub fn resident(&self) -> String {
        match self {
            Self::CaseExists => "この申請は既に受け付けられています。".into(),
            Self::CaseUnknown => "該当する申請がありません。".into(),
            Self::WrongState { actual, .. } => {
                format!("現在「{}」のため、この操作はできません。", actual.label())
            }
            Self::ProcedureUnknown { procedure } => format!("手続 {procedure} はありません。"),
            Self::OutsideServiceHours { opens_at: Some(at) } => {
                format!(
                    "サービス停止時間です。{}から利用できます。",
                    at.to_jst().format("%Y年%-m月%-d日 %-H時%M分")
                )
            }
            Self::OutsideServiceHours { opens_at: None } => "サービスを停止しています。".into(),
            Self::UserExists => "この利用者は登録済みです。".into(),
            Self::ApplicantNotRegistered => "はじめに利用者登録(無料)をしてください。".into(),
            Self::NotForThisApplicant { company: true } => "この手続は個人の方が対象です。".into(),
            Self::NotForThisApplicant { company: false } => "この手続は法人が対象です。".into(),
            Self::NotPermitted { .. } => "この操作をする権限がありません。".into(),
            Self::OtherDivision { .. } => "この申請の担当課ではありません。".into(),
            Self::FormUnreadable(defect) => defect.resident().into(),
            Self::FormOfOtherProcedure { .. } => "別の手続の申請書です。手続を確認してください。".into(),
            Self::FormOfOtherApplicant => "申請者が利用者登録と異なります。".into(),
            Self::DraftOfOtherProcedure { .. } => {
                "別の手続の下書きです。その手続で申請するか、下書きを破棄してください。".into()
            }
            Self::ContactUnusable => "メールアドレスを確認してください。".into(),
            Self::SignatureRequired { .. } => "この手続には電子署名が必要です。".into(),
            Self::SignatureInvalid(defect) => defect.resident.into(),
            Self::FeeBeforeReview => "手数料の納付を確認してから審査を始めます。".into(),
            Self::InspectionMissing => "検査の日付がありません。".into(),
            Self::InspectionOutOfRange => "検査の日付が正しくありません。".into(),
            Self::FindingOfOtherAct => "この手続の種類では選べない審査結果です。".into(),
            Self::ReasonWithoutWords { code } => format!("理由 {code} の説明を記入してください。"),
            Self::FeeIsFree => "この手続は無料です。".into(),
            Self::FeeAlreadyAssessed => "手数料は既に決まっています。".into(),
            Self::FeeNotDue => "手数料を決める時期ではありません。".into(),
            Self::FeeNotAssessed => "手数料がまだ決まっていません。".into(),
            Self::FeeAlreadySettled => "手数料は既に納付または免除されています。".into(),
            Self::AmountDiffers { due, .. } => format!("納付する金額は{due}です。"),
            Self::FeeUnsettled => "手数料の納付が済んでいません。".into(),
            Self::NothingToIssue => "交付する物のない手続です。".into(),
            Self::NotGranted => "交付の対象となる決定がありません。".into(),
            Self::CopiesOutOfRange { requested, .. } => format!("申請された通数は{requested}通です。"),
            Self::AlreadyTold => "審査結果は既にお知らせしています。".into(),
            Self::StillDue => "まだ終わっていない手続があります。".into(),
            Self::DivisionUnknown { .. } => "該当する担当課がありません。".into(),
            Self::InChargeAlready { .. } => "既に担当している課です。".into(),
            Self::DueTooEarly { after } => {
                format!("期限は{}より後の日にしてください。", after.format("%Y年%-m月%-d日"))
            }
            Self::AssignedAlready { .. } => "既に担当している職員です。".into(),
            Self::DueTooFar => "期限が遠すぎます。".into(),
            Self::CorrectionItemUnknown { item, .. } => format!("補正事項{item}はありません。"),
            Self::FieldUnknown { item } => format!("補正事項{item}の項目は、この申請の様式にありません。"),
            Self::CorrectionDefective { remarks } => {
                remarks.iter().map(|remark| remark.resident.as_str()).collect()
            }
            Self::CorrectionBeyondAsked { changed, labels } => format!(
                "補正をお願いした項目のほかに、変わっている内容が{changed}件あります。{}元の内容に戻してください。ほかにも直したい内容があるときは、担当課へ\
                 お問い合わせください。",
                labels.iter().map(|label| format!("「{label}」")).collect::<String>()
            ),
            Self::FormFieldsMissing => {
                "様式の項目を確認できないため、受け付けられません。市の窓口へお問い合わせください。".into()
            }
            Self::QuantityFixed { quantity } => {
                format!("手数料が決まっているため、通数は{quantity}通のままです。")
            }
            Self::DecidedElsewhere { agency } => format!("この手続は{agency}が処理します。"),
            Self::DecidedHere => "この手続は市が処理します。".into(),
            Self::ConsultationUnknown { .. } => "該当する協議がありません。".into(),
            Self::ConsultationAnswered { .. } => "この協議には既に回答があります。".into(),
            Self::ApprovalNeeded => "この手続の決定には決裁が必要です。".into(),
            Self::ApproverIsDrafter => "起案した人は決裁できません。".into(),
            Self::OtherApprover { .. } => "決裁する人が異なります。".into(),
            Self::ClockStandsStill => "補正をお待ちしているため、期限は止まっています。".into(),
            Self::CalendarUnchanged => "計算し直す期限がありません。".into(),
            Self::ArrivalInFuture => "到達の日時が正しくありません。".into(),
            Self::QuantityOutOfRange { .. } => "通数は1通から100通までです。".into(),
            Self::WithdrawalExcluded => "この手続は取り下げることができません。".into(),
            Self::WithdrawalPending => "取下げの申出を受け付けています。".into(),
            Self::NoWithdrawalRequested => "取下げの申出がありません。".into(),
            Self::AlreadyDecided => "既に審査が終わっています。".into(),
            Self::AlreadyRevoked => "決定は既に取り消されています。".into(),
            Self::NothingToRevoke => "取り消す決定がありません。".into(),
            Self::OutcomeChanged => "更正では審査結果を変えられません。".into(),
            Self::NoSuchAppeal { .. } => "該当する審査請求等がありません。".into(),
            Self::AppealPending => "審査請求等の手続が終わっていません。".into(),
            Self::NoAppealUpheld => "審査請求等は認められていません。".into(),
            Self::AppealOutOfRange => "審査請求等の日付が正しくありません。".into(),
            Self::NothingDecided => "決定のないまま終わった手続です。改めて申請してください。".into(),
            Self::ApproverIsActor => "承認は別の職員が行ってください。".into(),
            Self::WordsMissing => "説明を記入してください。".into(),
            Self::NoSuchHold { .. } => "該当する廃棄の停止がありません。".into(),
            Self::UnderHold => "廃棄が停止されています。".into(),
            Self::FeeNotNotified => "納入通知がまだ発行されていません。".into(),
            Self::PaymentKnown { yen, .. } => format!("この納付({yen})は既に記録されています。"),
            Self::SurplusHeld { .. } => "納め過ぎの手数料があります。お返しの手続をお待ちください。".into(),
            Self::NoGroundForExemption { .. } => "この手続では、その事由による免除はできません。".into(),
            Self::PaymentNumbersMalformed => "収納機関番号・納付番号・確認番号を確認してください。".into(),
            Self::LastDayHasPassed { .. } => "期限には今日以後の日付を指定してください。".into(),
            Self::NoSuchPayment { .. } => "該当する納付がありません。".into(),
            Self::RefundExcluded => "この手数料は還付されません。".into(),
            Self::RefundOutOfRange { left } => format!("還付できる金額は{left}までです。"),
            Self::VisitorNotVerified => "窓口で本人確認をしてから交付します。".into(),
            Self::VisitorAlreadyVerified => "本人確認は済んでいます。".into(),
            Self::VisitNotNeeded { .. } => "審査の前に必要な面談・書類の提示ではありません。".into(),
            Self::VisitMissing { .. } => "面談または書類の提示が済んでいません。".into(),
            Self::VisitOutOfRange => "面談・書類の提示の日付が正しくありません。".into(),
            Self::ElectronicDeliveryExcluded => "この手続は電子交付に対応していません。".into(),
            Self::AlreadyChosen => "既に選択されています。".into(),
            Self::ConsentMissing => "電子交付への同意がありません。".into(),
            Self::AlreadyPublished => "取得を待っている文書があります。".into(),
            Self::SealUnfit => "文書の種類に合わない公印です。".into(),
            Self::NothingToFetch => "取得できる文書がありません。".into(),
            Self::AlreadyDelivered => "決定の文書は既にお届けしています。".into(),
            Self::DocumentTellsItself => "文書の交付または取得を記録してください。".into(),
            Self::ReissueNotOffered => "この手続では再交付できません。改めて申請してください。".into(),
            Self::NoSuchCertificate { .. } => "該当する証明書等がありません。".into(),
            Self::CertificateNotInForce { .. } => "その証明書等は効力がありません。".into(),
            Self::KeptForGood => "永年保存の文書です。".into(),
            Self::RetentionRuns { until } => {
                format!("保存期間中です。{}から廃棄できます。", until.format("%Y年%-m月%-d日"))
            }
            Self::OtherApplicant => "ほかの方の申請です。".into(),
            Self::DeadlineNotReached { .. } => "期限はまだ来ていません。".into(),
            Self::DeadlineMoot => "この期限は既に効力がありません。".into(),
            Self::YearWithoutNumbers => "受付番号を発行できない年度です。".into(),
            Self::MayHoldMyNumber => {
                "マイナンバー(個人番号)と思われる12桁の数字があります。マイナンバーは記入しないでください。\
                                      別の番号であるときは、その旨を選んでから、もう一度申請してください。"
                    .into()
            }
            Self::NoSensitiveReference => {
                "個人番号の欄には番号を記入できません。画面の案内に従って、専用の入力欄から登録してください。".into()
            }
            Self::WordsMayHoldMyNumber { .. } => {
                "マイナンバー(個人番号)と思われる12桁の数字があります。削除するか伏せ字にしてください。\
                                      別の番号であるときは、その旨を選んでから、もう一度送信してください。"
                    .into()
            }
            Self::CalendarDefective(_) => "暦の内容を確認してください。".into(),
            Self::OutageOutOfRange => "停止の開始と終了の日時を確認してください。".into(),
            Self::MaintenanceTooLate => "開始時刻を過ぎたメンテナンスは告知できません。".into(),
            Self::MaintenanceUnknown { .. } => "取りやめるメンテナンスがありません。".into(),
            Self::CalendarNotPublished => "暦がまだ定められていません。".into(),
            Self::UserPurged => "この利用者登録は抹消されています。新しく登録してください。".into(),
            Self::UserSuspended => {
                "この利用者登録は利用を停止しています。市の窓口へお問い合わせください。".into()
            }
            Self::UserNotSuspended => "この利用者登録は停止されていません。".into(),
            Self::UserDormant => "長期間ご利用がなかったため休眠中です。ログインしてください。".into(),
            Self::MailNotConfirmed => {
                "メールアドレスが確認されていません。メールの案内に従ってください。".into()
            }
            Self::ConfirmationUnknown => "この確認用リンクは使えません。もう一度お申し込みください。".into(),
            Self::ConfirmationExpired { .. } => {
                "確認用リンクの有効期限が過ぎています。もう一度お申し込みください。".into()
            }
            Self::StatementOfOther => "署名された内容が、求められている内容と異なります。".into(),
            Self::MandateUnknown => "該当する委任状がありません。".into(),
            Self::MandateExists => "この委任状は既に作成されています。".into(),
            Self::MandateTermsInvalid => "委任状の内容(当事者、手続、期間)を確認してください。".into(),
            Self::MandateNotAwaited => "この委任状は、この操作を待っている状態ではありません。".into(),
            Self::MandateKeyWeak => "委任状の鍵が短すぎます。".into(),
            Self::MandateKeyWrong => "委任状の鍵が違います。".into(),
            Self::MandateNotInForce => "この委任は有効ではありません。".into(),
            Self::MandateOfOtherAgent => "この委任状の代理人ではありません。".into(),
            Self::MandateDoesNotCover { procedure } => {
                format!("この委任の対象ではない手続です({procedure})。")
            }
            Self::MandateOutOfPeriod { from, until } => {
                format!("委任の有効期間({from}から{until}まで)の外です。")
            }
            Self::AgentsNotAllowed => "この手続は代理人による申請ができません。".into(),
            Self::AgentsRestricted => "この手続の代理人は、法定代理人など一定の方に限られます。".into(),
            Self::ProcedureSuspended => "この手続は現在受付を停止しています。".into(),
            Self::ProcedureNotSuspended => "この手続は停止されていません。".into(),
            Self::OutsideIntake { opens_at: Some(at) } => {
                format!(
                    "受付期間外です。{}から受け付けます。",
                    at.to_jst().format("%Y年%-m月%-d日 %-H時%M分")
                )
            }
            Self::OutsideIntake { opens_at: None } => "受付期間外です。".into(),
            Self::AmendmentAwaitsApproval => "更正または取消しの決裁を待っています。".into(),
            Self::SignerNotBound => {
                "利用者登録した電子証明書と異なる証明書で署名されています。登録した証明書で署名するか、先に証明書を登録し直してください。"
                    .into()
            }
            Self::FilingDayNotStated { field } => {
                format!("「{field}」に日付を入力してください(例: 令和8年5月7日)。")
            }
            Self::EditionUnknown { edition } => format!("この手続に第{edition}版はありません。"),
            Self::EditionNotNewer { edition } => {
                format!("第{edition}版は、公開済みの版より新しくありません。")
            }
            Self::EditionTooEarly => "公開の時期が、現在または公開済みの版より前です。".into(),
            Self::ProcedureOfOtherStream { procedure } => format!("手続 {procedure} の登録先が異なります。"),
            Self::ProcedureDefective { defects, .. } => format!("手続の内容に{defects}件の不備があります。"),
            Self::IntakeInvalid => "受付期間の指定を確認してください。".into(),
            Self::FormFileUnusable => "様式の名称またはファイルを確認してください。".into(),
        }
    }
}
