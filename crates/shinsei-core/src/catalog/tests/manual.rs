//! The tables of docs/catalog.md, made from the code.

use std::fmt::Write as _;

use super::*;
use crate::catalog::columns::{
    self as c, ArrivalCounting, Charge, Closed, Counting, Kind, OrganKind, Signing,
};
use crate::form::schema::Media;
use crate::period::Roll;
use crate::procedure::filing::LateFiling;
use crate::procedure::{
    Agents, Applicants, BasisKind, ConsentRule, Delivery, ExemptionGround, PaymentMethod, RefundRule, Visit,
    WithdrawalRule,
};
use crate::signature::CertificateKind;

const MANUAL: &str = include_str!("../../../../../docs/catalog.md");

fn one_of<T: Closed>() -> String {
    T::words().iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ")
}

/// What may stand in a cell of the procedures.
fn procedures_cell(column: &str) -> String {
    let fixed = match column {
        c::ID => "a code of its own: 1 to 64 ASCII letters, digits, `-` `_` `.` `/`",
        c::EDITION => "a whole number from 1",
        c::NAME | c::BASIS => "text",
        c::KANA => "full-width katakana, or blank",
        c::AGENCY => "text where 所管区分 is not `市`, else blank",
        c::ORGAN_NAME => "text where 処分庁区分 is there and not `首長`, else blank",
        c::REVIEW_BEFORE => {
            "text where a law of its own names who reviews, or blank: it follows from 処分庁区分; blank where the act is no disposition"
        }
        c::DIVISION_ID => "a code of the divisions",
        c::DIVISION_NAME | c::PHONE => "as the divisions have it, or blank; always written",
        c::FEE => "whole yen in ASCII digits; `0`: free; blank: not known, an officer assesses it",
        c::FEE_UNIT => "text where 手数料 is a number from 1, else blank",
        c::DELIVERABLE => "text, or blank: nothing is handed over",
        c::PERIOD => "a number from 1 with `日`, `週` or `月`, such as `14日`; blank: none is set (未設定)",
        c::REISSUE => {
            "whole yen a copy in ASCII digits, `無料`, or blank: nothing is issued again; blank without 交付物"
        }
        c::AGENCY_PERIOD => {
            "as 標準処理期間, of the agency to which it is forwarded; blank where 所管区分 is not `経由`, or where none is set"
        }
        c::FILING => {
            "`公示`; `毎年8月1日から8月31日まで`; `2025-04-16まで`, `2025-04-01から2025-04-16まで`; of a day that the form states, in a \
             field of that name: `死亡日の翌日から30日以内`, `転入日から14日以内`, `着手日の30日前まで`, in `日`, `週間` or `か月`; blank: at any \
             time"
        }
        c::RETENTION => {
            "`永年`, or a number from 1 to 30 with `年`, such as `5年`, counted from the 1 April after the fiscal year of \
             completion"
        }
        c::FORM_VERSION => "a whole number from 1, or blank",
        c::GUIDE_URL | c::FORM_URL => "an address with `https://` or `http://`, or blank",
        c::PUBLISHED | c::UPDATED => "a date such as `2026-05-07` (`2026/5/7` is read, too), or blank",
        c::ATTACHMENTS | c::DEADLINE | c::INTAKE | c::NOTE | c::SOURCE => "text, or blank",
        _ => "",
    };
    match column {
        c::CATEGORY => one_of::<Category>(),
        c::ACT => one_of::<Act>(),
        c::FILING_ROLL => format!("{}; blank without 受付の時期 and where it is `公示`", one_of::<Roll>()),
        c::LATE => format!("{}; blank without 受付の時期", one_of::<LateFiling>()),
        c::LATE_EFFECT => {
            "text, or blank: what follows for whoever is late; blank where 期限後 is not `受け付ける`"
                .to_owned()
        }
        c::BASIS_KIND => one_of::<BasisKind>(),
        c::JURISDICTION => one_of::<Charge>(),
        c::APPLICANTS => one_of::<Applicants>(),
        c::SIGNATURE => one_of::<Signing>(),
        c::CERTIFICATES => format!("list of {}; blank where 電子署名 is `不要`", one_of::<CertificateKind>()),
        c::AGENTS => one_of::<Agents>(),
        c::FEE_TIMING => format!("{}; blank where 手数料 is `0`", one_of::<FeeTiming>()),
        c::PAYMENT => format!("list of {}; blank where 手数料 is `0`", one_of::<PaymentMethod>()),
        c::DELIVERY => format!("{}; blank without 交付物", one_of::<Delivery>()),
        c::VISITS => format!("list of {}, or blank", one_of::<Visit>()),
        c::EXEMPTIONS => {
            format!("list of {}, or blank; blank where 手数料 is `0`", one_of::<ExemptionGround>())
        }
        c::REFUND => format!("{}; blank where 手数料 is `0`", one_of::<RefundRule>()),
        c::CONSENT => format!(
            "{}: agreed to with the application or for the single case; blank: on paper only",
            one_of::<ConsentRule>()
        ),
        c::IDENTIFICATION => format!("{}; `要` only where 交付方法 is `窓口`", one_of::<Signing>()),
        c::WITHDRAWAL => {
            format!("{}: at once, if the city consents, not at all", one_of::<WithdrawalRule>())
        }
        c::COUNTING => format!("{}; blank without 標準処理期間", one_of::<Counting>()),
        c::AGENCY_COUNTING => format!("{}; blank without 送付先の標準処理期間", one_of::<ArrivalCounting>()),
        c::ORGAN => format!("{}: who decides; blank where the act is no disposition", one_of::<OrganKind>()),
        c::REVIEW_FIRST => format!(
            "{}: whether a suit must wait for the review; blank where the act is no disposition",
            one_of::<Signing>()
        ),
        c::APPROVAL => format!("{}: somebody else than the drafter approves a decision", one_of::<Signing>()),
        _ => fixed.to_owned(),
    }
}

