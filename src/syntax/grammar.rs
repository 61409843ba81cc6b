//! The parser that pest derives from grammar/vekt.pest, and what each rule is called before people.
//! A rule that is added without a word for it does not compile.

use pest_derive::Parser;

/// The derived parser.
#[derive(Parser)]
#[grammar = "grammar/vekt.pest"]
pub(super) struct VektParser;

/// How a rule shows in "expected …".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A word of the language or a sign, shown in backticks.
    Literal(&'static str),
    /// A description.
    Thing(&'static str),
    /// Not shown: it may always stand there, or something else says it better.
    Quiet,
}

impl Rule {
    /// The word for this rule.
    pub(super) fn describe(self) -> Word {
        use Word::{Literal, Quiet, Thing};
        match self {
            Rule::EOI => Thing("the end of the entry"),
            Rule::WHITESPACE | Rule::blank | Rule::nl | Rule::letter | Rule::reserved => Quiet,
            Rule::separator => Thing("a new line"),
            Rule::one_declaration | Rule::careful_declaration | Rule::declaration | Rule::item => {
                Thing("a declaration")
            }
            Rule::careful
            | Rule::look_letter
            | Rule::look_digit
            | Rule::look_prefix
            | Rule::look_minus
            | Rule::look_bracket
            | Rule::look_unit
            | Rule::look_sign
            | Rule::look_tail
            | Rule::look_operator
            | Rule::look_because => Quiet,
            Rule::one_expression
            | Rule::careful_expression
            | Rule::expression
            | Rule::operand_of
            | Rule::first
            | Rule::number_or_date
            | Rule::sum
            | Rule::constant
            | Rule::operand
            | Rule::plain
            | Rule::primary
            | Rule::parentheses
            | Rule::reference
            | Rule::argument
            | Rule::flag
            | Rule::missing_word
            | Rule::today_word
            | Rule::if_expression => Thing("a value"),
            Rule::name | Rule::path | Rule::board_cell => Thing("a name"),
            Rule::text => Thing("a text in quotes"),
            Rule::texts | Rule::literals | Rule::literal => Thing("a list of texts"),
            Rule::list => Literal("("),
            Rule::bare_names => Quiet,
            Rule::number | Rule::digits => Thing("a number"),
            Rule::date => Thing("a date"),
            Rule::period => Thing("`year`, `quarter`, `month` or `week`"),
            Rule::time_word => Thing("`minutes`, `hours` or `days`"),
            Rule::scale
            | Rule::unit
            | Rule::percent_sign
            | Rule::per_period
            | Rule::currency_code
            | Rule::time_unit
            | Rule::dot
            | Rule::optional => Quiet,
            Rule::op_and
            | Rule::op_or
            | Rule::op_default
            | Rule::op_is
            | Rule::op_is_not
            | Rule::op_add
            | Rule::op_subtract
            | Rule::op_multiply
            | Rule::op_divide
            | Rule::infix
            | Rule::arithmetic
            | Rule::tail
            | Rule::between_tail
            | Rule::one_of_tail
            | Rule::missing_tail
            | Rule::rank_tail
            | Rule::double_ampersand
            | Rule::double_bar => Thing("an operator"),
            Rule::op_compare => Thing("a comparison"),
            Rule::op_not
            | Rule::op_negate
            | Rule::prefix
            | Rule::prefix_minus
            | Rule::bang
            | Rule::arguments
            | Rule::lookup_key => Quiet,
            Rule::where_part => Literal("where"),
            Rule::by_part => Literal("by"),
            Rule::because => Literal("because"),
            Rule::from_file | Rule::columns => Literal("from"),
            Rule::setting => {
                Thing("`edition`, `currency`, `scores`, `valid`, `today` or `missing`")
            }
            Rule::model => Literal("model"),
            Rule::edition => Literal("edition"),
            Rule::currency => Literal("currency"),
            Rule::scores => Literal("scores"),
            Rule::valid => Literal("valid"),
            Rule::missing_texts => Literal("missing"),
            Rule::model_today | Rule::test_today => Literal("today"),
            Rule::use_file => Literal("use"),
            Rule::exclude => Literal("exclude"),
            Rule::let_value => Literal("let"),
            Rule::param => Literal("param"),
            Rule::param_bounds | Rule::between_constraint => Literal("between"),
            Rule::rates => Literal("rates"),
            Rule::rate => Thing("a currency"),
            Rule::check => Literal("check"),
            Rule::output => Literal("output"),
            Rule::column => Thing("a value"),
            Rule::scenario => Literal("scenario"),
            Rule::remove => Literal("remove"),
            Rule::override_one => Literal("override"),
            Rule::override_part => Thing("`until`, `because` or `by`"),
            Rule::until => Literal("until"),
            Rule::decided_by => Literal("by"),
            Rule::customers => Literal("customers"),
            Rule::table => Literal("table"),
            Rule::dataset_part | Rule::dataset_key => Literal("key"),
            Rule::one_per_customer => Literal("one per customer"),
            Rule::fields | Rule::members | Rule::service_block | Rule::lookup_block => Literal("{"),
            Rule::field => Thing("a field"),
            Rule::field_of => Literal("field"),
            Rule::field_rest | Rule::field_type => Thing("a type"),
            Rule::field_part | Rule::compare_constraint => Thing("a constraint"),
            Rule::text_type
            | Rule::number_type
            | Rule::date_type
            | Rule::flag_type
            | Rule::score_type
            | Rule::money_type
            | Rule::percent_type
            | Rule::one_of_type
            | Rule::steps_type
            | Rule::duration_type
            | Rule::segment_type => Thing("a type"),
            Rule::unique => Literal("unique"),
            Rule::lookup => Literal("lookup"),
            Rule::lookup_arm => Thing("a key"),
            Rule::otherwise_arm | Rule::otherwise => Literal("otherwise"),
            Rule::lookup_file => Literal("from"),
            Rule::column_name => Thing("a column"),
            Rule::axis => Literal("axis"),
            Rule::member => Thing("`criterion` or `group`"),
            Rule::criterion => Literal("criterion"),
            Rule::criterion_of => Literal("of"),
            Rule::weight | Rule::weight_of => Literal("weight"),
            Rule::group => Literal("group"),
            Rule::if_missing => Literal("if missing"),
            Rule::scale_part => {
                Thing("a scale (`ramp`, `curve`, `bands`, `match`, `as is` or `ranked`)")
            }
            Rule::ramp => Literal("ramp"),
            Rule::curve => Literal("curve"),
            Rule::curve_point => Thing("a point"),
            Rule::bands => Literal("bands"),
            Rule::band => Thing("a band"),
            Rule::match_scale => Literal("match"),
            Rule::match_arm => Thing("a value"),
            Rule::as_is => Literal("as is"),
            Rule::ranked => Literal("ranked"),
            Rule::ranked_steps => Literal("in"),
            Rule::less_is_better => Literal("less is better"),
            Rule::segments => Literal("segments"),
            Rule::segments_by => Literal("by"),
            Rule::segments_entry | Rule::ranked_segment | Rule::clause => Thing("a segment"),
            Rule::order_line => Literal("order"),
            Rule::clause_part | Rule::when_part | Rule::refinement => Literal("when"),
            Rule::stays => Literal("stays when"),
            Rule::board
            | Rule::board_head
            | Rule::board_row
            | Rule::table_head
            | Rule::table_row => Quiet,
            Rule::board_band => Thing("a band (`>= 7` or `otherwise`)"),
            Rule::teams => Literal("teams"),
            Rule::team => Thing("a team"),
            Rule::team_part => Thing("a number"),
            Rule::bare_hours => Quiet,
            Rule::named_by => Literal("named by"),
            Rule::with_customers => Literal("with customers"),
            Rule::per_hour => Literal("per h"),
            Rule::per_year => Literal("per year"),
            Rule::activities => Literal("activities"),
            Rule::activity => Thing("an activity"),
            Rule::costs => Literal("costs"),
            Rule::actual => Literal("actual"),
            Rule::worth => Literal("worth"),
            Rule::taker => Thing("a time such as `2.5 h by owner`"),
            Rule::service => Literal("service"),
            Rule::service_entry | Rule::visits => Thing("an activity"),
            Rule::owner => Literal("owner"),
            Rule::text_column => Literal("text"),
            Rule::only => Literal("only"),
            Rule::no_service => Literal("none"),
            Rule::frequency | Rule::per | Rule::adverb => {
                Thing("how often (`12 per year`, `monthly`, `every 6 weeks`)")
            }
            Rule::every => Literal("every"),
            Rule::test => Literal("test"),
            Rule::test_entry => Thing("`today`, `given` or `expect`"),
            Rule::expect => Literal("expect"),
            Rule::given => Literal("given"),
            Rule::given_entry | Rule::given_value | Rule::given_table => {
                Thing("a field such as `revenue = 5M`")
            }
            Rule::table_cell => Thing("a value"),
            Rule::open_brace => Literal("{"),
            Rule::close_brace => Literal("}"),
            Rule::open_paren => Literal("("),
            Rule::close_paren => Literal(")"),
            Rule::open_bracket => Literal("["),
            Rule::close_bracket => Literal("]"),
            Rule::comma => Literal(","),
            Rule::equals => Literal("="),
            Rule::arrow => Literal("->"),
            Rule::pipe => Literal("|"),
            Rule::backslash => Literal("\\"),
            Rule::k_activities => Literal("activities"),
            Rule::k_actual => Literal("actual"),
            Rule::k_and => Literal("and"),
            Rule::k_as => Literal("as"),
            Rule::k_axis => Literal("axis"),
            Rule::k_bands => Literal("bands"),
            Rule::k_because => Literal("because"),
            Rule::k_better => Literal("better"),
            Rule::k_between => Literal("between"),
            Rule::k_bottom => Literal("bottom"),
            Rule::k_by => Literal("by"),
            Rule::k_capped => Literal("capped"),
            Rule::k_check => Literal("check"),
            Rule::k_costs => Literal("costs"),
            Rule::k_criterion => Literal("criterion"),
            Rule::k_currency => Literal("currency"),
            Rule::k_curve => Literal("curve"),
            Rule::k_customer => Literal("customer"),
            Rule::k_customers => Literal("customers"),
            Rule::k_date => Literal("date"),
            Rule::k_decimal => Literal("decimal"),
            Rule::k_decimals => Literal("decimals"),
            Rule::k_default => Literal("default"),
            Rule::k_duration => Literal("duration"),
            Rule::k_edition => Literal("edition"),
            Rule::k_else => Literal("else"),
            Rule::k_every => Literal("every"),
            Rule::k_exclude => Literal("exclude"),
            Rule::k_exclusive => Literal("exclusive"),
            Rule::k_expect => Literal("expect"),
            Rule::k_field => Literal("field"),
            Rule::k_flag => Literal("flag"),
            Rule::k_fraction => Literal("fraction"),
            Rule::k_from => Literal("from"),
            Rule::k_given => Literal("given"),
            Rule::k_group => Literal("group"),
            Rule::k_h => Literal("h"),
            Rule::k_hour => Literal("hour"),
            Rule::k_if => Literal("if"),
            Rule::k_in => Literal("in"),
            Rule::k_is => Literal("is"),
            Rule::k_key => Literal("key"),
            Rule::k_less => Literal("less"),
            Rule::k_let => Literal("let"),
            Rule::k_lookup => Literal("lookup"),
            Rule::k_match => Literal("match"),
            Rule::k_millions => Literal("millions"),
            Rule::k_missing => Literal("missing"),
            Rule::k_model => Literal("model"),
            Rule::k_money => Literal("money"),
            Rule::k_monthly => Literal("monthly"),
            Rule::k_named => Literal("named"),
            Rule::k_no => Literal("no"),
            Rule::k_none => Literal("none"),
            Rule::k_not => Literal("not"),
            Rule::k_number => Literal("number"),
            Rule::k_of => Literal("of"),
            Rule::k_one => Literal("one"),
            Rule::k_only => Literal("only"),
            Rule::k_or => Literal("or"),
            Rule::k_order => Literal("order"),
            Rule::k_otherwise => Literal("otherwise"),
            Rule::k_output => Literal("output"),
            Rule::k_override => Literal("override"),
            Rule::k_owner => Literal("owner"),
            Rule::k_param => Literal("param"),
            Rule::k_people => Literal("people"),
            Rule::k_per => Literal("per"),
            Rule::k_percent => Literal("percent"),
            Rule::k_person => Literal("person"),
            Rule::k_points => Literal("points"),
            Rule::k_quarterly => Literal("quarterly"),
            Rule::k_ramp => Literal("ramp"),
            Rule::k_ranked => Literal("ranked"),
            Rule::k_rates => Literal("rates"),
            Rule::k_reject => Literal("reject"),
            Rule::k_remove => Literal("remove"),
            Rule::k_replace => Literal("replace"),
            Rule::k_scenario => Literal("scenario"),
            Rule::k_score => Literal("score"),
            Rule::k_scores => Literal("scores"),
            Rule::k_segment => Literal("segment"),
            Rule::k_segments => Literal("segments"),
            Rule::k_service => Literal("service"),
            Rule::k_skip => Literal("skip"),
            Rule::k_stays => Literal("stays"),
            Rule::k_step => Literal("step"),
            Rule::k_steps => Literal("steps"),
            Rule::k_table => Literal("table"),
            Rule::k_teams => Literal("teams"),
            Rule::k_test => Literal("test"),
            Rule::k_text => Literal("text"),
            Rule::k_then => Literal("then"),
            Rule::k_thousands => Literal("thousands"),
            Rule::k_to => Literal("to"),
            Rule::k_today => Literal("today"),
            Rule::k_top => Literal("top"),
            Rule::k_unique => Literal("unique"),
            Rule::k_until => Literal("until"),
            Rule::k_use => Literal("use"),
            Rule::k_valid => Literal("valid"),
            Rule::k_warn => Literal("warn"),
            Rule::k_weekly => Literal("weekly"),
            Rule::k_weight => Literal("weight"),
            Rule::k_when => Literal("when"),
            Rule::k_where => Literal("where"),
            Rule::k_with => Literal("with"),
            Rule::k_worth => Literal("worth"),
            Rule::k_year => Literal("year"),
            Rule::k_yearly => Literal("yearly"),
            Rule::k_yes => Literal("yes"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, VektParser};
    use crate::base::SourceId;
    use crate::syntax::{scan, split};
    use pest::Parser;

    const FILES: [&str; 7] = [
        include_str!("../../examples/abc-balance/model.vekt"),
        include_str!("../../examples/categories/model.vekt"),
        include_str!("../../examples/key-account-matrix/model.vekt"),
        include_str!("../../examples/profit-segments/model.vekt"),
        include_str!("../../examples/two-by-two/model.vekt"),
        include_str!("../../tests/syntax/constructs.vekt"),
        include_str!("../../tests/syntax/mistakes.vekt"),
    ];

    /// One word of so many is damaged at a time.
    const EACH: usize = 61;

    /// Reads every declaration of a text both ways; gives how many there were without an error.
    fn both_ways(text: &str) -> usize {
        let scan = scan::scan(SourceId(0), text);
        let mut read = 0;
        for item in split::items(&scan, text) {
            let Some((first, last)) = scan
                .tokens
                .get(item.first)
                .zip(scan.tokens.get(item.last - 1))
            else {
                continue;
            };
            let slice = &scan.plain[first.start..last.end];
            let quick = VektParser::parse(Rule::one_declaration, slice);
            let careful = VektParser::parse(Rule::careful_declaration, slice);
            match (quick, careful) {
                (Ok(quick), Ok(careful)) => {
                    let same = quick.tokens().eq(careful.tokens());
                    assert!(same, "read differently:\n{slice}");
                    read += 1;
                }
                (Err(_), Err(_)) => {}
                (quick, _) => panic!("quickly read: {}\n{slice}", quick.is_ok()),
            }
        }
        read
    }

    #[test]
    fn the_quick_way_and_the_careful_way_read_the_same() {
        let mut read = 0;
        for file in FILES {
            read += both_ways(file);
            // Some words are left out, doubled, or put behind the next one.
            let words: Vec<&str> = file.split_inclusive(' ').collect();
            for each in (0..EACH).step_by(15) {
                for change in 0..3 {
                    let mut damaged = String::new();
                    for (at, word) in words.iter().enumerate() {
                        match (at % EACH == each, change) {
                            (true, 0) => {}
                            (true, 1) => damaged.extend([*word, word]),
                            (true, _) => {
                                let next = words.get(at + 1).copied().unwrap_or_default();
                                damaged.extend([next, word]);
                            }
                            _ => damaged.push_str(word),
                        }
                    }
                    read += both_ways(&damaged);
                }
            }
        }
        assert!(read > 3_000, "only {read} declarations without an error");
    }

    #[test]
    fn what_is_nested_64_levels_needs_half_a_stack() {
        let nested = |open: &str, inner: &str, close: &str, levels: usize| {
            [&open.repeat(levels), inner, &close.repeat(levels)].concat()
        };
        let texts = [
            format!("let a = {}", nested("(", "1", ")", 64)),
            format!("let a = {}", nested("max(1, ", "1", ")", 64)),
            format!("let a = {}", nested("lookup[", "1", "]", 64)),
            format!("let a = {}", nested("if ", "x", " then 1 else 2", 64)),
            format!("let a = {}", nested("count(v where ", "x", ")", 64)),
            format!("let a = {}", nested("(x between 1 and ", "1", ")", 64)),
            format!(
                "axis a {{ {} }}",
                nested(
                    "group g weight 1 { ",
                    "criterion c weight 1 as is",
                    " }",
                    63
                )
            ),
        ];
        for text in texts {
            // Threads that read have 2 MB. pest looks at the stack no more, since nesting is counted before.
            let thread = std::thread::Builder::new().stack_size(1 << 20);
            let read = thread.spawn(move || crate::syntax::parse(SourceId(0), &text));
            let parsed = read.expect("a thread").join().expect("enough stack");
            assert_eq!(parsed.diagnostics, []);
            assert_eq!(parsed.tree.declarations.len(), 1);
        }
    }
}
