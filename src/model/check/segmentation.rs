//! Segmentations: clauses from the top, labels, importance and slack by the earlier segment.
//! That the clauses leave no gap is proved later, on the checked program.

use super::checker::{Checker, Place, Scope, SegmentationOutline, text_of};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::model::program::{
    Clause, Expr, ExprKind, FieldId, Layer, Segment, SegmentId, Segmentation, SegmentationId,
    TableId,
};
use crate::model::types::Type;
use crate::syntax::tree::{self, ClauseWhen};

const CLAUSE: Place = Place {
    layer: Layer::Segments,
    scope: Scope::Customer,
    what: "a condition of `segments`",
};

impl<'a> Checker<'a> {
    /// Enters the segments of all segmentations, in the order in which they appear.
    pub(super) fn outline_segmentations(&mut self) {
        let assembly = self.assembly;
        for segments in &assembly.segmentations {
            let outline = self.outline(segments);
            self.segmentations.push(outline);
        }
    }

    fn outline(&mut self, tree: &'a tree::Segments) -> SegmentationOutline {
        let mut segments: Vec<(String, Option<String>)> = Vec::new();
        let mut label_places: Vec<Option<Span>> = Vec::new();
        for clause in &tree.clauses {
            let name = &clause.segment.value;
            let at = match segments.iter().position(|(there, _)| there == name) {
                Some(at) => at,
                None => {
                    segments.push((name.clone(), None));
                    label_places.push(None);
                    segments.len() - 1
                }
            };
            let (Some(label), Some(segment), Some(place)) = (
                &clause.label,
                segments.get_mut(at),
                label_places.get_mut(at),
            ) else {
                continue;
            };
            match (&segment.1, *place) {
                (Some(there), Some(first)) if *there != label.value => self.report(
                    Diagnostic::error("two-labels", format!("`{name}` has two labels"))
                        .at(label.span, "another one here")
                        .at(first, "the first")
                        .help("write the label once"),
                ),
                (Some(_), _) => {}
                (None, _) => {
                    segment.1 = Some(label.value.clone());
                    *place = Some(label.span);
                }
            }
        }
        let cells = tree
            .board
            .iter()
            .flat_map(|board| &board.rows)
            .flat_map(|row| &row.cells);
        for cell in cells {
            if segments.iter().any(|(there, _)| *there == cell.value) {
                continue;
            }
            let declared = tree.clauses.iter().map(|clause| &*clause.segment.value);
            if let Some(near) = nearest(&cell.value, declared) {
                self.report(
                    Diagnostic::warning(
                        "segment-near-another",
                        format!("`{}` is a segment of its own beside `{near}`", cell.value),
                    )
                    .at(cell.span, "appears only in the table")
                    .help(format!("if `{near}` is meant, write it so")),
                );
            }
            segments.push((cell.value.clone(), None));
            label_places.push(None);
        }
        SegmentationOutline {
            name: tree.name.as_ref().map(|name| name.value.clone()),
            segments,
        }
    }

    /// Checks all segmentations.
    pub(super) fn check_segmentations(&mut self) -> Vec<Segmentation> {
        let assembly = self.assembly;
        assembly
            .segmentations
            .iter()
            .enumerate()
            .map(|(at, tree)| self.segmentation(tree, SegmentationId(at)))
            .collect()
    }

    fn segmentation(&mut self, tree: &'a tree::Segments, id: SegmentationId) -> Segmentation {
        let segments: Vec<Segment> = self
            .segmentations
            .get(id.0)
            .map(|outline| outline.segments.as_slice())
            .unwrap_or_default()
            .iter()
            .map(|(name, label)| Segment {
                name: name.clone(),
                label: label.clone(),
            })
            .collect();
        self.check_given(tree, &segments);
        self.check_otherwise(tree);
        let clauses = tree
            .clauses
            .iter()
            .filter_map(|clause| self.clause(clause, id))
            .collect();
        let board = self.board(tree, id);
        let importance = self.importance(tree, id, segments.len());
        Segmentation {
            name: tree.name.as_ref().map(|name| name.value.clone()),
            exclusive: tree.exclusive,
            segments,
            importance,
            clauses,
            board,
            previous: self.previous(tree, id),
            span: tree.span,
        }
    }

