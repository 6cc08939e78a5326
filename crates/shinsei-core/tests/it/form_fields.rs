//! 様式の項目: what a form asks for is data of its procedure; every flaw is found at once, none keeps a form from arriving.

use expect_test::expect;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use shinsei_conformance::filled::Filled;
use shinsei_conformance::life::{Life, Step, form};
use shinsei_conformance::strategies;
use shinsei_conformance::strategies::form::fields;
use shinsei_core::bytes::Bytes;
use shinsei_core::catalog::Catalog;
use shinsei_core::command::{Command, Submit, SubmittedForm};
use shinsei_core::event::Event;
use shinsei_core::form::Form;
use shinsei_core::form::attached::naming;
use shinsei_core::form::flaw::{Fault, Flaw, Weight};
use shinsei_core::form::path::{FieldId, FieldPath};
use shinsei_core::form::report::FormReport;
use shinsei_core::form::schema::{Bounds, Days, FieldKind, FormSchema, Item, Media};
use shinsei_core::procedure::{Act, Procedure, SignatureRule};

use crate::kit::{SAMPLE, said, sample};

fn with(schema: FormSchema) -> Procedure {
    Procedure { form: schema.into(), ..strategies::plain(Act::Filing) }
}

/// What a dry run says of these answers: a line each.
fn reported(procedure: &Procedure, answers: &str, files: &[Bytes]) -> String {
    let life = Life::of(procedure.clone());
    let bytes = form(procedure, life.applicant_id(), 1, answers);
    let report = FormReport::of(procedure, life.applicant_id(), &bytes, files, life.now().date_jst());
    let lines = report.remarks.iter().map(|remark| {
        format!("{:?} {} {}\n  {}\n", remark.weight, remark.code, remark.operator, remark.resident)
    });
    lines.collect()
}

fn submitted(procedure: &Procedure, bytes: &[u8], files: &[Bytes]) -> Result<Vec<Flaw>, String> {
    let mut life = Life::of(procedure.clone());
    let (form, attachments) = (SubmittedForm::Unsigned(bytes.into()), files.to_vec());
    let submit = Command::Submit(Submit { form, attachments, ..life.submission() });
    let by = life.applicant();
    life.ask(&Step::new(by, submit)).map_err(|rejection| format!("{rejection:?}"))?;
    let flaws = life.history().iter().find_map(|recorded| match &recorded.event {
        Event::Submitted(submitted) => Some(submitted.flaws.clone()),
        _ => None,
    });
    Ok(flaws.unwrap())
}

