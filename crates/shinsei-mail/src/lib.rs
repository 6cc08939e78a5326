//! The notifier of shinsei: the mails in Japanese, over SMTP or as standard `.eml` files in a folder.
//!
//! [`text`] writes the words, [`message`] makes bytes of RFC 5322 of them, [`smtp`] hands them to a mail server, [`folder`]
//! puts them on disk, [`bounce`] reads what mail servers send back. A mail tells what happened, what to do now, and the
//! fields of a receipt or a result; never what stood in the form.
//!
//! # Example
//! ```
//! use shinsei_core::ids::DivisionId;
//! use shinsei_core::notice::{CaseNotice, FeeDue, Message, News, Notice, Reader};
//! use shinsei_core::port::notifier::Notifier;
//! use shinsei_core::procedure::{Act, Division};
//! use shinsei_core::time::Timestamp;
//! use shinsei_mail::folder::FolderNotifier;
//! use shinsei_mail::message::Sender;
//! use shinsei_mail::text::Mail;
//!
//! let arrival = Timestamp::from_jst(2026, 5, 7, 15, 4).ok_or("no such time")?;
//! let notice = Notice {
//!     id: "01924000-0000-7000-8000-000000000001".parse()?,
//!     municipality: "012025".parse()?,
//!     city: "函館市".into(),
//!     to: "hanako@example.jp".into(),
//!     reader: Reader::Applicant,
//!     at: arrival,
//!     contact: Division {
//!         id: DivisionId::new("koseki")?,
//!         name: "市民部 戸籍住民課".into(),
//!         phone: "0138-00-0000".into(),
//!         counter: "本庁舎1階".into(),
//!         hours: "平日 8時45分~17時30分".into(),
//!         staff_mail: None,
//!         head_mail: None,
//!     },
//!     message: Message::Case(CaseNotice {
//!         procedure: "住民票の写し交付申請".into(),
//!         act: Act::Application,
//!         received_at: arrival,
//!         receipt: "012025-R08-0001234-7".parse()?,
//!         late: None,
//!         news: News::Received { standard_period: None, fee: FeeDue::Nothing, visits: Vec::new() },
//!     }),
//! };
//! let mail = Mail::from_notice(&notice);
//! assert_eq!(mail.subject, "【函館市】申請を受け付けました(受付番号 012025-R08-0001234-7)");
//! assert!(mail.body.contains("受付日時：2026年5月7日(木) 15時04分"));
//!
//! let folder = tempfile::tempdir()?;
//! let notifier = FolderNotifier::open(folder.path(), Sender::new("no-reply@city.example.lg.jp")?)?;
//! notifier.deliver(&notice)?;
//! assert!(notifier.path(notice.id).ends_with("01924000-0000-7000-8000-000000000001.eml"));
//! assert!(notifier.path(notice.id).is_file());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bounce;
pub mod folder;
pub mod layout;
pub mod message;
pub mod smtp;
pub mod text;