    /// A segment that only has a label is never given to anybody.
    fn check_given(&mut self, tree: &'a tree::Segments, segments: &[Segment]) {
        if segments.is_empty() {
            self.report(
                Diagnostic::error("empty-segments", "there is no segment")
                    .at(tree.span, "nothing stands in it")
                    .help("write `NAME when CONDITION`, and at last `NAME otherwise`"),
            );
        }
        for (at, segment) in segments.iter().enumerate() {
            let in_clause = tree.clauses.iter().any(|clause| {
                clause.segment.value == segment.name && clause.when != ClauseWhen::LabelOnly
            });
            let in_cell = tree.board.iter().any(|board| {
                board
                    .rows
                    .iter()
                    .flat_map(|row| &row.cells)
                    .any(|cell| cell.value == segment.name)
            });
            if in_clause || in_cell {
                continue;
            }
            let span = tree
                .clauses
                .iter()
                .find(|clause| clause.segment.value == segment.name)
                .map_or(tree.span, |clause| clause.segment.span);
            let others = segments
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != at)
                .map(|(_, other)| other.name.as_str());
            let help = match nearest(&segment.name, others) {
                Some(near) => format!("write `{near}`"),
                None => format!("write `{} when CONDITION`, or leave it out", segment.name),
            };
            self.report(
                Diagnostic::error(
                    "segment-never-given",
                    format!("no customer can become `{}`", segment.name),
                )
                .at(span, "has a label, but no condition and no cell")
                .help(help),
            );
        }
    }

    fn check_otherwise(&mut self, tree: &'a tree::Segments) {
        let mut otherwise: Option<Span> = None;
        for clause in &tree.clauses {
            match (&clause.when, otherwise) {
                (ClauseWhen::LabelOnly, _) => {
                    if let Some(stays) = &clause.stays {
                        self.report(
                            Diagnostic::error(
                                "stays-without-when",
                                "`stays` needs a `when` before it",
                            )
                            .at(stays.span, "nothing to stay in")
                            .help("write `NAME when CONDITION stays when CONDITION`"),
                        );
                    }
                }
                (_, Some(first)) => {
                    self.report(
                        Diagnostic::error(
                            "clause-unreachable",
                            format!("this clause of `{}` is never reached", clause.segment.value),
                        )
                        .at(clause.span, "stands after `otherwise`")
                        .at(first, "takes every customer that is left")
                        .help("put `otherwise` last"),
                    );
                }
                (ClauseWhen::Otherwise(span), None) => {
                    otherwise = Some(*span);
                    if let Some(stays) = &clause.stays {
                        self.report(
                            Diagnostic::error("stays-without-when", "`otherwise` needs no `stays`")
                                .at(stays.span, "every customer that is left is taken anyway")
                                .help("leave it out"),
                        );
                    }
                }
                (ClauseWhen::Condition(_), None) => {}
            }
        }
        if let (Some(first), Some(board)) = (otherwise, &tree.board) {
            self.report(
                Diagnostic::error("clause-unreachable", "the table is never reached")
                    .at(board.span, "comes after the clauses")
                    .at(first, "takes every customer that is left")
                    .help("leave `otherwise` out; the table places all others"),
            );
        }
    }

    fn clause(&mut self, clause: &'a tree::Clause, id: SegmentationId) -> Option<Clause> {
        let when = match &clause.when {
            ClauseWhen::LabelOnly => return None,
            ClauseWhen::Otherwise(_) => None,
            ClauseWhen::Condition(condition) => self.condition(condition, CLAUSE).map(Some)?,
        };
        let stays = match &clause.stays {
            Some(stays) => self.condition(stays, CLAUSE).map(Some)?,
            None => None,
        };
        Some(Clause {
            segment: self.segment(&clause.segment, id)?,
            when,
            stays,
            because: text_of(&clause.because),
            span: clause.span,
        })
    }

    /// A segment by name.
    pub(super) fn segment(
        &mut self,
        name: &tree::Name,
        segmentation: SegmentationId,
    ) -> Option<SegmentId> {
        let outline = self.segmentations.get(segmentation.0)?;
        let position = outline
            .segments
            .iter()
            .position(|(segment, _)| *segment == name.value);
        if position.is_none() {
            let names = || outline.segments.iter().map(|(segment, _)| segment.as_str());
            let by_label = outline
                .segments
                .iter()
                .find(|(_, label)| label.as_deref() == Some(name.value.as_str()))
                .map(|(segment, _)| segment.as_str());
            let help = match by_label.or_else(|| nearest(&name.value, names())) {
                Some(near) => format!("write `{near}`"),
                None => {
                    let all: Vec<String> = names().map(|name| format!("`{name}`")).collect();
                    format!("the segments are {}", all.join(", "))
                }
            };
            self.report(
                Diagnostic::error(
                    "unknown-segment",
                    format!("there is no segment `{}`", name.value),
                )
                .at(name.span, "")
                .help(help),
            );
        }
        position.map(SegmentId)
    }

    fn importance(
        &mut self,
        tree: &'a tree::Segments,
        id: SegmentationId,
        count: usize,
    ) -> Vec<SegmentId> {
        let Some(order) = &tree.order else {
            return (0..count).map(SegmentId).collect();
        };
        let mut importance: Vec<SegmentId> = Vec::new();
        let mut span: Option<Span> = None;
        for name in order {
            span = Some(span.map_or(name.span, |span| span.join(name.span)));
            let Some(segment) = self.segment(name, id) else {
                continue;
            };
            if importance.contains(&segment) {
                self.report(
                    Diagnostic::error(
                        "order-twice",
                        format!("`{}` stands twice in the order", name.value),
                    )
                    .at(name.span, "again")
                    .help("name each segment once, the most important first"),
                );
            } else {
                importance.push(segment);
            }
        }
        let left_out: Vec<String> = self
            .segmentations
            .get(id.0)
            .map(|outline| outline.segments.as_slice())
            .unwrap_or_default()
            .iter()
            .enumerate()
            .filter(|(at, _)| !importance.contains(&SegmentId(*at)))
            .map(|(_, (name, _))| format!("`{name}`"))
            .collect();
        if !left_out.is_empty() {
            self.report(
                Diagnostic::error(
                    "order-incomplete",
                    format!("the order leaves out {}", left_out.join(", ")),
                )
                .at(span.unwrap_or(tree.span), "names each segment once")
                .help("add them in their place, the most important first"),
            );
        }
        importance
    }

    /// The customer's earlier segment, where a clause has `stays`.
    fn previous(&mut self, tree: &'a tree::Segments, id: SegmentationId) -> Option<Expr> {
        let stays = tree
            .clauses
            .iter()
            .find_map(|clause| clause.stays.as_ref())?;
        let ty = Type::Segment(id);
        let mut earlier: Vec<(ExprKind, Span)> = Vec::new();
        for (at, field) in self.customers.fields.iter().enumerate() {
            if field.ty == ty {
                earlier.push((ExprKind::Field(FieldId(at)), field.span));
            }
        }
        for (table, dataset) in self.tables.iter().enumerate() {
            if !dataset.one_per_customer {
                continue;
            }
            for (at, field) in dataset.fields.iter().enumerate() {
                if field.ty == ty {
                    let kind = ExprKind::OnePerCustomer(TableId(table), FieldId(at));
                    earlier.push((kind, field.span));
                }
            }
        }
        let kind = tree.name.as_ref().map_or_else(
            || "segment?".to_owned(),
            |name| format!("segment? {}", name.value),
        );
        if earlier.len() > 1 {
            let mut message = Diagnostic::error(
                "two-earlier-results",
                "two fields hold the earlier segment that `stays` looks at",
            )
            .at(stays.span, "which of them?");
            for (_, span) in &earlier {
                message = message.at(*span, "an earlier result");
            }
            self.report(message.help("declare all but one of them as `text?`"));
            return None;
        }
        let Some((found, span)) = earlier.into_iter().next() else {
            self.report(
                Diagnostic::error(
                    "no-earlier-result",
                    "`stays` needs the customer's earlier segment, and no field holds it",
                )
                .at(stays.span, "stays where?")
                .help(format!(
                    "declare it among the customers: `segment_before {kind} from \"Segment\"`"
                )),
            );
            return None;
        };
        Some(Expr {
            kind: found,
            ty,
            // A segment that no longer exists counts as none, whatever the field says.
            optional: true,
            span,
        })
    }
}
