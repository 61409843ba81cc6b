//! Marked tokens → lines. It places entries, their parts, blocks and comments; all tokens and comments come out in
//! their order. It knows the language only by the marks.

use std::ops::Range;

use super::columns::{Columns, Row};
use super::lines::Lines;
use super::marks::{Class, Hang, Mark, OwnLine, PART, Part};
use super::tokens::{Kind, Note, Token, Tokens};

/// Where a line should end at the latest.
pub(super) const WIDTH: usize = 120;
/// Blanks of a level.
pub(super) const LEVEL: usize = 2;
/// A hanging line begins at the latest here.
const FARTHEST_HANG: usize = 60;
/// Writes lines.
pub(super) struct Page<'p, 't> {
    pub tokens: &'p Tokens<'t>,
    pub marks: &'p [Mark],
    /// What is written so far.
    pub lines: Lines<'t>,
    /// Up to each token: the columns that all before it take, as in a block on one line.
    widths: Vec<usize>,
    /// Up to each token: how many before it begin a line in the source.
    line_starts: Vec<usize>,
    runs: usize,
}

/// The entries of a block: the first token of each and the token after its last.
type Entries = Vec<Range<usize>>;

impl<'p, 't> Page<'p, 't> {
    /// The whole file.
    pub fn write(tokens: &'p Tokens<'t>, marks: &'p [Mark]) -> String {
        let mut page = Page {
            tokens,
            marks,
            lines: Lines::default(),
            widths: vec![0],
            line_starts: vec![0],
            runs: 0,
        };
        let (mut width, mut starts) = (0, 0);
        for index in 0..tokens.list.len() {
            width += page.gap(index) + page.token(index).map_or(0, |token| token.width);
            if page.is_idle(index) {
                width = page.widths.last().copied().unwrap_or(0);
            }
            starts += usize::from(page.token(index).is_some_and(|token| token.breaks > 0));
            page.widths.push(width);
            page.line_starts.push(starts);
        }
        page.block(0, tokens.list.len().saturating_sub(1), 0);
        page.lines.text()
    }

    pub(super) fn token(&self, index: usize) -> Option<&'p Token<'t>> {
        self.tokens.list.get(index)
    }

    fn is_idle(&self, index: usize) -> bool {
        self.token(index)
            .is_some_and(|token| token.kind == Kind::IdleComma)
    }

    pub(super) fn is(&self, index: usize, text: &str) -> bool {
        self.token(index)
            .is_some_and(|token| token.kind != Kind::Literal && token.text == text)
    }

    fn part(&self, index: usize) -> Option<Part> {
        self.marks.get(index)?.part
    }

    /// The blanks before a token on one line.
    fn gap(&self, index: usize) -> usize {
        match self.token(index) {
            Some(token) if token.is_glued => 0,
            Some(_) => self.part(index).map_or(1, |part| part.inline_gap),
            None => 0,
        }
    }

    /// How many columns tokens take on one line.
    pub(super) fn width(&self, range: Range<usize>) -> usize {
        let at = |index: usize| self.widths.get(index).copied().unwrap_or(0);
        if range.is_empty() {
            return 0;
        }
        let whole = at(range.end).saturating_sub(at(range.start));
        whole.saturating_sub(self.gap(range.start))
    }

    /// Whether a line of the source begins within these tokens, at the first too.
    fn has_break(&self, range: Range<usize>) -> bool {
        let at = |index: usize| self.line_starts.get(index).copied().unwrap_or(0);
        at(range.end) > at(range.start)
    }

