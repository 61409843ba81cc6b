//! Overrides: customers moved by hand, each with a reason, and until when.

use super::checker::{Checker, text_of};
use crate::base::Diagnostic;
use crate::model::program::{Override, SegmentationId};
use crate::syntax::tree;

impl<'a> Checker<'a> {
    /// Checks the overrides against the unnamed segmentation.
    pub(super) fn check_overrides(&mut self) -> Vec<Override> {
        let assembly = self.assembly;
        let Some(first) = assembly.overrides.first() else {
            return Vec::new();
        };
        let segmentation = assembly
            .segmentations
            .iter()
            .position(|segments| segments.name.is_none());
        let Some(segmentation) = segmentation else {
            self.report(
                Diagnostic::error(
                    "override-without-segments",
                    "an override moves a customer to another segment, and the model has no `segments` without a name",
                )
                .at(first.customer.span, "moved to a segment of what?")
                .help("add `segments { … }`; where there is `segments NAME { … }`, leave the name out"),
            );
            return Vec::new();
        };
        let segmentation = SegmentationId(segmentation);
        assembly
            .overrides
            .iter()
            .filter_map(|tree| self.override_(tree, segmentation))
            .collect()
    }

    fn override_(
        &mut self,
        tree: &'a tree::Override,
        segmentation: SegmentationId,
    ) -> Option<Override> {
        let segment = self.segment(&tree.segment, segmentation);
        let until = match &tree.until {
            Some(until) => {
                // Whether it still counts depends on the day of the run.
                self.uses_today = true;
                Some((self.date(until)?, until.span))
            }
            None => None,
        };
        let because = text_of(&tree.because).filter(|reason| !reason.trim().is_empty());
        if because.is_none() {
            self.report(
                Diagnostic::error(
                    "override-without-reason",
                    format!("nothing says why \"{}\" is moved", tree.customer.value),
                )
                .at(tree.customer.span.join(tree.segment.span), "no `because`")
                .help("add `because \"…\"`: whoever reads the result wants to know"),
            );
        }
        let today = self.settings.today;
        let expired = until.filter(|(until, _)| *until < today);
        if let Some((until, span)) = expired {
            self.report(
                Diagnostic::warning(
                    "override-expired",
                    format!(
                        "the override of \"{}\" ended on {until} and is ignored",
                        tree.customer.value
                    ),
                )
                .at(span, format!("before today, {today}"))
                .help("remove it, or prolong it with a new date"),
            );
        }
        Some(Override {
            customer: tree.customer.clone(),
            segment: segment?,
            until: until.map(|(until, _)| until),
            because: because?,
            by: text_of(&tree.by),
            expired: expired.is_some(),
        })
    }
}
