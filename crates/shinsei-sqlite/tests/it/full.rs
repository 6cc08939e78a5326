//! No room: a clear error, nothing written by half, and work goes on when there is room again.

use std::sync::Arc;

use shinsei_conformance::FakeClock;
use shinsei_core::port::store::{Store, StoreError};
use shinsei_sqlite::{Settings, SqliteStore};

use crate::kit::{case, check_log, command, document, done, hakodate, submit};

#[test]
fn a_full_store_says_so_and_works_again_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.db");
    let open = |pages_max| {
        let settings = Settings { pages_max, ..Settings::default() };
        SqliteStore::open_with(&path, Arc::new(FakeClock::default()), settings).unwrap()
    };
    let store = open(Some(200));
    let large = |n: u8| {
        let mut one = submit(n.into(), case(n.into()), 0);
        one.documents = vec![document(n, case(n.into()), &[n; 30_000]).0];
        one
    };
    let written = (1..=100_u8).find_map(|n| match store.commit(&[large(n)]) {
        Ok(_) => None,
        Err(error) => {
            assert!(matches!(error, StoreError::Full { .. }), "{error:?}");
            Some(n - 1)
        }
    });
    let written = written.expect("200 pages are full before 100 documents of 30,000 bytes");
    assert_eq!(check_log(&store, hakodate()), u64::from(written));
    assert!(store.find(hakodate(), command(u128::from(written) + 1)).unwrap().is_none());

    // Room by erasing, in the same process.
    assert_eq!(store.erase(hakodate(), case(1)).unwrap(), 1);
    let receipt = done(&store, large(written + 1));
    assert_eq!(receipt.numbers[0].1.value, u64::from(written) + 1);
    drop(store);

    // Room by a larger limit.
    let store = open(None);
    for n in written + 2..written + 12 {
        done(&store, large(n));
    }
    assert_eq!(check_log(&store, hakodate()), u64::from(written) + 11);
}
