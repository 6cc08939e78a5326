//! The story: a certificate, a filing, and what is refused.

use std::error::Error;
use std::path::Path;

use serde_json::json;
use shinsei::engine::ExecuteError;
use shinsei_core::actor::Actor;
use shinsei_core::application::Application;
use shinsei_core::command::{
    ApplicationFinding, Command, CounterService, FilingFinding, Finding, PaymentMade, Review, Submit,
};
use shinsei_core::event::{Event, Identification, PaymentChannel};
use shinsei_core::ids::{CaseId, UserId};
use shinsei_core::port::store::Store as _;
use shinsei_core::user::{UserCommand, UserKind};
use shinsei_core::yen::Yen;

use crate::city::City;
use crate::demo::{self, COMPANY, HANAKO};
use crate::teller::Teller;
use crate::verification::{head_of_records, signature_again};

type Told = Result<(), Box<dyn Error>>;

/// Tells the whole story.
pub(crate) fn tell(teller: &mut Teller, db: &Path, mails: &Path) -> Told {
    let city = City::open(db, mails)?;
    prologue(teller, &city)?;
    registration(teller, &city)?;
    dry_run(teller, &city)?;
    certificate(teller, &city)?;
    filing(teller, &city)?;
    outside_service_hours(teller, &city)?;
    epilogue(teller, &city)?;
    city.engine.shut_down();
    Ok(())
}

fn prologue(teller: &mut Teller, city: &City) -> Told {
    teller.chapter(city.now(), "函館市(見本) — 手続一覧を読み込みます")?;
    let procedures = city.catalog.procedures().len();
    teller.fact("procedures", json!(procedures), &format!("手続 {procedures} 件を読み込みました。"))?;
    teller.say("出典: 函館市(CC BY 2.1 JP)。編集・加工あり。人物・法人・認証局はすべて架空です。")?;
    Ok(())
}

fn registration(teller: &mut Teller, city: &City) -> Told {
    teller.chapter(city.now(), "利用者登録(無料)")?;
    let people = [
        (HANAKO, UserKind::Person, "函館 花子", "hanako@example.jp"),
        (COMPANY, UserKind::Company, "株式会社見本商会", "soumu@example.co.jp"),
    ];
    for (user, kind, name, mail) in people {
        let profile = json!({ "name": name, "mail": mail }).to_string();
        city.register(user, UserCommand::Register { kind, profile: profile.as_str().into(), mail: None })?;
        teller.say(&format!("UserRegistered　{name}"))?;
    }
    Ok(())
}

/// A form is held against its fields before it is sent: everything at once, and nothing is recorded.
fn dry_run(teller: &mut Teller, city: &City) -> Told {
    teller.chapter(city.now(), "送信の前に: 犬の登録事項変更届の形式チェック")?;
    let procedure = "DO-005".to_owned().try_into()?;
    let form = demo::change_with_defects();
    let report = city.engine.check_form(city.municipality, &procedure, HANAKO, form.as_bytes(), &[])?;
    for remark in &report.remarks {
        teller.fact("form_remark", json!(remark), &format!("△ {}", remark.resident))?;
    }
    if report.is_complete() {
        return Err("the form has defects that were not found".into());
    }
    Ok(())
}

fn certificate(teller: &mut Teller, city: &City) -> Told {
    let case = city.case("certificate of residence");
    let division = &city.terms("JU-001")?.division;

    teller.chapter(city.now(), "申請: 住民票の写し 2通、署名用電子証明書で署名")?;
    let submit = |name: &str, case: CaseId, submission: Submit| city.submit(name, HANAKO, case, submission);
    let answer = submit("submit", case, demo::residence()?)?;
    teller.events(&answer.events)?;
    let receipt = answer.receipt().ok_or("a submission has a receipt")?;
    teller.fact("receipt", json!(receipt), &format!("受付番号は {receipt} です。"))?;
    city.deliver(teller)?;

    teller.chapter(city.now(), "受け付けられない申請")?;
    let refused = [
        ("署名した後に内容を書き換えた申請", "tampered", demo::tampered_residence()?),
        ("有効期間の過ぎた証明書で署名した申請", "expired", demo::expired_residence()?),
        ("必要な電子署名のない申請", "unsigned", demo::unsigned_residence()?),
    ];
    for (what, name, submission) in refused {
        must_be_refused(teller, what, submit(name, city.case(name), submission))?;
    }
    let again = submit("submit", case, demo::residence()?)?;
    let same = again == answer;
    teller.fact(
        "repeat_has_the_same_answer",
        json!(same),
        &format!("同じ申請をもう一度送信 → 受付番号は同じ {receipt} です。"),
    )?;

    city.next_weekday_at(10, 20)?;
    teller.chapter(city.now(), "審査")?;
    let officer = demo::officer(division)?;
    teller.events(&city.command("start", officer.clone(), case, Command::StartReview)?.events)?;
    let granted = Review { finding: Finding::Application(ApplicationFinding::Granted), inspected_on: None };
    teller.events(&city.command("review", officer, case, Command::Review(granted))?.events)?;
    city.deliver(teller)?;

    city.next_weekday_at(9, 15)?;
    teller.chapter(city.now(), "窓口: 本人確認、手数料の納付、交付をまとめて一度に")?;
    let clerk = demo::clerk(division)?;
    let issue = Command::IssueCertificate { copies: 2 };
    must_be_refused(teller, "納付の前に交付", city.command("too early", clerk.clone(), case, issue.clone()))?;
    let payment =
        PaymentMade { yen: Yen(600), channel: PaymentChannel::Counter, reference: "窓口 0001".into() };
    let served = Command::ServeAtCounter(CounterService {
        identification: Identification::IndividualNumberCard,
        notice_copy: true,
        payment: Some(payment),
        copies: 2,
    });
    teller.events(&city.command("serve", clerk, case, served)?.events)?;
    Ok(())
}

