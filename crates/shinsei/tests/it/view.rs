//! Every clause of the lists, in memory.

use shinsei::memory::MemoryView;
use shinsei_conformance::view::ViewUnderTest;
use shinsei_core::port::view::View;

impl ViewUnderTest for Shared {
    fn open(&self) -> Box<dyn View + '_> {
        Box::new(self.0.clone())
    }
}

struct Shared(MemoryView);

fn fresh() -> Shared {
    Shared(MemoryView::new())
}

shinsei_conformance::view_suite!(fresh);
