//! Rule files that nobody would write: declarations of the repository with their blanks, line breaks, commas, comments
//! and words disturbed, always in the same way from the same seed.

/// Numbers that look random and are the same every time.
pub struct Random(u64);

impl Random {
    /// From a seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % bound.max(1)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Some declarations, disturbed.
pub fn disturb(declarations: &[String], random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text.push_str(&declarations[random.below(declarations.len())]);
        text.push_str(random.pick(&["\n", "\n\n", "\n\n\n", "\n# between\n", "  # behind\n"]));
    }
    let blanks = random.below(3);
    let breaks = random.pick(&[0, 0, 6, 30]);
    let mut text = spread(&text, blanks, breaks, random);
    for _ in 0..random.below(3) {
        text = damage(&text, random);
    }
    if random.one_in(10) {
        text = text.replace('\n', "\r\n");
    }
    text
}

/// The same text with other blanks, other line breaks and more comments, where they may stand.
fn spread(text: &str, blanks: usize, breaks: usize, random: &mut Random) -> String {
    let mut spread = String::with_capacity(text.len() * 2);
    let mut in_text = false;
    let mut in_comment = false;
    let mut parentheses = 0_usize;
    for letter in text.chars() {
        match letter {
            '\n' => {
                if !in_comment && breaks > 0 && random.one_in(breaks * 2) {
                    spread.push_str("  # of the line");
                }
                in_comment = false;
                in_text = false;
                spread.push('\n');
                if breaks > 0 && random.one_in(breaks * 3) {
                    spread.push_str(random.pick(&["\n", "\n\n\n", "    # alone\n", "\t\n"]));
                }
                continue;
            }
            '#' if !in_text => in_comment = true,
            '"' if !in_comment => in_text = !in_text,
            '(' if !in_text && !in_comment => parentheses += 1,
            ')' if !in_text && !in_comment => parentheses = parentheses.saturating_sub(1),
            _ => {}
        }
        let is_blank = letter == ' ' && !in_text && !in_comment;
        if is_blank && blanks > 0 {
            spread.push_str(random.pick(&[" ", "  ", "\t", "      ", " "]));
        } else {
            spread.push(letter);
        }
        if in_text || in_comment || breaks == 0 {
            continue;
        }
        let breakable = match letter {
            ',' | '{' | '=' | '+' | '*' | '/' => true,
            ' ' | '(' => parentheses > 0,
            _ => false,
        };
        if breakable && random.one_in(breaks) {
            spread.push_str(random.pick(&["\n", " # inside\n", "\n\n", "\n# alone\n"]));
        }
    }
    spread
}

/// One change that may break the text, and often does not.
fn damage(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let at = random.below(lines.len());
    let other = random.below(lines.len());
    match random.below(9) {
        0 => {
            lines.remove(at);
        }
        1 => lines.insert(at, lines[at]),
        2 => lines.swap(at, other),
        3 => return text.replacen(", ", "\n", 1 + random.below(4)),
        4 => return text.replace("{ ", "{\n"),
        5 => return joined(text, random),
        6 => return text.replace('\n', "\n\n"),
        7 => return longer(text, random),
        _ => return text.replacen(' ', random.pick(&["\n", "  ", " # x\n", ""]), 1),
    }
    lines.join("\n")
}

/// One block of the text on one line.
fn joined(text: &str, random: &mut Random) -> String {
    let opens: Vec<usize> = text.match_indices('{').map(|(at, _)| at).collect();
    if opens.is_empty() {
        return text.to_owned();
    }
    let open = random.pick(&opens);
    let Some(length) = text[open..].find('}') else {
        return text.to_owned();
    };
    let (before, rest) = text.split_at(open + 1);
    let (inside, after) = rest.split_at(length - 1);
    let entries: Vec<&str> = inside
        .split('\n')
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .collect();
    format!("{before} {} {after}", entries.join(", "))
}

/// The text with one of its words made long.
fn longer(text: &str, random: &mut Random) -> String {
    let words = [
        "revenue",
        "name",
        "weight",
        "when",
        "because \"",
        "and",
        "segment",
        "customer",
    ];
    let word = random.pick(&words);
    match word {
        "because \"" => text.replacen(
            word,
            &format!("{word}{}", "why ".repeat(random.below(30))),
            1,
        ),
        "and" => text.replacen(
            " and ",
            &" and some_quite_long_name >= 1_000_000 and ".repeat(1 + random.below(3)),
            1,
        ),
        "when" => text.replacen("when ", "when a_condition_that_comes_first or not ", 1),
        word => text.replacen(
            word,
            &format!("{word}_{}", "long".repeat(random.below(15))),
            1,
        ),
    }
}
