//! Passwords do not belong into a file that is committed.

/// Tells whether a URL, or a `key=value` connection string, holds a password. Where the form is
/// unclear the answer is yes.
pub(super) fn holds_password(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    let names_one = lower
        .match_indices("password")
        .any(|(at, word)| lower[at + word.len()..].trim_start().starts_with('='));
    let Some((_, rest)) = url.split_once("://") else {
        return names_one;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let in_authority = match authority.rsplit_once('@') {
        Some((user, _)) => user
            .split_once(':')
            .is_some_and(|(_, word)| !word.is_empty()),
        // `user:pa/ss@host`: an unescaped `/` or `?` in the password.
        None => {
            rest.contains('@')
                && authority.split(',').any(|host| {
                    !host.ends_with(']')
                        && host
                            .rsplit_once(':')
                            .is_some_and(|(_, port)| port.parse::<u16>().is_err())
                })
        }
    };
    names_one || in_authority
}