fn filing(teller: &mut Teller, city: &City) -> Told {
    let case = city.case("establishment of a company");
    let division = &city.terms("ZE-008")?.division;

    teller.chapter(city.now(), "届出: 法人の設立、商業登記電子証明書で署名")?;
    teller.events(&city.submit("file", COMPANY, case, demo::establishment()?)?.events)?;
    city.deliver(teller)?;

    city.next_weekday_at(11, 0)?;
    teller.chapter(city.now(), "届出の審査")?;
    let officer = demo::officer(division)?;
    let refusal = Review { finding: Finding::Application(ApplicationFinding::Granted), inspected_on: None };
    teller.events(&city.command("start filing", officer.clone(), case, Command::StartReview)?.events)?;
    let wrong = city.command("wrong finding", officer.clone(), case, Command::Review(refusal));
    must_be_refused(teller, "届出に「認容」の決定", wrong)?;
    let confirmed = Review { finding: Finding::Filing(FilingFinding::Confirmed), inspected_on: None };
    teller.events(&city.command("review filing", officer, case, Command::Review(confirmed))?.events)?;
    city.deliver(teller)
}

fn outside_service_hours(teller: &mut Teller, city: &City) -> Told {
    city.next_weekday_at(3, 30)?;
    teller.chapter(city.now(), "サービス停止時間(毎日 3時から4時)")?;
    let submission = city.submit("at night", HANAKO, city.case("at night"), demo::residence()?);
    must_be_refused(teller, "停止時間の申請", submission)
}

fn epilogue(teller: &mut Teller, city: &City) -> Told {
    teller.chapter(city.now(), "この申請の記録")?;
    let case = city.case("certificate of residence");
    teller.events(&city.engine.history(city.municipality, case)?)?;
    let state = city.engine.case(city.municipality, case)?;
    teller.fact("state", json!(state.name().to_string()), &format!("現在の状態: {}", state.label()))?;

    teller.chapter(city.now(), "記録の検証")?;
    let shown = city.store.head(city.municipality)?;
    let computed = head_of_records(city.store.as_ref(), city.municipality)?;
    teller.fact("tree_size", json!(shown.size), &format!("記録 {} 件", shown.size))?;
    teller.fact("tree_root", json!(shown.root.to_string()), &format!("ハッシュ木の根 {}", shown.root))?;
    if shown != computed {
        return Err(
            format!("the records give the root {}, the store shows {}", computed.root, shown.root).into()
        );
    }
    teller.fact("log_verified", json!(true), "全記録から計算した根と一致しました。")?;
    teller.say("外部に預けた根と比べていないため、これが示すのは内部の整合性だけです。")?;

    teller.chapter(city.now(), "署名の再検証")?;
    let differences = signature_again(city, case)?.differences;
    if let Some(difference) = differences.first() {
        return Err(format!("the signature is judged otherwise than at arrival: {difference}").into());
    }
    let told = "保存した証拠だけで、到達の時点の署名をもう一度検証し、同じ結果になりました。";
    teller.fact("signature_judged_again", json!(true), told)?;
    Ok(())
}

/// Tells a refusal; that something was accepted which must not be ends the story.
fn must_be_refused<T>(teller: &mut Teller, what: &str, answer: Result<T, ExecuteError>) -> Told {
    match answer {
        Err(error @ ExecuteError::Rejected(_)) => Ok(teller.refused(what, &error)?),
        Err(error) => Err(error.into()),
        Ok(_) => Err(format!("{what}: this should have been refused").into()),
    }
}

impl City {
    fn submit(
        &self,
        name: &str,
        user: UserId,
        case: CaseId,
        submission: Submit,
    ) -> Result<shinsei::engine::Answer<Application>, ExecuteError> {
        self.command(name, Actor::Applicant { user }, case, Command::Submit(submission))
    }

    /// Delivers the notices that are due and shows them; what delivering recorded is told as well.
    fn deliver(&self, teller: &mut Teller) -> Told {
        let before = self.store.head(self.municipality)?.size;
        self.engine.work_agenda(&self.courier)?;
        for (to, mail) in self.courier.take() {
            teller.mail(&to, &mail)?;
        }
        let told: Vec<_> = self.since::<Event>(before)?;
        Ok(teller.events(&told)?)
    }
}
