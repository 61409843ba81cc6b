//! The sentences of a memo by language and key, out of plain text files that a translator edits, and
//! the filling in of their words.

use std::collections::BTreeMap;

/// A language of memos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English
    English,
    /// Norwegian bokmål
    Norwegian,
    /// Swedish
    Swedish,
    /// Finnish
    Finnish,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 4] = [
        Language::English,
        Language::Norwegian,
        Language::Swedish,
        Language::Finnish,
    ];

    /// The text file of its sentences.
    fn text(self) -> &'static str {
        match self {
            Language::English => include_str!("messages/en.txt"),
            Language::Norwegian => include_str!("messages/nb.txt"),
            Language::Swedish => include_str!("messages/sv.txt"),
            Language::Finnish => include_str!("messages/fi.txt"),
        }
    }
}

/// The sentences of a language by key.
#[derive(Clone, Debug)]
pub struct Messages {
    texts: BTreeMap<&'static str, &'static str>,
}

impl Messages {
    /// The sentences of a language.
    pub fn of(language: Language) -> Messages {
        let lines = language
            .text()
            .lines()
            .filter(|line| !line.starts_with('#'));
        let texts = lines.filter_map(|line| {
            let (key, text) = line.split_once(" = ")?;
            Some((key.trim(), text.trim()))
        });
        Messages {
            texts: texts.collect(),
        }
    }

    /// A sentence with its words filled in.
    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        let mut rest = self.texts.get(key).copied().unwrap_or(key);
        let mut out = String::new();
        // One pass, so that braces in what is filled in are left alone.
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            out.push_str(before);
            let value = values.iter().find(|(known, _)| *known == name);
            out.push_str(value.map_or("", |(_, value)| value));
            rest = behind;
        }
        out + rest
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// The words in braces of a sentence.
    fn words(text: &str) -> BTreeSet<&str> {
        let parts = text.split('{').skip(1);
        parts
            .filter_map(|part| Some(part.split_once('}')?.0))
            .collect()
    }

    #[test]
    fn every_language_has_the_same_keys_and_words() {
        let english = Messages::of(Language::English);
        for language in Language::ALL {
            let lines = language.text().lines();
            let lines = lines.filter(|line| !line.starts_with('#') && !line.trim().is_empty());
            for line in lines.clone() {
                assert!(
                    line.contains(" = "),
                    "{language:?}: `{line}` is no `key = text`"
                );
            }
            let messages = Messages::of(language);
            assert_eq!(
                lines.count(),
                messages.texts.len(),
                "{language:?}: a key stands twice"
            );
            let keys = |messages: &Messages| messages.texts.keys().copied().collect::<Vec<_>>();
            assert_eq!(keys(&messages), keys(&english), "{language:?}");
            for (key, text) in &messages.texts {
                assert_eq!(
                    words(text),
                    words(english.texts[key]),
                    "{language:?}: {key}"
                );
            }
        }
    }

    #[test]
    fn every_key_is_used_and_every_used_key_is_there() {
        let code = [
            include_str!("mod.rs"),
            include_str!("axes.rs"),
            include_str!("figures.rs"),
            include_str!("numbers.rs"),
            include_str!("segments.rs"),
            include_str!("services.rs"),
            include_str!("words.rs"),
        ]
        .join("\n");
        let messages = Messages::of(Language::English);
        for key in messages.texts.keys() {
            assert!(code.contains(&format!("\"{key}\"")), "`{key}` is not used");
        }
        let quoted = code.split('"').skip(1).step_by(2);
        let is_key = |text: &&str| {
            let letters = |it: char| it.is_ascii_lowercase() || it == '.';
            text.contains('.') && text.chars().all(letters) && !text.starts_with('.')
        };
        for key in quoted.filter(is_key) {
            assert!(messages.texts.contains_key(key), "`{key}` is in no table");
        }
    }

    #[test]
    fn what_is_filled_in_stays_as_it_is() {
        let messages = Messages::of(Language::English);
        let said = messages.say("op.at.least", &[("a", "{b}"), ("b", "7")]);
        assert_eq!(said, "{b} is at least 7");
    }
}
