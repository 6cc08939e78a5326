//! The rows of the sample that cost something, as whole values.

use expect_test::expect;

use super::rows::check;

#[test]
fn an_unknown_fee_is_assessed_and_never_zero() {
    check(
        "EI-006",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "EI-006",
                ),
                edition: 1,
                category: Sanitation,
                kana: "ショクチョウショリジョウノコウゾウセツビヘンコウキョカシンセイ",
                legal_basis: "食鳥処理の事業の規制及び食鳥検査に関する法律6条",
                basis_kind: Act,
                applicants: Both,
                agents: Allowed,
                payment: [
                    Counter,
                ],
                terms: Terms {
                    name: "食鳥処理場の構造設備変更許可申請",
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
                    fee: Due {
                        tariff: Assessed,
                        timing: BeforeReview,
                    },
                    deliverable: Issued {
                        name: "許可書",
                        by: Post,
                    },
                    visits: [
                        Payment,
                        Inspection,
                    ],
                    standard_period: Some(
                        Period {
                            length: 14,
                            unit: Day,
                            counted_from: TheDay,
                            holidays: Counted,
                            roll: None,
                            direction: After,
                        },
                    ),
                    clock_start: Arrival,
                    remedy: Some(
                        Remedy {
                            review_months: 3,
                            suit_months: 6,
                        },
                    ),
                    deciding: Deciding {
                        organ: Head,
                        review_before: None,
                        review_first: false,
                    },
                    jurisdiction: Own,
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        5,
                    ),
                    exemptions: Some(
                        [
                            MayorsDiscretion,
                        ],
                    ),
                    refund: IfNotAccepted,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "",
                    deadline: "変更前",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "手数料の額はわからない。軽い変更は届出でよい。",
                source: "函館市(CC BY 2.1 JP)。編集・加工あり。署名・納付時期は想定。",
            }
        "#]],
    );
}

#[test]
fn a_certificate_is_paid_when_it_is_fetched() {
    check(
        "JU-001",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "JU-001",
                ),
                edition: 1,
                category: ResidentsAndSeals,
                kana: "ジュウミンヒョウノウツシコウフシンセイ",
                legal_basis: "住民基本台帳法12条",
                basis_kind: Act,
                applicants: Individuals,
                agents: Allowed,
                payment: [
                    Counter,
                ],
                terms: Terms {
                    name: "住民票の写し交付申請",
                    act: Application,
                    division: DivisionId(
                        "SHIMIN-KOSEKI",
                    ),
                    signature: Required(
                        [
                            JpkiSigning,
                        ],
                    ),
                    fee: Due {
                        tariff: Each {
                            yen: Yen(
                                300,
                            ),
                            unit: "通",
                        },
                        timing: AtPickup,
                    },
                    deliverable: Issued {
                        name: "住民票の写し",
                        by: Counter,
                    },
                    visits: [
                        Payment,
                        Pickup,
                    ],
                    standard_period: Some(
                        Period {
                            length: 1,
                            unit: Day,
                            counted_from: TheDay,
                            holidays: Skipped,
                            roll: None,
                            direction: After,
                        },
                    ),
                    clock_start: Arrival,
                    remedy: Some(
                        Remedy {
                            review_months: 3,
                            suit_months: 6,
                        },
                    ),
                    deciding: Deciding {
                        organ: Head,
                        review_before: None,
                        review_first: false,
                    },
                    jurisdiction: Own,
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        1,
                    ),
                    exemptions: Some(
                        [
                            PublicAssistance,
                            PublicBody,
                            Statute,
                            Pension,
                        ],
                    ),
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: true,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "",
                    deadline: "",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "別の世帯の人が代わりに申請するときは委任状が要る。",
                source: "函館市(CC BY 2.1 JP)。編集・加工あり。手数料は小樽市ほか、署名は西宮市を参考にした。期間は想定。",
            }
        "#]],
    );
}