fn divisions_cell(column: &str) -> String {
    match column {
        c::DIVISION_ID => "a code of its own: 1 to 64 ASCII letters, digits, `-` `_` `.` `/`",
        c::DIVISION_NAME => "text, of its own",
        c::PHONE => "digits and hyphens, a digit first",
        c::COUNTER | c::HOURS => "text",
        c::STAFF_MAIL => "a mail address of the division, or blank: its staff is not written to",
        c::HEAD_MAIL => "a mail address of its head, or blank: the head is not written to",
        _ => "",
    }
    .to_owned()
}

/// What may stand in a cell of the fields of forms.
fn forms_cell(column: &str) -> String {
    match column {
        c::ID => "a code of the procedures".to_owned(),
        c::FIELD => {
            "a code of its own in the form, or in its group: 1 to 64 letters or digits of any script, `-` `_` `・`".to_owned()
        }
        c::LABEL => "text".to_owned(),
        c::GROUP => "the code of a `繰返し` above in the same form, or blank; blank for a `繰返し`".to_owned(),
        c::KIND => one_of::<Kind>(),
        c::REQUIRED => format!("{}; blank for a `繰返し`", one_of::<Signing>()),
        c::WHEN => "the code of a `選択` or `複数選択` above, of the same group or of none, or blank: asked for always".to_owned(),
        c::IS => "list of choices of 条件項目: asked for where one of them is picked; blank without 条件項目".to_owned(),
        c::MIN => {
            "a whole number, or blank: the fewest characters of a text, the least number, the fewest times of a `繰返し`".to_owned()
        }
        c::MAX => {
            "a whole number from 1 and from 下限, or blank: the most of the same, and the most KiB of an `添付`; never blank for \
             `添付` and `繰返し`"
                .to_owned()
        }
        c::CHOICES => "list of texts, each once; blank unless 種類 is `選択` or `複数選択`".to_owned(),
        c::MEDIA => format!("list of {}; blank unless 種類 is `添付`", one_of::<Media>()),
        c::HINT => "text, or blank".to_owned(),
        _ => String::new(),
    }
}

fn table(header: &[&str], cell: fn(&str) -> String) -> String {
    let mut table = "| column | what may stand in it |\n|---|---|\n".to_owned();
    for column in header {
        let cell = cell(column);
        assert_ne!(cell, "", "{column} is not explained");
        writeln!(table, "| {column} | {cell} |").unwrap();
    }
    table
}

#[test]
fn the_manual_has_the_columns_and_the_closed_values() {
    let tables = [
        table(c::PROCEDURES, procedures_cell),
        table(c::DIVISIONS, divisions_cell),
        table(c::FORMS, forms_cell),
    ];
    for expected in tables {
        assert!(MANUAL.contains(&expected), "docs/catalog.md needs this table:\n{expected}");
    }
}