#[test]
fn a_dry_run_says_everything_at_once_to_the_resident_and_to_the_operator() {
    let answers = r#"{
        "氏名": "髙𠮷 花子", "フリガナ": "こうの", "郵便番号": "040", "電話番号": "21-3826", "住所": "北海道函館市\n東雲町",
        "子/1/氏名": "甲野 一郎", "子/1/生年月日": "平成31年5月1日", "子/1/同居": "別居",
        "子/2/氏名": "甲野 次郎", "子/2/生年月日": "2030-01-01", "子/2/同居": "同居", "子/2/住所": "札幌市", "子/2/生計費の負担": "半分",
        "勤務先": "架空商店"
    }"#;
    expect![[r#"
        Notice glyph-check 氏名: has a rare character; look at its glyph before it is printed
          「氏名」にある文字の字形を、担当者が確認することがあります。お手続きは不要です。
        Defect not-kana フリガナ: takes full-width katakana
          「フリガナ」は全角カタカナで記入してください。
        Defect no-postal-code 郵便番号: takes a postal code of seven digits
          「郵便番号」は7桁の郵便番号を「040-8666」のように記入してください。
        Defect not-plain 住所: has control characters, line breaks in a line, or lost characters
          「住所」に使えない文字(改行や制御文字など)があります。入力し直してください。
        Defect no-phone 電話番号: takes a telephone number of ten or eleven digits with its leading 0
          「電話番号」は市外局番から「0138-21-3826」のように記入してください。
        Defect no-date 子/1/生年月日: takes a day that there is, as 2026-05-07 or 令和8年5月7日
          「子(1件目)の生年月日」は、実際にある日付を「2026-05-07」または「令和8年5月7日」のように記入してください。
        Defect missing 子/1/住所: is required and has no answer
          「子(1件目)の住所」を記入してください。
        Defect missing 子/1/生計費の負担: is required and has no answer
          「子(1件目)の生計費の負担」を選んでください。
        Defect in-future 子/2/生年月日: takes a day that is not after today
          「子(2件目)の生年月日」は今日までの日付を記入してください。
        Defect not-applicable 子/2/住所: is answered where another answer says that it is not asked for
          「子(2件目)の住所」の記入は必要ありません。空欄にしてください。
        Defect no-such-choice 子/2/生計費の負担: takes one of 負担している, 負担していない; several with ・ between, where several may be
          「子(2件目)の生計費の負担」は次の中から選んでください: 負担している、負担していない。
        Defect not-asked the form: has answers that it does not ask for; use the codes of its fields alone
          様式にない項目があります。様式にある項目だけを記入してください。
    "#]].assert_eq(&reported(&sample("JI-003"), answers, &[]));
}

#[test]
fn files_are_what_their_bytes_say_and_each_is_named_by_the_form() {
    let (map, plan, beside): (&[u8], &[u8], &[u8]) = (b"%PDF-1.7 map", b"GIF89a", b"%PDF-1.7 other");
    let answers = format!(
        r#"{{"氏名":"架空商店","郵便番号":"040-8666","住所":"函館市","電話番号":"0138-21-3826","占用の目的":"看板",
            "占用の場所":"市道東雲1号線","占用物件":"看板","表示面積":"0","占用開始日":"2026-05-06","占用終了日":"令和9年3月31日",
            "位置図":"{}","構造図":"{}","道路使用の協議資料":"協議.docx"}}"#,
        naming(map, "地図.pdf"),
        naming(plan, "図面.pdf"),
    );
    let files: Vec<Bytes> = [map, plan, beside].map(Bytes::from).to_vec();
    expect![[r#"
        Defect out-of-range 表示面積: takes a number from 1 to 1000
          「表示面積(平方メートル)」は1から1000までの数で記入してください。
        Defect in-past 占用開始日: takes a day that is not before today
          「占用開始日」は今日以降の日付を記入してください。
        Defect other-media 構造図: takes files of PDF, JPEG, PNG
          「構造図」は次の形式のファイルを添付してください: PDF、JPEG、PNG。
        Defect no-file 道路使用の協議資料: names a file as sha256:<64 hexadecimal digits>/<file name>
          「道路使用の協議資料」の添付ファイルが正しく指定されていません。添付し直してください。
        Defect file-not-asked the form: has files that no answer names
          様式にない添付ファイルがあります。取り除いてください。
    "#]]
    .assert_eq(&reported(&sample("KE-001"), &answers, &files));
    // What is named and does not come is missing; what is too large is.
    let large = [b"%PDF-".as_slice(), &vec![b' '; 5 * 1024 * 1024]].concat();
    let answers = format!(r#"{{"位置図":"{}","構造図":"{}"}}"#, naming(&large, ""), naming(plan, ""));
    let report = reported(&sample("KE-001"), &answers, &[large.into()]);
    let files: Vec<&str> = report.lines().filter(|line| line.contains("file-")).collect();
    expect![[r#"
        Defect file-too-large 位置図: takes files of at most 5120 KiB
        Defect file-missing 構造図: names a file that did not come with the form"#]]
    .assert_eq(&files.join("\n"));
}

#[test]
fn what_cannot_be_taken_at_all_is_said_with_what_is_to_be_put_right() {
    let procedure = sample("DO-005");
    let form = r#"{"procedure":"JU-001","applicant":"00000000-0000-0000-0000-0000000000ff","quantity":0,
        "answers":{"氏名":"123456789018"}}"#;
    let life = Life::of(procedure.clone());
    let report = FormReport::of(&procedure, life.applicant_id(), form.as_bytes(), &[], life.now().date_jst());
    assert!(!report.arrives());
    let said = |weight| {
        let of = report.remarks.iter().filter(|remark| remark.weight == weight);
        of.map(|remark| format!("{}: {}", remark.code, remark.resident)).collect::<Vec<_>>().join("\n")
    };
    expect![[r#"
        quantity-out-of-range: 通数は1から100までで指定してください。
        other-procedure: 別の手続の申請書です。手続を確認してください。
        other-applicant: 申請者が利用者登録と異なります。
        may-hold-my-number: 「氏名」: マイナンバー(個人番号)と思われる12桁の数字があります。マイナンバーは記入しないでください。別の番号であるときは、その旨を選んでから、もう一度申請してください。"#]].assert_eq(&said(Weight::Refused));
    expect![[r#"
        missing: 「フリガナ」を記入してください。
        missing: 「郵便番号」を記入してください。
        missing: 「住所」を記入してください。
        missing: 「電話番号」を記入してください。
        missing: 「変更日」を記入してください。
        too-few: 「犬」は1件以上記入してください。"#]]
    .assert_eq(&said(Weight::Defect));
    expect![[r#"{"field":null,"label":"様式","code":"quantity-out-of-range","weight":"Refused","resident":"通数は1から100までで指定してください。","operator":"0 copies are asked for; 1 to 100 are possible"}"#]].assert_eq(&serde_json::to_string(&report.remarks[0]).unwrap());
    let report = FormReport::of(&procedure, life.applicant_id(), b"{", &[], life.now().date_jst());
    let codes: Vec<&str> = report.remarks.iter().map(|remark| remark.code).collect();
    assert_eq!(codes, ["form-unreadable"]);
}

#[test]
fn a_form_with_flaws_arrives_and_the_officer_finds_them_recorded() {
    let procedure = sample("DO-005");
    let life = Life::of(procedure.clone());
    let answers =
        r#"{"氏名":"甲野 花子","郵便番号":"0408666","犬/1/名前":"ポチ","犬/1/変更の内容":"所在地・所有者"}"#;
    let bytes = form(&procedure, life.applicant_id(), 1, answers);
    let flaws = submitted(&procedure, &bytes, &[]).unwrap();
    expect![[r#"[{"field":"フリガナ","fault":"Missing"},{"field":"住所","fault":"Missing"},{"field":"電話番号","fault":"Missing"},{"field":"犬/1/鑑札番号","fault":"Missing"},{"field":"犬/1/新しい所在地","fault":"Missing"},{"field":"犬/1/前の所有者","fault":"Missing"}]"#]].assert_eq(&serde_json::to_string(&flaws).unwrap());
}

/// 番号法 20条: neither in the text of a file nor in its name, unless the applicant says under the signature what it is.
#[test]
fn a_file_that_looks_like_it_holds_a_my_number_is_asked_about() {
    let procedure = strategies::plain(Act::Filing);
    let life = Life::of(procedure.clone());
    let said = |member: &str, answers: &str, file: &[u8]| {
        let (id, applicant) = (&procedure.id, life.applicant_id());
        let bytes =
            format!(r#"{{"procedure":"{id}","applicant":"{applicant}"{member},"answers":{answers}}}"#);
        submitted(&procedure, bytes.as_bytes(), &[file.into()])
    };
    let number = "家族,番号\n甲野花子,1234-5678-9018\n".as_bytes();
    let asked = Err("MayHoldMyNumber".to_owned());
    assert_eq!(said("", "{}", number), asked);
    assert_eq!(said(r#","no_my_number":true"#, "{}", number), Ok(vec![]));
    assert_eq!(said("", "{}", "番号,1234-5678-9017\n".as_bytes()), Ok(vec![]));
    let named = |name: &str| format!(r#"{{"写し":"{}"}}"#, naming(b"%PDF-1.7", name));
    assert_eq!(said("", &named("123456789018.pdf"), b"%PDF-1.7"), asked);
    assert_eq!(said("", &named("写し.pdf"), b"%PDF-1.7 123456789018"), Ok(vec![]), "PDF is not searched");
}

/// 番号法 20条: in the place of a reference nothing else arrives, whatever is said of it, and no draft keeps it.
#[test]
fn what_needs_a_my_number_takes_a_reference_and_nothing_else() {
    let mut procedure = sample("KA-001");
    procedure.terms.signature = SignatureRule::Exempt;
    let life = Life::of(procedure.clone());
    let reference = format!("sref:{}", "q".repeat(28));
    let answers = |number: &str| {
        format!(
            r#"{{"氏名":"甲野 花子","生年月日":"昭和20年1月1日","被保険者番号":"0000000001","個人番号":"{number}"}}"#
        )
    };
    let said = |member: &str, number: &str| {
        let (id, applicant) = (&procedure.id, life.applicant_id());
        let answers = answers(number);
        let bytes =
            format!(r#"{{"procedure":"{id}","applicant":"{applicant}"{member},"answers":{answers}}}"#);
        let report =
            FormReport::of(&procedure, life.applicant_id(), bytes.as_bytes(), &[], life.now().date_jst());
        let draft = Command::SaveDraft { procedure: procedure.id.clone(), form: bytes.as_str().into() };
        let draft = said(life.clone(), &life.applicant(), draft);
        (submitted(&procedure, bytes.as_bytes(), &[]), report.arrives(), draft)
    };
    assert_eq!(said("", &reference), (Ok(vec![]), true, "yes".to_owned()));
    for (member, number) in [
        (r#","no_my_number":true"#, "123456789018"),
        (r#","no_my_number":true"#, "1234-5678-9018"),
        ("", "123456789017"),
        ("", "あとで"),
    ] {
        let refused = "NoSensitiveReference".to_owned();
        assert_eq!(said(member, number), (Err(refused.clone()), false, refused), "{number}");
    }
    // Left out, it is a defect like another: the city asks for it.
    let (arrived, arrives, draft) = said("", "");
    let missing = r#"[{"field":"個人番号","fault":"Missing"}]"#;
    assert_eq!(serde_json::to_string(&arrived.unwrap()).unwrap(), missing);
    assert!(arrives && draft == "yes");
    // The officer's page reads it, and nothing of the case shows it.
    let bytes = form(&procedure, life.applicant_id(), 1, &answers(&reference));
    let read = Form::parse(&bytes).unwrap();
    let found = procedure.form.sensitive_refs(&read);
    let found: Vec<_> = found.iter().map(|(place, one)| (place.to_string(), one.reveal())).collect();
    assert_eq!(found, [("個人番号".to_owned(), reference.as_str())]);
    assert!(!format!("{read:?} {:?}", procedure.form.sensitive_refs(&read)).contains("qqq"));
}

#[test]
fn every_fault_has_a_code_of_its_own() {
    let mut codes: Vec<&str> = Fault::ALL.iter().map(|fault| fault.code()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), Fault::ALL.len());
}

/// Breaks one answer of a form that is right; gives where, and what is wrong there then.
fn broken(schema: &FormSchema, filled: &mut Filled, which: &Index) -> Option<Flaw> {
    let places: Vec<FieldPath> = filled.answers.keys().map(|place| place.parse().unwrap()).collect();
    if places.is_empty() {
        return None;
    }
    let place = which.get(&places).clone();
    let field = schema.field(&place).unwrap();
    let long = |bounds: &Bounds| bounds.max.map(|max| ("花".repeat(max as usize + 1), Fault::TooLong));
    let (answer, fault) = match &field.kind {
        FieldKind::Text(bounds) => long(bounds).unwrap_or(("花\n子".to_owned(), Fault::NotPlain)),
        FieldKind::Prose(bounds) | FieldKind::Name(bounds) => {
            long(bounds).unwrap_or(("花\u{7}子".to_owned(), Fault::NotPlain))
        }
        FieldKind::Kana(_) => ("はなこ".to_owned(), Fault::NotKana),
        FieldKind::Latin(_) => ("Ａ".to_owned(), Fault::NotLatin),
        FieldKind::Number(Bounds { max: Some(max), .. }) => {
            ((u64::from(*max) + 1).to_string(), Fault::OutOfRange)
        }
        FieldKind::Number(_) => ("二".to_owned(), Fault::NoNumber),
        FieldKind::Date(Days::Any) => ("2026-02-29".to_owned(), Fault::NoDate),
        FieldKind::Date(Days::UntilToday) => ("9999-12-31".to_owned(), Fault::InFuture),
        FieldKind::Date(Days::FromToday) => ("明治6年1月1日".to_owned(), Fault::InPast),
        FieldKind::Choice(_) => ("本人・その他".to_owned(), Fault::NoSuchChoice),
        FieldKind::Choices(_) => ("本人・本人".to_owned(), Fault::NoSuchChoice),
        FieldKind::PostalCode => ("040-866".to_owned(), Fault::NoPostalCode),
        FieldKind::Phone => ("21-3826".to_owned(), Fault::NoPhone),
        FieldKind::MailAddress => ("hanako".to_owned(), Fault::NoMailAddress),
        FieldKind::CorporateNumber => ("8000012050002".to_owned(), Fault::NoCorporateNumber),
        FieldKind::Municipality => ("012024".to_owned(), Fault::NoMunicipality),
        FieldKind::SensitiveRef => ("123456789018".to_owned(), Fault::NoReference),
        FieldKind::Attachment { media, .. } if media.contains(&Media::Text) => {
            ("sha256:".to_owned(), Fault::NoFile)
        }
        FieldKind::Attachment { .. } => {
            let text = place.to_string().into_bytes();
            let answer = naming(&text, "file.txt");
            filled.files.push(text.into());
            (answer, Fault::OtherMedia)
        }
    };
    filled.answers.insert(place.to_string(), answer);
    Some(Flaw::at(place, fault))
}

fn flaws(schema: &FormSchema, filled: &Filled) -> Vec<Flaw> {
    let procedure = with(schema.clone());
    let life = Life::of(procedure.clone());
    let bytes = form(&procedure, life.applicant_id(), 1, &filled.to_json());
    schema.flaws(&Form::parse(&bytes).unwrap(), &filled.files, life.now().date_jst())
}

fn right(schema: &FormSchema) -> Filled {
    Filled::right(schema, Life::of(with(schema.clone())).now().date_jst())
}

fn found(all: &[Flaw], expected: &Flaw) -> Result<(), TestCaseError> {
    prop_assert!(all.contains(expected), "{expected:?} is not among {all:?}");
    Ok(())
}

proptest! {
    #[test]
    fn a_form_that_is_filled_in_as_its_fields_ask_has_no_flaw(schema in fields()) {
        prop_assert_eq!(flaws(&schema, &right(&schema)), vec![]);
    }

    #[test]
    fn a_wrong_answer_is_found_in_its_place(schema in fields(), which in any::<Index>()) {
        let mut filled = right(&schema);
        if let Some(expected) = broken(&schema, &mut filled, &which) {
            found(&flaws(&schema, &filled), &expected)?;
        }
    }

    #[test]
    fn what_is_required_is_missed_and_what_is_not_is_not(schema in fields(), which in any::<Index>()) {
        let mut filled = right(&schema);
        let places: Vec<String> = filled.answers.keys().cloned().collect();
        if places.is_empty() {
            return Ok(());
        }
        let place: FieldPath = which.get(&places).parse().unwrap();
        filled.answers.insert(place.to_string(), " 　".to_owned());
        let expected = Flaw::at(place.clone(), Fault::Missing);
        // The one of several of which nothing is answered is not there.
        let is_alone = place.within.is_some() && places.iter().filter(|one| {
            one.parse::<FieldPath>().is_ok_and(|one| one.field == place.field && one.within.map(|(nth, _)| nth) == place.within.as_ref().map(|(nth, _)| *nth))
        }).count() == 1;
        let missed = schema.field(&place).unwrap().required && !is_alone;
        prop_assert_eq!(flaws(&schema, &filled).contains(&expected), missed);
    }

    #[test]
    fn what_nobody_asks_for_is_found(schema in fields(), name in "[a-z]{3}|項目[0-9]/99/項目0|[^a-z]{1,8}") {
        let mut filled = right(&schema);
        prop_assume!(name.parse::<FieldPath>().is_ok_and(|path| schema.field(&path).is_none()) || name.parse::<FieldPath>().is_err());
        filled.answers.insert(name.clone(), "答え".to_owned());
        filled.files.push(b"%PDF-1.7 nobody asked".as_slice().into());
        let all = flaws(&schema, &filled);
        let is_of_group = name.parse::<FieldPath>().is_ok_and(|path| {
            path.within.is_some() && matches!(schema.item(&path.field), Some(Item::Group(_)))
        });
        if is_of_group {
            let path = FieldPath::of(&name.parse::<FieldPath>().unwrap().field);
            let faults: Vec<Fault> = all.iter().filter(|flaw| flaw.field.as_ref() == Some(&path)).map(|flaw| flaw.fault).collect();
            prop_assert!(faults.contains(&Fault::TooMany) || faults == [Fault::NotApplicable], "{all:?}");
        } else {
            found(&all, &Flaw::of_all(Fault::NotAsked))?;
        }
        found(&all, &Flaw::of_all(Fault::FileNotAsked))?;
    }

    #[test]
    fn too_few_of_several_are_found(schema in fields(), which in any::<Index>()) {
        let groups: Vec<FieldId> = schema.items.iter().filter_map(|item| match item {
            Item::Group(group) if group.times_min > 0 && group.when.is_none() => Some(group.id.clone()),
            Item::Group(_) | Item::Field(_) => None,
        }).collect();
        if groups.is_empty() {
            return Ok(());
        }
        let group = which.get(&groups);
        let mut filled = right(&schema);
        filled.answers.retain(|place, _| place.parse::<FieldPath>().unwrap().field != *group);
        found(&flaws(&schema, &filled), &Flaw::at(FieldPath::of(group), Fault::TooFew))?;
    }

    /// One judge: what a dry run says is what becomes of the submission.
    #[test]
    fn a_submission_is_taken_exactly_where_the_dry_run_says_so(
        schema in fields(),
        which in prop::collection::vec(any::<Index>(), 0..4),
        answers in prop::collection::btree_map("項目[0-9]{1}(/[0-9]/項目[0-3])?|.{0,4}", ".{0,12}|1234-5678-9018|本人", 0..4),
        quantity in 0_u32..103,
        file in prop::option::of(prop::collection::vec(any::<u8>(), 0..20)),
    ) {
        let procedure = with(schema.clone());
        let life = Life::of(procedure.clone());
        let mut filled = right(&schema);
        for which in &which {
            broken(&schema, &mut filled, which);
        }
        filled.answers.extend(answers);
        filled.files.extend(file.map(Bytes::from));
        let bytes = form(&procedure, life.applicant_id(), quantity, &filled.to_json());
        let report = FormReport::of(&procedure, life.applicant_id(), &bytes, &filled.files, life.now().date_jst());
        match submitted(&procedure, &bytes, &filled.files) {
            Ok(flaws) => {
                prop_assert!(report.arrives());
                let recorded: Vec<_> = flaws.iter().map(|flaw| (flaw.field.clone(), flaw.fault.code())).collect();
                let reported: Vec<_> = report.remarks.iter().map(|remark| (remark.field.clone(), remark.code)).collect();
                prop_assert_eq!(recorded, reported);
                prop_assert_eq!(report.is_complete(), !flaws.iter().any(Flaw::is_defect));
            }
            Err(_) => prop_assert!(!report.arrives()),
        }
    }

    #[test]
    fn no_bytes_and_no_json_bring_the_judge_down(schema in fields(), bytes in prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        r#"\{"procedure":"ZZ-001","applicant":"00000000-0000-0000-0000-00000000005a","answers":\{"(項目[0-9](/[0-9]{1,12}/項目[0-9])?|.{0,9})":"[^"\\]{0,20}"\}\}"#.prop_map(String::into_bytes),
    ]) {
        let procedure = with(schema);
        let life = Life::of(procedure.clone());
        let report = FormReport::of(&procedure, life.applicant_id(), &bytes, &[bytes.clone().into()], life.now().date_jst());
        prop_assert_eq!(report.arrives(), submitted(&procedure, &bytes, &[bytes.clone().into()]).is_ok());
    }

    #[test]
    fn fields_come_back_from_their_sheet_and_from_the_document_that_a_case_keeps(schema in fields()) {
        let procedure = Procedure { form: schema.into(), ..sample("JU-002") };
        prop_assert_eq!(Catalog::check(&procedure, SAMPLE.divisions()), Ok(()));
        let kept = serde_json::to_vec(&procedure.form).unwrap();
        prop_assert_eq!(&serde_json::from_slice::<FormSchema>(&kept).unwrap(), &*procedure.form);
    }
}

#[test]
fn a_form_without_fields_is_free() {
    let procedure = strategies::plain(Act::Filing);
    let life = Life::of(procedure.clone());
    let bytes = form(&procedure, life.applicant_id(), 1, r#"{"何でも":"よい"}"#);
    assert_eq!(submitted(&procedure, &bytes, &[b"MZ".as_slice().into()]), Ok(vec![]));
    assert_eq!(said(life.clone(), &life.applicant(), Command::Submit(life.submission())), "yes");
}
