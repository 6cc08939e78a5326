//! A procedure that no line of code knows: three sheets as a spreadsheet saved them, and its first case to the end.

use std::path::Path;

use shinsei::catalog_folder;
use shinsei::city_hall::CityHall;
use shinsei::publishing::Publication;
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::catalog::{SAMPLE_FORMS_CSV, SAMPLE_PROCEDURES_CSV};
use shinsei_core::command::{Command, SubmittedForm, Visitor};
use shinsei_core::event::{Event, FeeAssessed, Identification};
use shinsei_core::ids::ProcedureId;
use shinsei_core::rejection::StateName;
use shinsei_core::sheet::{self, Encoding, cell};
use shinsei_core::yen::Yen;

use crate::carrier::Carrier;
use crate::town::{Town, case, follow_up, grant, hakodate, officer, payment, submit, user};

const PROCEDURE: &str = "SH-001";
const DIVISION: &str = "SHIMIN-KOTSU";

/// A space in a bicycle park, by the month, in the order of columns in which its office thinks.
const SPACE: [(&str, &str); 30] = [
    ("分類", "建築・土木関連"),
    ("手続名", "自転車等駐車場 定期利用申請(髙砂通)"),
    ("手続ID", PROCEDURE),
    ("版", "1"),
    ("手続名カナ", "ジテンシャトウチュウシャジョウテイキリヨウシンセイ"),
    ("備考", "=利用は、月の初めから。"),
    ("手続類型", "申請"),
    ("根拠法令", "自転車等駐車場条例(架空)"),
    ("根拠区分", "条例"),
    ("所管区分", "市"),
    ("処分庁区分", "首長"),
    ("審査請求前置", "不要"),
    ("担当部署コード", DIVISION),
    ("対象者", "個人"),
    ("電子署名", "不要"),
    ("代理申請", "可"),
    ("手数料", "2000"),
    ("手数料単位", "月"),
    ("納付時期", "交付時"),
    ("納付方法", "窓口"),
    ("還付", "しない"),
    ("交付物", "定期利用券"),
    ("交付方法", "窓口"),
    ("本人確認", "要"),
    ("来庁", "手数料納付・受取"),
    ("標準処理期間", "3日"),
    ("期間の数え方", "到達日起算・休日除く"),
    ("決裁", "不要"),
    ("取下げ", "自由"),
    ("保存期間", "1年"),
];

const FIELDS: [[&str; 7]; 3] = [
    ["手続ID", "項目コード", "項目名", "種類", "必須", "選択肢", "上限"],
    [PROCEDURE, "車種", "車種", "選択", "要", "自転車・原付", ""],
    [PROCEDURE, "防犯登録番号", "防犯登録番号", "英数字", "不要", "", "20"],
];

fn columns(sample: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(sample).unwrap().trim_start_matches('\u{FEFF}');
    text.lines().next().unwrap().split(',').map(str::to_owned).collect()
}

/// Rows with the columns that they lack behind them, and two blank columns and a blank row at the end.
fn padded(all: &[String], rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    let missing: Vec<String> = all.iter().filter(|column| !rows[0].contains(column)).cloned().collect();
    let width = all.len() + 2;
    let mut padded: Vec<Vec<String>> = rows;
    padded[0].extend(missing);
    padded.push(vec![]);
    padded.iter_mut().for_each(|row| row.resize(width, String::new()));
    padded
}

/// Saves the sheets as three programs would: CP932 of an old Excel, UTF-8 with BOM, and UTF-8 with line feeds alone.
fn save(folder: &Path) {
    let owned = |row: &[&str]| row.iter().map(|cell| cell::text(cell).into_owned()).collect::<Vec<_>>();
    let (names, cells): (Vec<_>, Vec<_>) = SPACE.into_iter().unzip();
    let procedures = padded(&columns(SAMPLE_PROCEDURES_CSV), vec![owned(&names), owned(&cells)]);
    let divisions = [
        ["担当部署", "担当部署コード", "窓口", "受付時間", "電話"],
        ["市民部 交通安全課", DIVISION, "本庁舎1階", "平日 8時45分から17時30分まで", "0138-00-0099"],
    ];
    let forms = padded(&columns(SAMPLE_FORMS_CSV), FIELDS.map(|row| owned(&row)).to_vec());
    let forms =
        String::from_utf8(sheet::write(Encoding::Utf8, forms).unwrap()).unwrap().replace("\r\n", "\n");
    for (name, bytes) in [
        ("procedures.csv", sheet::write(Encoding::Cp932, procedures).unwrap()),
        ("divisions.csv", sheet::write(Encoding::Utf8Bom, divisions).unwrap()),
        ("forms.csv", forms.into_bytes()),
    ] {
        std::fs::write(folder.join(name), bytes).unwrap();
    }
}

fn form(kind: &str) -> String {
    let applicant = user(1);
    format!(
        r#"{{"procedure":"{PROCEDURE}","applicant":"{applicant}","quantity":3,"answers":{{"車種":"{kind}"}}}}"#
    )
}

#[test]
fn a_new_procedure_is_three_sheets_and_no_code() {
    let folder = tempfile::tempdir().unwrap();
    save(folder.path());
    let catalog = catalog_folder::read(folder.path()).unwrap();
    let town = Town::with(|settings| {
        let city = CityHall::new(hakodate(), "函館市", catalog.clone());
        settings.cities = vec![CityHall { registration_required: false, ..city }];
    });
    let Actor::Officer(publisher) = officer(DIVISION) else { unreachable!() };
    let id = ProcedureId::new(PROCEDURE).unwrap();
    let published = Publication { published: vec![(id.clone(), 1)], unchanged: vec![] };
    assert_eq!(town.engine.publish_catalog(hakodate(), &publisher, &catalog).unwrap(), published);

    let report = town.engine.check_form(hakodate(), &id, user(1), form("馬").as_bytes(), &[]).unwrap();
    let told: Vec<_> = report.remarks.iter().map(|remark| (remark.label.as_str(), remark.code)).collect();
    assert_eq!(told, [("車種", "no-such-choice")]);

    town.done(submit(1, PROCEDURE, SubmittedForm::Unsigned(form("自転車").as_str().into())));
    let carrier = Carrier::default();
    town.done(follow_up(2, 1, officer(DIVISION), Command::StartReview));
    let granted = town.done(follow_up(3, 1, officer(DIVISION), grant()));
    let fee = granted.events.iter().find_map(|recorded| match &recorded.event {
        Event::FeeAssessed(FeeAssessed { yen, .. }) => Some(*yen),
        _ => None,
    });
    assert_eq!(fee, Some(Yen(6_000)), "three months");
    town.engine.work_agenda(&carrier).unwrap();
    let visitor = Visitor { identification: Identification::DrivingLicence, notice_copy: true };
    for (n, step) in [
        (4, Command::VerifyVisitor(visitor)),
        (5, payment(6_000)),
        (6, Command::IssueCertificate { copies: 1 }),
    ] {
        town.done(follow_up(n, 1, officer(DIVISION), step));
    }
    let ended: Application = town.engine.state(hakodate(), case(1).into()).unwrap();
    assert_eq!((ended.name(), ended.label()), (StateName::Closed, "手続終了"));
    assert_eq!(carrier.take_mails(), [("M2", 1), ("M4", 1)]);
}
