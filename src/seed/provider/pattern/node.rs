//! The parts of a pattern: texts drawn, and texts counted.

use rand_chacha::ChaCha8Rng;

use super::chance;

/// A part of a pattern.
#[derive(Clone, Debug)]
pub(in crate::seed::provider) enum Node {
    /// One of these characters.
    Class {
        all: Vec<char>,
        /// Those that differ in lower case too.
        distinct: Vec<char>,
    },
    /// One after the other.
    Row(Vec<Node>),
    /// One of them.
    Either(Vec<Node>),
    /// So many times.
    Repeat {
        node: Box<Node>,
        least: u32,
        most: u32,
    },
}

impl Node {
    pub(super) fn draw(&self, rng: &mut ChaCha8Rng, out: &mut String) {
        match self {
            Self::Class { all, .. } => {
                out.push(all[chance::below(rng, all.len() as u64) as usize]);
            }
            Self::Row(parts) => parts.iter().for_each(|part| part.draw(rng, out)),
            Self::Either(parts) => {
                parts[chance::below(rng, parts.len() as u64) as usize].draw(rng, out);
            }
            Self::Repeat { node, least, most } => {
                let more = chance::below(rng, u64::from(most - least) + 1) as u32;
                (0..least + more).for_each(|_| node.draw(rng, out));
            }
        }
    }

    /// How many texts [`Self::nth`] has.
    pub(super) fn count(&self) -> u64 {
        match self {
            Self::Class { distinct, .. } => distinct.len() as u64,
            Self::Row(parts) => parts
                .iter()
                .fold(1, |all, part| all.saturating_mul(part.count())),
            Self::Either(parts) => {
                let parts = apart(parts);
                parts
                    .iter()
                    .fold(0, |all, part| all.saturating_add(part.count()))
            }
            Self::Repeat { node, most, .. } => node.count().saturating_pow(*most),
        }
    }

    /// Texts of one length, so that no two of them are alike.
    pub(super) fn nth(&self, n: u64, out: &mut String) {
        match self {
            Self::Class { distinct, .. } => out.push(distinct[n as usize % distinct.len()]),
            Self::Row(parts) => {
                let mut rest = n;
                for part in parts {
                    let count = part.count().max(1);
                    part.nth(rest % count, out);
                    rest /= count;
                }
            }
            Self::Either(parts) => {
                let mut rest = n;
                let parts = apart(parts);
                for part in parts {
                    let count = part.count();
                    if rest < count {
                        return part.nth(rest, out);
                    }
                    rest -= count;
                }
                parts[0].nth(0, out);
            }
            Self::Repeat { node, most, .. } => {
                let (count, mut rest) = (node.count().max(1), n);
                for _ in 0..*most {
                    node.nth(rest % count, out);
                    rest /= count;
                }
            }
        }
    }

    /// The number of characters of each text of [`Self::nth`].
    fn length(&self) -> u32 {
        match self {
            Self::Class { .. } => 1,
            Self::Row(parts) => parts.iter().map(Self::length).sum(),
            Self::Either(parts) => parts[0].length(),
            Self::Repeat { node, most, .. } => node.length().saturating_mul(*most),
        }
    }

    /// The characters that a text may start with, in lower case; `None` when unknown.
    fn first(&self) -> Option<Vec<char>> {
        match self {
            Self::Class { all, .. } => Some(all.iter().map(char::to_ascii_lowercase).collect()),
            Self::Row(parts) => parts.first()?.first(),
            Self::Repeat { node, least, .. } if *least > 0 => node.first(),
            _ => None,
        }
    }
}

/// Returns the alternatives when no text of one can be of another, else the first one.
fn apart(parts: &[Node]) -> &[Node] {
    let mut seen: Vec<char> = Vec::new();
    for part in parts {
        let Some(first) = part.first() else {
            return &parts[..1];
        };
        if part.length() != parts[0].length() || first.iter().any(|c| seen.contains(c)) {
            return &parts[..1];
        }
        seen.extend(first);
    }
    parts
}
