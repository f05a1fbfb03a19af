//! Which differences are left out: by class, and by what they are about.

use crate::catalog::{Class, Difference};
use crate::project::Ignore;
use crate::sql::matches_pattern;

/// Says whether one of the rules leaves a difference out.
pub(in crate::commands) fn is_ignored(rules: &[Ignore], difference: &Difference) -> bool {
    rules.iter().any(|rule| applies(rule, difference))
}

/// Says whether a rule leaves a difference out.
fn applies(rule: &Ignore, difference: &Difference) -> bool {
    let class = rule.class.is_none_or(|class| class == difference.class);
    let pattern = rule.pattern.as_ref().is_none_or(|pattern| {
        // A pattern for an object holds for all that is said of it.
        matches_pattern(pattern, &difference.object())
            || matches_pattern(pattern, &difference.subject())
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