    /// The comments before the tokens of a range, the first's too.
    fn notes(&self, range: Range<usize>) -> &'p [Note<'t>] {
        let tokens = self.tokens;
        let (Some(first), Some(last)) = (
            tokens.list.get(range.start),
            tokens.list.get(range.end.saturating_sub(1)),
        ) else {
            return &[];
        };
        tokens
            .notes
            .get(first.notes.start..last.notes.end)
            .unwrap_or(&[])
    }

    /// The columns that the current line takes.
    pub(super) fn column(&self) -> usize {
        self.lines.column()
    }

    /// Writes tokens on the current line, the first without blanks before it.
    pub(super) fn flat(&mut self, range: Range<usize>) {
        for index in range.clone() {
            if self.is_idle(index) {
                continue;
            }
            if index > range.start {
                self.lines.pad(self.column() + self.gap(index));
            }
            if let Some(token) = self.token(index) {
                self.lines.push(&token.text, token.width);
            }
        }
    }

    // ------------------------------------------------------------------------------------------ blocks

    /// The entries between two tokens.
    fn entries(&self, from: usize, to: usize) -> Entries {
        let mut entries: Entries = Vec::new();
        let mut index = from;
        while index < to {
            if self.marks.get(index).is_some_and(|it| it.entry.is_some()) {
                entries.push(index..index);
            }
            let after = match self.token(index) {
                Some(token) if token.kind == Kind::Open => token.partner.max(index) + 1,
                _ => index + 1,
            };
            let next = (index + 1..to).find(|next| !self.is_idle(*next));
            let begins = |index: usize| self.marks.get(index).is_some_and(|it| it.entry.is_some());
            let is_separator = self.is(index, ",") && next.is_some_and(begins);
            if let Some(entry) = entries.last_mut()
                && !is_separator
                && !self.is_idle(index)
            {
                entry.end = after;
            }
            index = after;
        }
        entries
    }

    /// Writes the entries between two tokens, each on a line of its own, with the comments around them.
    fn block(&mut self, from: usize, to: usize, indent: usize) {
        let entries = self.entries(from, to);
        let mut end = from;
        let mut run_end = 0;
        let mut run = 0;
        let mut columns = Columns::default();
        let mut before = Class::Plain;
        for (index, entry) in entries.iter().enumerate() {
            let class = self.class(entry, indent);
            let notes = self.notes(end..entry.start + 1);
            if index > 0
                && class.flows()
                && before.flows()
                && !self.has_break(end..entry.start + 1)
                && self.column() + 2 + self.width(entry.clone()) <= WIDTH
            {
                self.lines.push(", ", 2);
            } else {
                if index > 0 && self.needs_comma(end..entry.start, class) {
                    self.lines.push(",", 1);
                }
                let comment_run = if before.aligns_comments() { run } else { 0 };
                let own_lines = self.lines.comments(notes, indent, index == 0, comment_run);
                let is_first = index == 0 && !own_lines;
                if self.has_blank(end..entry.start + 1) && !is_first {
                    self.lines.blank_line();
                }
                self.lines.begin(indent);
            }
            if index >= run_end {
                run_end = self.run_end(&entries, index, class, indent);
                self.runs += 1;
                run = self.runs;
                columns = self.shared_columns(entries.get(index..run_end), class, indent);
            }
            self.entry(entry.clone(), indent, &columns);
            end = entry.end;
            before = class;
        }
        let comment_run = if before.aligns_comments() { run } else { 0 };
        let notes = self.notes(end..to + 1);
        self.lines
            .comments(notes, indent, entries.is_empty(), comment_run);
    }

    /// Whether the comma before an entry must stay: on a new line after none its first word would belong to the entry
    /// before.
    fn needs_comma(&self, between: Range<usize>, class: Class) -> bool {
        const GOES_ON: [&str; 8] = [
            "because", "from", "stays", "by", "costs", "actual", "worth", "until",
        ];
        let has_comma = !between.is_empty();
        let goes_on = self.token(between.end).is_some_and(|token| {
            GOES_ON.contains(&&*token.text) || class == Class::Column && token.text.starts_with('-')
        });
        has_comma && goes_on
    }

    /// Whether a blank line stands right before the last of these tokens, or before a comma among them.
    fn has_blank(&self, range: Range<usize>) -> bool {
        range
            .clone()
            .any(|index| self.token(index).is_some_and(|token| token.breaks > 1))
    }

    /// The class of an entry; a service or a `given` that does not fit on a line shares no column.
    fn class(&self, entry: &Range<usize>, indent: usize) -> Class {
        let class = self.marks.get(entry.start).and_then(|mark| mark.entry);
        match class.unwrap_or(Class::Plain) {
            Class::Service | Class::Given if !self.is_on_a_line(entry, indent) => Class::Plain,
            class => class,
        }
    }

    /// Whether an entry with a block will stand on one line.
    fn is_on_a_line(&self, entry: &Range<usize>, indent: usize) -> bool {
        let open = entry.clone().find(|index| self.is(*index, "{"));
        let head = entry.start + 1..open.unwrap_or(entry.end);
        self.notes(head.clone()).is_empty()
            && !self.has_break(head.end + 1..entry.end)
            && indent + self.width(entry.clone()) <= WIDTH
    }

    /// Where the run of an entry ends: neighbours of the same class without a blank line between them.
    fn run_end(&self, entries: &Entries, first: usize, class: Class, indent: usize) -> usize {
        let neighbours = entries.iter().zip(entries.iter().skip(1)).skip(first);
        let belongs = |(before, next): &(&Range<usize>, &Range<usize>)| {
            let between = before.end..next.start + 1;
            let parted = self.has_blank(between.clone())
                || self.notes(between).iter().any(|note| note.after_blank);
            // A check of several lines has no column to share.
            let is_long = |entry: &Range<usize>| indent + self.width(entry.clone()) > WIDTH;
            let parted = parted || class == Class::Check && (is_long(before) || is_long(next));
            self.class(next, indent) == class && (class == Class::Row || !parted)
        };
        first + 1 + neighbours.take_while(belongs).count()
    }

    fn shared_columns(
        &self,
        entries: Option<&[Range<usize>]>,
        class: Class,
        indent: usize,
    ) -> Columns {
        if class == Class::Plain || class.flows() {
            return Columns::default();
        }
        let rows = entries.unwrap_or(&[]).iter().map(|entry| self.row(entry));
        Columns::of(&rows.collect::<Vec<Row>>(), indent)
    }

    /// The parts of an entry that stand in columns on its first line.
    fn row(&self, entry: &Range<usize>) -> Row {
        let mut row = Row::default();
        for (range, part) in self.parts(entry) {
            let Some(column) = part.column else { break };
            let begins_entry = range.start == entry.start;
            if !begins_entry && !self.notes(range.start..range.start + 1).is_empty() {
                break;
            }
            let width = self.width(range.clone());
            row.push(column, width, part);
            if !self.notes(range.start + 1..range.end).is_empty() {
                break;
            }
        }
        row
    }

    // ------------------------------------------------------------------------------------------ entries

    /// The parts of an entry: at its marks, at blocks and after them.
    fn parts(&self, entry: &Range<usize>) -> Vec<(Range<usize>, Part)> {
        let mut parts: Vec<(Range<usize>, Part)> = Vec::new();
        let mut index = entry.start;
        let mut after_block = true;
        while index < entry.end {
            let mark = self.part(index);
            let is_block = self.is(index, "{");
            if mark.is_some() || is_block || after_block {
                let part = mark.unwrap_or(PART.gaps(1, 1));
                parts.push((index..index, part));
            }
            let after = match self.token(index) {
                Some(token) if token.kind == Kind::Open => token.partner.max(index) + 1,
                _ => index + 1,
            };
            if let Some((range, _)) = parts.last_mut() {
                range.end = after;
            }
            after_block = is_block;
            index = after;
        }
        parts
    }

    fn entry(&mut self, entry: Range<usize>, indent: usize, columns: &Columns) {
        let first_line = self.lines.count();
        let parts = self.parts(&entry);
        let hangs = self.hangs(&parts, indent, columns);
        for (index, (range, part)) in parts.iter().enumerate() {
            if index > 0 {
                let place = if self.lines.count() == first_line {
                    part.column.and_then(|column| columns.get(column))
                } else {
                    None
                };
                // What stands on the line of a block's brace must leave room for it.
                let block_follows = parts
                    .get(index + 1)
                    .is_some_and(|(next, _)| self.is(next.start, "{"));
                let reserve = if block_follows { LEVEL } else { 0 };
                self.begin_part(range, part, hangs, place, reserve);
            }
            let block_follows = self.is(range.end, "{") && range.end < entry.end;
            self.write_part(
                range.clone(),
                part,
                indent,
                if block_follows { 2 } else { 0 },
            );
        }
    }

    /// Where further lines of an entry begin: a level to the right, and if there is room where its second column
    /// starts, so that the first stands alone. Clauses use that.
    fn hangs(
        &self,
        parts: &[(Range<usize>, Part)],
        indent: usize,
        columns: &Columns,
    ) -> (usize, usize) {
        let hang = indent + LEVEL;
        let class = parts
            .first()
            .and_then(|(range, _)| self.marks.get(range.start)?.entry);
        let second = parts.get(1).and_then(|(_, part)| columns.get(part.column?));
        match second {
            Some((start, _)) if class == Some(Class::Clause) => {
                (hang, start.clamp(hang, FARTHEST_HANG))
            }
            _ => (hang, hang),
        }
    }

    /// Goes to where a part begins. `place` is the start and the gap of its column.
    fn begin_part(
        &mut self,
        range: &Range<usize>,
        part: &Part,
        (hang, far_hang): (usize, usize),
        place: Option<(usize, usize)>,
        reserve: usize,
    ) {
        let notes = self.notes(range.start..range.start + 1);
        if !notes.is_empty() {
            self.lines.comments(notes, hang, true, 0);
            self.lines.begin(hang);
            return;
        }
        let has_break = self.token(range.start).is_some_and(|it| it.breaks > 0);
        let needed = self.width(range.clone()) + reserve;
        let hang = if far_hang + needed <= WIDTH {
            far_hang
        } else {
            hang
        };
        if part.own_line == OwnLine::Kept && has_break && !self.lines.is_at_brace() {
            self.lines.begin(hang);
            return;
        }
        let (start, gap) = place.unwrap_or((0, part.gap));
        let near = self.column() + gap;
        let mut target = near.max(start);
        if part.own_line != OwnLine::Never && target + needed > WIDTH {
            let column = if start > hang && start + needed <= WIDTH {
                start
            } else {
                hang
            };
            self.lines.begin(column);
            return;
        }
        if part.yields && target + needed > WIDTH {
            target = self.column() + part.gap;
        }
        self.lines.pad(target);
    }

    fn write_part(&mut self, range: Range<usize>, part: &Part, indent: usize, reserve: usize) {
        if self.is(range.start, "{") {
            self.braces(range.start, indent);
        } else if !self.notes(range.start + 1..range.end).is_empty() {
            self.around_comments(range, indent + LEVEL);
        } else {
            let beside = self.column() + LEVEL;
            match part.hang {
                Hang::NoBreak => self.flat(range),
                Hang::Part if beside <= FARTHEST_HANG => self.expression(range, beside, reserve),
                Hang::Part => self.expression(range, indent + 2 * LEVEL, reserve),
                Hang::Entry => self.expression(range, indent + LEVEL, reserve),
            }
        }
    }

    /// Tokens with comments among them: the lines are broken at the comments only.
    fn around_comments(&mut self, range: Range<usize>, hang: usize) {
        let mut from = range.start;
        for index in range.start + 1..range.end {
            let notes = self.notes(index..index + 1);
            if !notes.is_empty() {
                self.flat(from..index);
                self.lines.comments(notes, hang, true, 0);
                self.lines.begin(hang);
                from = index;
            }
        }
        self.flat(from..range.end);
    }

    /// A block from its brace: on one line if it was written so and fits, otherwise an entry a line.
    fn braces(&mut self, open: usize, indent: usize) {
        let close = self.token(open).map_or(open, |token| token.partner);
        let is_empty = (open + 1..close).all(|index| self.is_idle(index));
        if is_empty && self.notes(open + 1..close + 1).is_empty() {
            return self.lines.push("{}", 2);
        }
        let one_line = !self.has_break(open + 1..close + 1);
        if one_line && self.column() + self.width(open..close + 1) <= WIDTH {
            return self.flat(open..close + 1);
        }
        self.lines.push("{", 1);
        self.block(open + 1, close, indent + LEVEL);
        self.lines.begin(indent);
        self.lines.push("}", 1);
    }
}
