//! Texts that match a regular expression.

mod node;
mod syntax;

use fake::rand::distr::Distribution as _;
use rand_chacha::ChaCha8Rng;

use super::chance;
use node::Node;

/// The most repetitions where a pattern sets no end.
const OPEN: u32 = 8;

/// A compiled pattern.
#[derive(Clone, Debug)]
pub(super) enum Pattern {
    /// Of the common forms, which are drawn as plain ASCII and can be counted.
    Plain(Node),
    /// Anything else.
    Other(Box<rand_regex::Regex>),
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let bare = without_anchors(text);
        if let Some(node) = syntax::parse(bare) {
            return Ok(Self::Plain(node));
        }
        match rand_regex::Regex::compile(bare, OPEN) {
            Ok(regex) if regex.is_utf8() => Ok(Self::Other(Box::new(regex))),
            _ => Err(format!("no text can be made of the pattern `{text}`")),
        }
    }

    pub(super) fn draw(&self, rng: &mut ChaCha8Rng) -> String {
        match self {
            Self::Plain(node) => {
                let mut text = String::new();
                node.draw(rng, &mut text);
                text
            }
            Self::Other(regex) => regex.sample(rng),
        }
    }

    /// How many texts [`Self::nth`] has, different in lower case too.
    pub(super) fn capacity(&self) -> u64 {
        match self {
            Self::Plain(node) => node.count(),
            Self::Other(_) => 1,
        }
    }

    pub(super) fn nth(&self, n: u64) -> String {
        match self {
            Self::Plain(node) => {
                let mut text = String::new();
                node.nth(chance::shuffled(n, node.count()), &mut text);
                text
            }
            Self::Other(regex) => {
                use rand_chacha::rand_core::SeedableRng as _;
                regex.sample(&mut ChaCha8Rng::seed_from_u64(n))
            }
        }
    }
}

/// Takes `^`, `\A`, `$` and `\z` away; a pattern without them may match anywhere, so also alone.
fn without_anchors(text: &str) -> &str {
    let text = text
        .strip_prefix('^')
        .or(text.strip_prefix("\\A"))
        .unwrap_or(text);
    match text.strip_suffix('$') {
        Some(bare) if !bare.ends_with('\\') => bare,
        _ => text
            .strip_suffix("\\z")
            .or(text.strip_suffix("\\Z"))
            .unwrap_or(text),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rand_chacha::rand_core::SeedableRng as _;

    use super::*;

    #[test]
    fn texts_match() {
        for (text, capacity) in [
            ("^[A-Z]{3}-[0-9]{4}$", 175_760_000),
            ("^#[0-9A-Fa-f]{6}$", 16_777_216),
            ("^[0-9]{4}-(0[1-9]|1[0-2])$", 120_000),
            ("^sha256:[0-9a-f]{64}$", u64::MAX),
            ("^[0-9*#]{1,15}$", 12_u64.pow(15)),
            ("^-?[0-9]+$", 100_000_000),
            ("^[A-Za-z0-9+/=_:.$-]{38,}$", u64::MAX),
            ("^[0-9*#ti]$", 14),
            (r"^\d{2}\.\w$", 3700),
            ("^(?:yes|no|yet)$", 1),
            ("^[^a-z]{2}$", 68 * 68),
            ("^[[:alpha:]]{2}$", 26 * 26),
            ("^a.c$", 68),
            ("[a-c]|[x-z]", 6),
        ] {
            let pattern = Pattern::new(text).unwrap();
            assert_eq!(pattern.capacity(), capacity, "{text}");
            let regex = regex::Regex::new(text).unwrap();
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            for _ in 0..300 {
                let drawn = pattern.draw(&mut rng);
                assert!(regex.is_match(&drawn), "{text}: {drawn}");
            }
            let count = capacity.min(2000);
            let texts: BTreeSet<String> = (0..count)
                .map(|n| pattern.nth(n))
                .inspect(|nth| assert!(regex.is_match(nth), "{text}: {nth}"))
                .map(|nth| nth.to_lowercase())
                .collect();
            assert_eq!(texts.len() as u64, count, "{text}");
        }
    }

    #[test]
    fn others() {
        let pattern = Pattern::new(r"^\p{Greek}{3}$").unwrap();
        assert_eq!(pattern.capacity(), 1);
        assert!(Pattern::new("(").is_err());
        assert!(Pattern::new("^a$b").is_err());
    }
}
