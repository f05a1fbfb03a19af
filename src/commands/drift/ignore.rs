//! Which differences are left out: by class, and by what they are about.

use crate::catalog::{Class, Difference};
use crate::project::Ignore;

/// Says whether one of the rules leaves a difference out.
pub(in crate::commands) fn is_ignored(rules: &[Ignore], difference: &Difference) -> bool {
    rules.iter().any(|rule| applies(rule, difference))
}

/// Says whether a rule leaves a difference out.
fn applies(rule: &Ignore, difference: &Difference) -> bool {
    let class = rule.class.is_none_or(|class| class == difference.class);
    let pattern = rule.pattern.as_ref().is_none_or(|pattern| {
        // A pattern for an object holds for all that is said of it.
        matches(pattern, &difference.object()) || matches(pattern, &difference.subject())
    });
    class && pattern
}

/// Reads what stands on the command line: a class, or a pattern.
pub(super) fn from_argument(text: &str) -> Ignore {
    let class = [Class::Structural, Class::Cosmetic, Class::Environment]
        .into_iter()
        .find(|class| class.to_string() == text);
    Ignore {
        class,
        pattern: class.is_none().then(|| text.to_owned()),
        reason: "--ignore".to_owned(),
    }
}

/// Compares a text with a pattern, in which `*` stands for any characters, also none.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("table a.t", "table a.t", true),
            ("table a.t", "table a.tt", false),
            ("table a.t*", "table a.t: column x", true),
            ("*: column x", "table a.t: column x", true),
            ("partition *_y2026*", "partition a.calls_y2026m01", true),
            ("a*b*c", "abbc", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
