//! A command, as words: how it is typed, and how each scheduler wants it quoted.

use crate::error::Failure;

/// Splits a command as a shell would; nothing is expanded.
///
/// # Errors
///
/// A quote without its end, a control character, nothing at all.
pub fn split(text: &str) -> Result<Vec<String>, Failure> {
    let refuse = |why: &str| {
        Failure::new(format!("`--command` {why}")).hint(
            "Write it as for a shell: `--command \"/usr/local/bin/crmdb --project /srv/crm\"`.",
        )
    };
    if text.chars().any(char::is_control) {
        return Err(refuse("has a control character"));
    }
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        Some(end) if end == letter => break,
                        Some('\\') if letter == '"' => word.extend(letters.next()),
                        Some(inner) => word.push(inner),
                        None => return Err(refuse("has a quote without its end")),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    if words.first().is_none_or(String::is_empty) {
        return Err(refuse("is empty"));
    }
    Ok(words)
}

/// Joins words for a shell.
pub(super) fn for_shell(words: &[String]) -> String {
    join(words, |word| format!("'{}'", word.replace('\'', "'\\''")))
}

/// Joins words for a line of a crontab, where `%` ends the command.
pub(super) fn for_crontab(words: &[String]) -> String {
    // Cron takes the backslash away before the shell sees the line, in quotes too.
    for_shell(words).replace('%', "\\%")
}

/// Joins words for `ExecStart=`.
pub(super) fn for_systemd(words: &[String]) -> String {
    join(words, |word| {
        let escaped = word.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", escaped.replace('%', "%%").replace('$', "$$"))
    })
}

fn join(words: &[String], quote: impl Fn(&str) -> String) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@+,".contains(c);
    let words = words.iter().map(|word| {
        if !word.is_empty() && word.chars().all(is_plain) {
            word.clone()
        } else {
            quote(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn words(text: &str) -> Vec<String> {
        split(text).expect("words")
    }

    #[test]
    fn as_a_shell_splits_them() {
        assert_eq!(words("crmdb"), ["crmdb"]);
        assert_eq!(
            words(r#"/o/my\ crmdb  --project "/srv/a \"b\" c" 'it'\''s $x' """#),
            ["/o/my crmdb", "--project", r#"/srv/a "b" c"#, "it's $x", ""]
        );
        for text in ["", "  ", "a 'b", "a \"b", "a\nb", "''"] {
            assert!(split(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn quoted_for_each() {
        let words = words(r#"/bin/x '50% of $y' "it's" 'a\b"'"#);
        assert_eq!(for_shell(&words), r#"/bin/x '50% of $y' 'it'\''s' 'a\b"'"#);
        assert_eq!(
            for_crontab(&words),
            r#"/bin/x '50\% of $y' 'it'\''s' 'a\b"'"#
        );
        assert_eq!(
            for_systemd(&words),
            r#"/bin/x "50%% of $$y" "it's" "a\\b\"""#
        );
    }
}
