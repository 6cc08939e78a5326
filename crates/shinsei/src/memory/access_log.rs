//! The access log in memory.

use std::ops::ControlFlow;

use shinsei_core::actor::Actor;
use shinsei_core::ids::Municipality;
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, PAGE_ACCESSES_MAX, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::Timestamp;

use super::MemoryStore;

/// What was read, in the order of recording, and how much that ever was.
#[derive(Default)]
pub(super) struct Accesses {
    kept: Vec<Accessed>,
    recorded: u64,
}

impl AccessLog for MemoryStore {
    fn record(&self, accesses: &[Access]) -> Result<Timestamp, StoreError> {
        let mut log = self.accesses();
        let at = self.clock.now();
        for access in accesses {
            log.recorded += 1;
            let ordinal = log.recorded;
            log.kept.push(Accessed { ordinal, at, access: access.clone() });
        }
        Ok(at)
    }

    fn accesses(
        &self,
        question: &Question,
        after: u64,
        max: usize,
        visit: &mut dyn FnMut(Accessed) -> ControlFlow<()>,
    ) -> Result<(), StoreError> {
        let page: Vec<Accessed> = self
            .accesses()
            .kept
            .iter()
            .filter(|accessed| accessed.ordinal > after && is_about(accessed, question))
            .take(max.min(PAGE_ACCESSES_MAX))
            .cloned()
            .collect();
        // Visited without holding the lock, so that a slow visitor hinders nobody.
        let _broken = page.into_iter().try_for_each(visit);
        Ok(())
    }

    fn forget(&self, municipality: Municipality, before: Timestamp, max: usize) -> Result<u64, StoreError> {
        let mut log = self.accesses();
        let mut rest = max.min(PAGE_ACCESSES_MAX);
        let count = log.kept.len();
        log.kept.retain(|accessed| {
            let is_old = accessed.access.municipality == municipality && accessed.at < before && rest > 0;
            rest -= usize::from(is_old);
            !is_old
        });
        Ok((count - log.kept.len()) as u64)
    }
}

fn is_about(accessed: &Accessed, question: &Question) -> bool {
    let Access { municipality, stream, reader, .. } = &accessed.access;
    let about = match (&question.about, reader) {
        (About::Stream(asked), _) => asked == stream,
        (About::Staff(asked), Actor::Officer(staff) | Actor::Clerk(staff)) => *asked == staff.id,
        (About::User(asked), Actor::Applicant { user } | Actor::Agent { user, .. }) => asked == user,
        (About::Staff(_) | About::User(_), _) => false,
    };
    about && *municipality == question.municipality && question.within.contains(accessed.at)
}
