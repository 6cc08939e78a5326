//! 補正と様式の項目: what a correction must put right, and what it may change.

use expect_test::expect;
use shinsei_conformance::life::{Life, Step, form};
use shinsei_conformance::stamp::{attached, detached};
use shinsei_core::bytes::Bytes;
use shinsei_core::calendar::Calendar;
use shinsei_core::command::{AskedItem, Command, Correction, CorrectionRequest, Submit, SubmittedForm};
use shinsei_core::decide::decide;
use shinsei_core::decider::Context;
use shinsei_core::document::Seed;
use shinsei_core::event::CorrectionKind;
use shinsei_core::form::attached::naming;
use shinsei_core::ids::CaseId;
use shinsei_core::outcome::NonEmpty;
use shinsei_core::rejection::Rejection;
use shinsei_core::rejection::StateName::UnderReview;
use shinsei_core::service_hours::ServiceHours;

use crate::kit::{on, said, sample};

/// A case of the procedure under review that arrived with these answers and files.
fn reviewed(id: &str, answers: &str, files: &[Bytes]) -> Life {
    let procedure = sample(id);
    let life = Life::of(procedure.clone());
    let bytes = form(&procedure, life.applicant_id(), 1, answers);
    let form = match procedure.terms.signature.accepted().first() {
        None => SubmittedForm::Unsigned(bytes.into()),
        Some(kind) => detached(*kind, &bytes),
    };
    let submit = Command::Submit(Submit { form, attachments: files.to_vec(), ..life.submission() });
    life.clone().run(&[Step::new(life.applicant(), submit), Step::new(life.officer(), Command::StartReview)])
}

fn asked(fields: &[&str], kind: CorrectionKind, life: &Life) -> Command {
    let item =
        |field: &&str| AskedItem { field: field.parse().ok(), text: "直してください。".into() };
    let items = NonEmpty::new(fields.iter().map(item).collect()).unwrap();
    Command::RequestCorrection(CorrectionRequest { items, due: on(life, 14), kind })
}

fn corrected(life: &Life, items: &[u32], answers: &str) -> Command {
    corrected_with(life, items, 1, answers)
}

fn corrected_with(life: &Life, items: &[u32], quantity: u32, answers: &str) -> Command {
    let bytes = form(life.procedure(), life.applicant_id(), quantity, answers);
    let form = match life.procedure().terms.signature.accepted().first() {
        None => SubmittedForm::Unsigned(bytes.into()),
        Some(kind) => detached(*kind, &bytes),
    };
    let items = NonEmpty::new(items.to_vec()).unwrap();
    Command::Correct(Correction { items, form, attachments: vec![] })
}

fn standing(life: &Life) -> String {
    let flaws = &life.state().arrival().unwrap().flaws;
    let said = flaws.iter().map(|flaw| {
        let place = flaw.field.as_ref().map_or_else(|| "様式".to_owned(), ToString::to_string);
        format!("{place} {}", flaw.fault.code())
    });
    said.collect::<Vec<_>>().join(", ")
}

const DOGS: &str = r#""氏名":"髙𠮷 花子","フリガナ":"タカヨシ ハナコ","住所":"函館市","犬/1/鑑札番号":"1","犬/1/名前":"ポチ","犬/1/変更の内容":"マイクロチップ","変更日":"2026-05-01","犬/1/マイクロチップ番号":"123""#;

