//! Axes, criteria, groups and scales.
//! Weights and thresholds stay expressions; that weights add up is not judged here.

use pest::iterators::Pair;

use super::{Builder, Children};
use crate::base::{Diagnostic, Span, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{
    Axis, Band, Criterion, CurvePoint, Expr, Group, IfMissing, MatchArm, Member, MemberOf, Name,
    Path, Scale, ScaleKind, WeightOf,
};

impl Builder {
    pub(super) fn axis(&mut self, pair: Pair<Rule>) -> Option<Axis> {
        let mut children = Children::of(pair);
        let name = self.one_name(&mut children)?;
        let label = self.maybe_text(&mut children)?;
        let members = children.one(Rule::members)?;
        Some(Axis {
            name,
            label,
            members: self.members(members),
        })
    }

    fn members(&mut self, pair: Pair<Rule>) -> Vec<Member> {
        let members = Children::of(pair).all_of(&[Rule::criterion, Rule::group]);
        members
            .into_iter()
            .filter_map(|member| {
                let rule = member.as_rule();
                let span = self.span(&member);
                let mut children = Children::of(member);
                let path = children.one(Rule::path)?;
                let name = self.path_as_name(path)?;
                self.member(rule, name, span, children)
            })
            .collect()
    }

    fn member(&mut self, rule: Rule, name: Name, span: Span, children: Children) -> Option<Member> {
        Some(match rule {
            Rule::criterion => Member::Criterion(self.criterion(name, span, children)?),
            _ => Member::Group(self.group(name, span, children)?),
        })
    }

    /// `criterion AXIS.NAME …` and `group AXIS.NAME …` outside an axis.
    pub(super) fn member_of(&mut self, pair: Pair<Rule>) -> Option<MemberOf> {
        let rule = pair.as_rule();
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let path = children.one(Rule::path)?;
        let path = self.path_with_axis(path)?;
        let name = path.names.last()?.clone();
        let member = self.member(rule, name, span, children)?;
        Some(MemberOf { path, member })
    }

    fn path_with_axis(&mut self, pair: Pair<Rule>) -> Option<Path> {
        let path = self.path(pair);
        if path.names.len() > 1 {
            return Some(path);
        }
        let message = format!("`{}` does not say which axis it belongs to", path.text());
        self.refuse(
            Diagnostic::error("member-without-axis", message)
                .at(path.span, "")
                .help(format!(
                    "write the axis and a point before it, such as `attractiveness.{}`, or move it into its axis",
                    path.text()
                )),
        )
    }

    pub(super) fn weight_of(&mut self, pair: Pair<Rule>) -> Option<WeightOf> {
        let mut children = Children::of(pair);
        let path = children.one(Rule::path)?;
        let path = self.path_with_axis(path)?;
        let weight = self.one_constant(&mut children)?;
        Some(WeightOf { path, weight })
    }

    fn criterion(&mut self, name: Name, span: Span, mut children: Children) -> Option<Criterion> {
        let label = self.maybe_text(&mut children);
        let of = match children.one(Rule::criterion_of) {
            Some(of) => self.only_expression(of).map(Some),
            None => Some(None),
        };
        let weight = self.weight(&mut children);
        let scale = children
            .one(Rule::scale_part)
            .and_then(|scale| self.scale_part(scale));
        let if_missing = match self.once(&mut children, Rule::if_missing, "if missing") {
            Some(if_missing) => self.if_missing(if_missing).map(Some),
            None => Some(None),
        };
        let because = self.because(&mut children);
        Some(Criterion {
            name,
            label: label?,
            of: of?,
            weight: weight?,
            scale: scale?,
            if_missing: if_missing?,
            because,
            span,
        })
    }

    fn weight(&mut self, children: &mut Children) -> Option<Expr> {
        let weight = children.one(Rule::weight)?;
        self.only_expression(weight)
    }

    fn group(&mut self, name: Name, span: Span, mut children: Children) -> Option<Group> {
        let label = self.maybe_text(&mut children)?;
        let weight = self.weight(&mut children);
        let members = children.one(Rule::members)?;
        let members = self.members(members);
        let because = self.because(&mut children);
        Some(Group {
            name,
            label,
            weight: weight?,
            members,
            because,
            span,
        })
    }

    fn if_missing(&mut self, pair: Pair<Rule>) -> Option<Spanned<IfMissing>> {
        let span = self.span(&pair);
        let mut children = Children::of(pair);
        let then = if children.has(Rule::k_skip) {
            IfMissing::Skip
        } else if children.has(Rule::k_reject) {
            IfMissing::Reject
        } else {
            IfMissing::Score(self.one_constant(&mut children)?)
        };
        Some(Spanned::new(then, span))
    }

    fn scale_part(&mut self, pair: Pair<Rule>) -> Option<Scale> {
        let span = self.span(&pair);
        let scale = Children::of(pair).first()?;
        let rule = scale.as_rule();
        let mut children = Children::of(scale);
        let kind = match rule {
            Rule::ramp => ScaleKind::Ramp {
                worst: self.one_constant(&mut children)?,
                best: self.one_constant(&mut children)?,
            },
            Rule::curve => {
                let points = children.all(Rule::curve_point).into_iter();
                ScaleKind::Curve(points.filter_map(|point| self.curve_point(point)).collect())
            }
            Rule::bands => {
                self.otherwise_is_last(&children, Rule::band);
                let otherwise = self.otherwise_arm(&mut children);
                let bands = children.all(Rule::band).into_iter();
                let bands = bands.filter_map(|band| self.band(band)).collect();
                ScaleKind::Bands { bands, otherwise }
            }
            Rule::match_scale => {
                self.otherwise_is_last(&children, Rule::match_arm);
                let otherwise = self.otherwise_arm(&mut children);
                let arms = children.all(Rule::match_arm).into_iter();
                let arms = arms
                    .filter_map(|arm| self.arm(arm))
                    .map(|(values, score)| MatchArm { values, score })
                    .collect();
                ScaleKind::Match { arms, otherwise }
            }
            Rule::as_is => ScaleKind::AsIs {
                capped: children.has(Rule::k_capped),
            },
            _ => {
                let less_is_better = self
                    .once(&mut children, Rule::less_is_better, "less is better")
                    .is_some();
                let steps = match self.once(&mut children, Rule::ranked_steps, "steps") {
                    Some(steps) => Some(self.only_expression(steps)?),
                    None => None,
                };
                ScaleKind::Ranked {
                    steps,
                    less_is_better,
                }
            }
        };
        Some(Scale { kind, span })
    }

    /// Bands and arms are read from the top, so nothing below `otherwise` is ever reached.
    fn otherwise_is_last(&mut self, children: &Children, rows_of: Rule) {
        let Some(otherwise) = children.find(Rule::otherwise_arm) else {
            return;
        };
        let otherwise = self.span(otherwise);
        let rows = children.pairs.iter().flatten();
        let below = rows
            .filter(|row| row.as_rule() == rows_of)
            .map(|row| self.span(row))
            .find(|row| row.start > otherwise.start);
        if let Some(below) = below {
            self.diagnostics.push(
                Diagnostic::error("otherwise-not-last", "`otherwise` takes all that is left")
                    .at(below, "never reached")
                    .at(otherwise, "stands before it")
                    .help("write `otherwise` as the last row"),
            );
        }
    }

    fn curve_point(&mut self, pair: Pair<Rule>) -> Option<CurvePoint> {
        let mut children = Children::of(pair);
        let value = self.one_constant(&mut children)?;
        let score = self.one_constant(&mut children)?;
        Some(CurvePoint { value, score })
    }

    fn band(&mut self, pair: Pair<Rule>) -> Option<Band> {
        let mut children = Children::of(pair);
        let operator = children.one(Rule::op_compare)?;
        let operator = self.op_compare(operator)?;
        let threshold = self.one_constant(&mut children)?;
        let score = self.one_constant(&mut children)?;
        Some(Band {
            operator,
            threshold,
            score,
        })
    }
}
