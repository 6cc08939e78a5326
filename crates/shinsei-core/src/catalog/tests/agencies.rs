//! The rows of the sample that concern another agency, as whole values.

use expect_test::expect;

use super::rows::check;

#[test]
fn a_procedure_can_pass_through_the_city() {
    check(
        "HO-004",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "HO-004",
                ),
                edition: 1,
                category: HealthAndMedicine,
                kana: "イシメンキョショウサイコウフシンセイ",
                legal_basis: "医師法施行令",
                basis_kind: CabinetOrder,
                applicants: Individuals,
                agents: Allowed,
                payment: [],
                terms: Terms {
                    name: "医師免許証再交付申請",
                    act: Application,
                    division: DivisionId(
                        "HOKENJO-SOMU",
                    ),
                    signature: Required(
                        [
                            JpkiSigning,
                        ],
                    ),
                    fee: Free,
                    deliverable: None,
                    visits: [
                        Papers,
                    ],
                    standard_period: None,
                    clock_start: Arrival,
                    remedy: None,
                    deciding: Deciding {
                        organ: Head,
                        review_before: None,
                        review_first: false,
                    },
                    jurisdiction: Forwarded {
                        agency: "厚生労働省",
                    },
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        1,
                    ),
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "収入印紙3,100円分・旧免許証",
                    deadline: "",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "決めるのは国。市は書類を確かめて送り、市の手続は送付で終わる。市に納める手数料はない。免許証は国が発行する。標準処理期間は市の分も国の分も未設定。",
                source: "参考: 北海道医師会(名称・金額・保健所を通すこと)。ほかは想定。",
            }
        "#]],
    );
}

#[test]
fn a_procedure_can_be_another_agencys() {
    check(
        "DO-007",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "DO-007",
                ),
                edition: 1,
                category: Animals,
                kana: "ダイイッシュドウブツトリアツカイギョウトウロクショウサイコウフシンセイ",
                legal_basis: "動物の愛護及び管理に関する法律",
                basis_kind: Act,
                applicants: Both,
                agents: Allowed,
                payment: [],
                terms: Terms {
                    name: "第一種動物取扱業登録証再交付申請",
                    act: Application,
                    division: DivisionId(
                        "HOKENJO-EISEI",
                    ),
                    signature: Required(
                        [
                            JpkiSigning,
                            CommercialRegistration,
                        ],
                    ),
                    fee: Free,
                    deliverable: None,
                    visits: [],
                    standard_period: None,
                    clock_start: Arrival,
                    remedy: None,
                    deciding: Deciding {
                        organ: Head,
                        review_before: None,
                        review_first: false,
                    },
                    jurisdiction: Foreign {
                        agency: "北海道渡島総合振興局",
                    },
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        1,
                    ),
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "北海道収入証紙1,150円分",
                    deadline: "",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "市の手続ではない。届いたものは北海道へ送る。市に納める手数料はない。",
                source: "参考: 北海道(名称・金額)。ほかは想定。",
            }
        "#]],
    );
}
