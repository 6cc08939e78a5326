//! The rows of the sample that stretch the model, as whole values.

use expect_test::{Expect, expect};

use super::*;

pub(super) fn check(id: &str, expected: Expect) {
    let catalog = Catalog::sample();
    expected.assert_debug_eq(catalog.procedure(&ProcedureId::new(id).unwrap()).unwrap());
}

#[test]
fn a_filing_can_have_a_fee_and_an_inspection() {
    check(
        "EI-003",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "EI-003",
                ),
                edition: 1,
                category: Sanitation,
                kana: "リヨウショカイセツトドケ",
                legal_basis: "理容師法11条・11条の2",
                basis_kind: Act,
                applicants: Both,
                agents: Allowed,
                payment: [
                    Counter,
                ],
                terms: Terms {
                    name: "理容所開設届",
                    act: Filing,
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
                        tariff: Each {
                            yen: Yen(
                                16000,
                            ),
                            unit: "件",
                        },
                        timing: AtApplication,
                    },
                    deliverable: Issued {
                        name: "確認済証",
                        by: Post,
                    },
                    visits: [
                        Payment,
                        Inspection,
                    ],
                    standard_period: Some(
                        Period {
                            length: 10,
                            unit: Day,
                            counted_from: TheDay,
                            holidays: Skipped,
                            roll: None,
                            direction: After,
                        },
                    ),
                    clock_start: Arrival,
                    remedy: None,
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
                        3,
                    ),
                    exemptions: Some(
                        [
                            MayorsDiscretion,
                        ],
                    ),
                    refund: MayorsDiscretion,
                    reissue: Free,
                    consent: None,
                    identification: false,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "",
                    deadline: "開設前",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "届出だが、検査の手数料を納め、施設の検査を受けてから使い始める。",
                source: "参考: 倉敷市ほか(名称・手数料)、鹿児島市(期限)。ほかは想定。",
            }
        "#]],
    );
}

#[test]
fn a_certificate_can_be_free() {
    check(
        "ZE-003",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "ZE-003",
                ),
                edition: 1,
                category: Tax,
                kana: "ケイジドウシャゼイノウゼイショウメイショシャケンヨウコウフシンセイ",
                legal_basis: "道路運送車両法97条の2",
                basis_kind: Act,
                applicants: Both,
                agents: Allowed,
                payment: [],
                terms: Terms {
                    name: "軽自動車税納税証明書(車検用)交付申請",
                    act: Application,
                    division: DivisionId(
                        "ZAIMU-ZEIMU",
                    ),
                    signature: Exempt,
                    fee: Free,
                    deliverable: Issued {
                        name: "軽自動車税納税証明書",
                        by: Counter,
                    },
                    visits: [
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
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
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
                note: "車検に使う証明書は無料。",
                source: "函館市(CC BY 2.1 JP)。編集・加工あり。無料であることは富岡市・大崎市を参考にした。期間・署名は想定。",
            }
        "#]],
    );
}

#[test]
fn a_procedure_can_be_for_corporations_alone() {
    check(
        "ZE-008",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "ZE-008",
                ),
                edition: 1,
                category: Tax,
                kana: "ホウジントウノセツリツセッチトドケ",
                legal_basis: "函館市税条例(想定)",
                basis_kind: Ordinance,
                applicants: Corporations,
                agents: Restricted,
                payment: [],
                terms: Terms {
                    name: "法人等の設立・設置届",
                    act: Filing,
                    division: DivisionId(
                        "ZAIMU-SHIMINZEI",
                    ),
                    signature: Required(
                        [
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
                    jurisdiction: Own,
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        3,
                    ),
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
                    filing: None,
                },
                guidance: Guidance {
                    attachments: "",
                    deadline: "設立または設置の日から条例の定める日数以内",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "代理できるのは税理士。商業登記電子証明書で署名する。",
                source: "想定。",
            }
        "#]],
    );
}

#[test]
fn an_act_under_a_guideline_has_no_remedy() {
    check(
        "KE-005",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "KE-005",
                ),
                edition: 1,
                category: ConstructionAndRoads,
                kana: "シドウカンイホソウセイビシンセイ",
                legal_basis: "函館市私道簡易舗装整備要綱",
                basis_kind: Guideline,
                applicants: Both,
                agents: Restricted,
                payment: [],
                terms: Terms {
                    name: "私道簡易舗装整備申請",
                    act: Application,
                    division: DivisionId(
                        "DOBOKU-DORO",
                    ),
                    signature: Exempt,
                    fee: Free,
                    deliverable: Issued {
                        name: "決定通知書",
                        by: Post,
                    },
                    visits: [],
                    standard_period: Some(
                        Period {
                            length: 30,
                            unit: Day,
                            counted_from: TheNextDay,
                            holidays: Counted,
                            roll: None,
                            direction: After,
                        },
                    ),
                    clock_start: Arrival,
                    remedy: None,
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
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: Some(
                        WithApplication,
                    ),
                    identification: false,
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
                note: "町会などの団体が代表者の名で申請する。東部の4支所では各支所の産業建設課が担当する。要綱によるもので、処分ではない。",
                source: "函館市(CC BY 2.1 JP)。編集・加工あり。期間・署名は想定。",
            }
        "#]],
    );
}

#[test]
fn a_filing_can_need_no_signature_and_give_nothing() {
    check(
        "DO-006",
        expect![[r#"
            Procedure {
                id: ProcedureId(
                    "DO-006",
                ),
                edition: 1,
                category: Animals,
                kana: "イヌノシボウトドケ",
                legal_basis: "狂犬病予防法4条4項",
                basis_kind: Act,
                applicants: Both,
                agents: Allowed,
                payment: [],
                terms: Terms {
                    name: "犬の死亡届",
                    act: Filing,
                    division: DivisionId(
                        "HOKENJO-EISEI",
                    ),
                    signature: Exempt,
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
                    jurisdiction: Own,
                    agency_period: None,
                    approval: false,
                    withdrawal: AtOnce,
                    retention: Years(
                        3,
                    ),
                    exemptions: None,
                    refund: Never,
                    reissue: NotOffered,
                    consent: None,
                    identification: false,
                    filing: Some(
                        Filing {
                            time: Counted {
                                from: "死亡日",
                                period: Period {
                                    length: 30,
                                    unit: Day,
                                    counted_from: TheNextDay,
                                    holidays: Counted,
                                    roll: Forward,
                                    direction: After,
                                },
                            },
                            late: Received,
                            late_effect: None,
                        },
                    ),
                },
                guidance: Guidance {
                    attachments: "",
                    deadline: "死亡から30日以内",
                    intake: "",
                    guide_url: "",
                    form_url: "",
                    form_version: None,
                    published_on: None,
                    updated_on: None,
                },
                form: free,
                note: "鑑札と注射済票はあとで返す。",
                source: "参考: 京極町(期限)。ほかは想定。",
            }
        "#]],
    );
}