#[test]
fn a_correction_in_part_must_fit_where_it_says_it_puts_something_right() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let all = "氏名 glyph-check, 郵便番号 missing, 電話番号 missing, 犬/1/マイクロチップ番号 too-short";
    assert_eq!(standing(&life), all);
    let ask = asked(&["郵便番号", "犬"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let answer = |items: &[u32], more: &str| corrected(&life, items, &format!("{{{DOGS}{more}}}"));
    let postal = r#","郵便番号":"040-8666""#;
    let refused = |command| {
        let said = life.clone().ask(&Step::new(life.applicant(), command));
        said.err().map(|rejection| rejection.to_string())
    };
    expect![[r#"
        [
            Some(
                "what was to be put right does not fit the form: 郵便番号: is required and has no answer",
            ),
            Some(
                "what was to be put right does not fit the form: 犬/1/マイクロチップ番号: needs at least 15 characters",
            ),
            Some(
                "2 things were to be put right; there is no number 3",
            ),
            None,
        ]
    "#]].assert_debug_eq(&[
        refused(answer(&[1], "")),
        refused(answer(&[1, 2], postal)),
        refused(answer(&[3], postal)),
        refused(answer(&[1], postal)),
    ]);
    let after = life.clone().run(&[Step::new(life.applicant(), answer(&[1], postal))]);
    assert_eq!(standing(&after), "氏名 glyph-check, 電話番号 missing, 犬/1/マイクロチップ番号 too-short");
}

/// What differs beside what was asked for is named by the form's own words, and never by the applicant's.
#[test]
fn a_correction_in_part_changes_what_was_asked_for_and_what_that_brings_with_it() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let ask = asked(&["郵便番号", "犬/1/変更の内容"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let said = |items: &[u32], answers: &str| {
        let step = Step::new(life.applicant(), corrected(&life, items, &format!("{{{answers}}}")));
        life.clone()
            .ask(&step)
            .map(|_| ())
            .map_err(|rejection| format!("{rejection:?} {}", rejection.resident()))
    };
    let postal = format!(r#"{DOGS},"郵便番号":"040-8666""#);
    assert_eq!(said(&[1], &postal), Ok(()));
    let moved = postal.replace(r#""住所":"函館市""#, r#""住所":"北斗市""#).replace("ポチ", "タロ");
    let added = format!(r#"{moved},"甲野 花子の秘密":"x""#);
    expect![[r#"
        Err(
            "CorrectionBeyondAsked { changed: 3, labels: [\"住所\", \"犬(1件目)の名前\"] } 補正をお願いした項目のほかに、変わっている内容が3件あります。「住所」「犬(1件目)の名前」元の内容に戻してください。ほかにも直したい内容があるときは、担当課へお問い合わせください。",
        )
    "#]].assert_debug_eq(&said(&[1], &added));
    // Taken away is changed, too; and what was asked for under another number is not put right by this one.
    let without = postal.replace(r#""フリガナ":"タカヨシ ハナコ","#, "");
    expect![[r#"
        Err(
            "CorrectionBeyondAsked { changed: 1, labels: [\"フリガナ\"] } 補正をお願いした項目のほかに、変わっている内容が1件あります。「フリガナ」元の内容に戻してください。ほかにも直したい内容があるときは、担当課へお問い合わせください。",
        )
    "#]].assert_debug_eq(&said(&[1], &without));
    // 新しい所在地 is asked for where 変更の内容 says so: it comes with it.
    let elsewhere = postal
        .replace(r#""犬/1/変更の内容":"マイクロチップ""#, r#""犬/1/変更の内容":"所在地""#)
        .replace(r#","犬/1/マイクロチップ番号":"123""#, r#","犬/1/新しい所在地":"函館市""#);
    assert_eq!(said(&[1, 2], &elsewhere), Ok(()));
    assert!(said(&[1], &elsewhere).unwrap_err().contains("CorrectionBeyondAsked"));
}

/// It is no field, and nobody asked for another one.
#[test]
fn a_correction_in_part_leaves_the_number_of_copies_as_it_is() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let ask = asked(&["郵便番号"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let postal = format!(r#"{{{DOGS},"郵便番号":"040-8666"}}"#);
    let with =
        |quantity| said(life.clone(), &life.applicant(), corrected_with(&life, &[1], quantity, &postal));
    assert_eq!(with(1), "yes");
    assert_eq!(with(2), r#"CorrectionBeyondAsked { changed: 1, labels: ["通数"] }"#);
}

/// A thing that names no field may mean any place.
#[test]
fn what_names_no_field_may_change_anything() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let item = AskedItem { field: None, text: "別の犬についての届出と思われます。".into() };
    let due = on(&life, 14);
    let moved = DOGS.replace("ポチ", "タロ");
    let free = CorrectionRequest { items: NonEmpty::one(item), due, kind: CorrectionKind::Partial };
    let open = life.clone().run(&[Step::new(life.officer(), Command::RequestCorrection(free))]);
    assert_eq!(said(open.clone(), &open.applicant(), corrected(&open, &[1], &format!("{{{moved}}}"))), "yes");
}

/// The form that a signature encloses is found in it again, wherever it stands there.
#[test]
fn a_form_inside_its_signature_is_compared_as_any_other() {
    let procedure = sample("JU-001");
    let life = Life::of(procedure.clone());
    let kind = *procedure.terms.signature.accepted().first().unwrap();
    let of = |answers: &str| attached(kind, &form(&procedure, life.applicant_id(), 1, answers));
    let submit = Command::Submit(Submit {
        form: of(r#"{"氏名":"甲野 花子","住所":"函館市"}"#),
        ..life.submission()
    });
    let life = life
        .clone()
        .run(&[Step::new(life.applicant(), submit), Step::new(life.officer(), Command::StartReview)]);
    let ask = asked(&["氏名"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let correct = |answers: &str| {
        let items = NonEmpty::one(1);
        Command::Correct(Correction { items, form: of(answers), attachments: vec![] })
    };
    let by = life.applicant();
    let name_alone = correct(r#"{"氏名":"甲野 華子","住所":"函館市"}"#);
    assert_eq!(said(life.clone(), &by, name_alone), "yes");
    // Nobody asked for it, and what it is called is the applicant's own word: the form has no fields.
    let beside = correct(r#"{"氏名":"甲野 華子","住所":"北斗市"}"#);
    assert_eq!(said(life.clone(), &by, beside), "CorrectionBeyondAsked { changed: 1, labels: [] }");
}

#[test]
fn a_correction_of_one_of_several_need_not_mend_the_others() {
    let dogs = format!(r#"{DOGS},"犬/2/鑑札番号":"2","犬/2/名前":"コロ","犬/2/変更の内容":"マイクロチップ""#);
    let second = |chip: &str| format!(r#"{{{dogs},"犬/2/マイクロチップ番号":"{chip}"}}"#);
    let life = reviewed("DO-005", &second("9"), &[]);
    let ask = asked(&["犬/2/マイクロチップ番号"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let mended = corrected(&life, &[1], &second("392148012345678"));
    let after = life.clone().run(&[Step::new(life.applicant(), mended)]);
    assert_eq!(after.state().name(), UnderReview, "{:?}", after.refusals());
    assert!(standing(&after).ends_with("犬/1/マイクロチップ番号 too-short"), "{}", standing(&after));
}

#[test]
fn a_resubmission_must_fit_wholly_and_says_all_that_does_not() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let ask = asked(&["郵便番号"], CorrectionKind::Resubmit, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let command = corrected(&life, &[1], &format!(r#"{{{DOGS},"郵便番号":"040-8666"}}"#));
    let rejection = life.clone().ask(&Step::new(life.applicant(), command)).err().unwrap();
    assert_eq!(
        rejection.resident(),
        "「電話番号」を記入してください。「犬(1件目)のマイクロチップ番号」は15文字以上で記入してください。"
    );
}

#[test]
fn a_file_that_nobody_asked_for_is_not_sent_again_and_what_was_found_of_it_stands() {
    let plan = b"GIF89a".as_slice();
    let answers = |name: &str| {
        let named = naming(plan, "図.png");
        format!(r#"{{"氏名":"{name}","位置図":"{named}","構造図":"{}"}}"#, naming(b"%PDF-", "a.pdf"))
    };
    let files = [plan.into(), b"%PDF-".as_slice().into()];
    let life = reviewed("KE-001", &answers(r"架空\n商店"), &files);
    let ask = asked(&["氏名"], CorrectionKind::Partial, &life);
    let life = life.clone().run(&[Step::new(life.officer(), ask)]);
    let after =
        life.clone().run(&[Step::new(life.applicant(), corrected(&life, &[1], &answers("架空商店")))]);
    let of_files = |life: &Life| standing(life).split(", ").filter(|said| said.contains('図')).count();
    assert!(
        standing(&after).ends_with("位置図 other-media") && of_files(&after) == 1,
        "{}",
        standing(&after)
    );
    assert!(!standing(&after).contains("氏名"));
}

#[test]
fn what_is_asked_for_names_places_that_the_form_has() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let ask =
        |fields: &[&str]| said(life.clone(), &life.officer(), asked(fields, CorrectionKind::Partial, &life));
    assert_eq!(ask(&["氏名", "犬", "犬/10/名前"]), "yes");
    assert_eq!(ask(&["氏名", "生年月日"]), "FieldUnknown { item: 2 }");
    assert_eq!(ask(&["犬/11/名前"]), "FieldUnknown { item: 1 }");
    assert_eq!(ask(&["名前"]), "FieldUnknown { item: 1 }");
    // A word that is no place at all names nothing, and a free form has whatever it is said to have.
    let free = reviewed("DO-006", r#"{"何でも":"よい"}"#, &[]);
    assert_eq!(
        said(free.clone(), &free.officer(), asked(&["生年月日"], CorrectionKind::Partial, &free)),
        "yes"
    );
}

/// What a case keeps is not guessed at when it is not there.
#[test]
fn nothing_is_asked_for_by_fields_that_cannot_be_read() {
    let life = reviewed("DO-005", &format!("{{{DOGS}}}"), &[]);
    let (calendar, hours) = (Calendar::standard(), ServiceHours::default());
    let (officer, stream) = (life.officer(), CaseId(uuid::Uuid::nil()).into());
    let municipality = "012025".parse().unwrap();
    let context = Context::bare(life.now(), municipality, stream, &officer, &calendar, &hours, Seed([0; 32]));
    let ask = asked(&["氏名"], CorrectionKind::Partial, &life);
    assert_eq!(decide(life.state(), &ask, &context).err(), Some(Rejection::FormFieldsMissing));
}
