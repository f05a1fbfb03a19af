//! The nearest known name, for hints.

/// Returns the candidate that `name` most likely stands for, when one is near enough.
///
/// Near is one edit in three characters, or a difference of case, `-` and `_` alone.
#[must_use]
pub fn suggest<'a, S: AsRef<str> + ?Sized + 'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a S>,
) -> Option<&'a str> {
    let plain = |name: &str| name.to_lowercase().replace('-', "_");
    let wanted = plain(name);
    candidates
        .into_iter()
        .map(AsRef::as_ref)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&wanted, &plain(candidate));
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= wanted.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest() {
        let known = ["no-transaction", "requires", "lock_timeout", "irreversible"];
        for (name, expected) in [
            ("no_transaction", Some("no-transaction")),
            ("No-Transactoin", Some("no-transaction")),
            ("require", Some("requires")),
            ("lock-timeout", Some("lock_timeout")),
            ("lockTimeout", Some("lock_timeout")),
            ("statement", None),
            ("x", None),
        ] {
            assert_eq!(suggest(name, known.iter()), expected, "{name}");
        }
        assert_eq!(suggest("url", ["x"].iter()), None);
    }
}
