//! The access log in memory.

use std::ops::ControlFlow;

use shinsei_core::actor::Actor;
use shinsei_core::port::access_log::{About, Access, AccessLog, Accessed, PAGE_ACCESSES_MAX, Question};
use shinsei_core::port::store::StoreError;
use shinsei_core::time::Timestamp;

use super::MemoryStore;

impl AccessLog for MemoryStore {
    fn record(&self, accesses: &[Access]) -> Result<Timestamp, StoreError> {
        let mut kept = self.accesses();
        let at = self.clock.now();
        for access in accesses {
            let ordinal = kept.len() as u64 + 1;
            kept.push(Accessed { ordinal, at, access: access.clone() });
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
            .iter()
            .filter(|accessed| accessed.ordinal > after && is_about(accessed, question))
            .take(max.min(PAGE_ACCESSES_MAX))
            .cloned()
            .collect();
        // Visited without holding the lock, so that a slow visitor hinders nobody.
        let _broken = page.into_iter().try_for_each(visit);
        Ok(())
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
