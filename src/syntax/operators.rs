//! The precedence of operators in one table, loosest first.
//! What an operator builds is decided in `build::expression`.

use std::sync::LazyLock;

use pest::pratt_parser::{Assoc, Op, PrattParser};

use super::grammar::Rule;

/// The table of section 10: `or`, `and`, `not`, comparisons, `+ -`, `* /`, unary minus, `default`.
pub(super) static OPERATORS: LazyLock<PrattParser<Rule>> = LazyLock::new(|| {
    let left = |rule| Op::infix(rule, Assoc::Left);
    PrattParser::new()
        .op(left(Rule::op_or))
        .op(left(Rule::op_and))
        .op(Op::prefix(Rule::op_not))
        .op(left(Rule::op_compare)
            | left(Rule::op_is)
            | left(Rule::op_is_not)
            | Op::postfix(Rule::between_tail)
            | Op::postfix(Rule::one_of_tail)
            | Op::postfix(Rule::missing_tail)
            | Op::postfix(Rule::rank_tail))
        .op(left(Rule::op_add) | left(Rule::op_subtract))
        .op(left(Rule::op_multiply) | left(Rule::op_divide))
        .op(Op::prefix(Rule::op_negate))
        .op(left(Rule::op_default))
});
