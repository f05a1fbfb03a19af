//! The `-- crmdb:` lines at the top of a file.

use super::names::Role;
use super::violations::{Place, Violations};
use super::{Directives, duration, suggest};
use crate::error::Failure;
use crate::sql::{Lexer, Position, TokenKind};

const KNOWN: &[&str] = &["no-transaction", "requires", "lock_timeout", "irreversible"];

/// Reads the directives of a file, which stand in the comments before its first statement.
pub(super) fn read(path: &str, text: &str, role: Role, violations: &mut Violations) -> Directives {
    let mut directives = Directives::default();
    // Most files say nothing: they need not be read token by token.
    if !mentioned(text) {
        return directives;
    }
    let mut header = true;
    for lexeme in Lexer::new(text) {
        // What does not end is reported with the statements.
        let Ok(lexeme) = lexeme else { break };
        let comment = lexeme.text(text);
        if !lexeme.kind.is_comment() {
            header = false;
        } else if lexeme.kind == TokenKind::LineComment && is_directive(comment) {
            let place = || Place::line(path, Position::of_byte(text, lexeme.start).line);
            if !header {
                let failure = Failure::new("a directive below the first statement")
                    .hint("Move it to the top of the file.");
                violations.add(place(), failure);
            } else if let Some(failure) = add(&mut directives, comment.trim_end(), role).err() {
                violations.add(place(), *failure);
            }
        }
    }
    directives
}

impl Directives {
    /// Reads the directives of a text that was applied: from the ledger, not from a file.
    ///
    /// # Errors
    ///
    /// A directive that this crmdb does not know: a newer one applied the text.
    pub fn of_applied(text: &str) -> Result<Self, Failure> {
        let mut violations = Violations::default();
        let directives = read("the ledger", text, Role::Up, &mut violations);
        match violations.into_failure() {
            Some(failure) => Err(failure),
            None => Ok(directives),
        }
    }
}

fn mentioned(text: &str) -> bool {
    ["crmdb", "CRMDB", "Crmdb"]
        .iter()
        .any(|word| text.contains(word))
}

/// Tells whether a comment is meant as a directive: `crmdb` and a colon come first.
fn is_directive(comment: &str) -> bool {
    let content = comment.trim_start_matches('-').trim_start();
    content
        .split_at_checked("crmdb".len())
        .is_some_and(|(word, rest)| {
            word.eq_ignore_ascii_case("crmdb") && rest.trim_start().starts_with(':')
        })
}

fn add(directives: &mut Directives, comment: &str, role: Role) -> Result<(), Box<Failure>> {
    let Some(directive) = comment.strip_prefix("-- crmdb: ") else {
        let (_, directive) = comment.split_once(':').unwrap_or_default();
        let directive = match directive.trim() {
            "" => KNOWN[0],
            directive => directive,
        };
        return Err(Failure::new("malformed directive")
            .hint(format!("Write `-- crmdb: {directive}`."))
            .into());
    };
    let directive = directive.trim();
    let (word, value) = match directive.split_once(char::is_whitespace) {
        Some((word, value)) => (word, value.trim_start()),
        None => (directive, ""),
    };
    if role == Role::Down && matches!(word, "requires" | "irreversible") {
        return Err(
            Failure::new(format!("the directive `{word}` in a down file"))
                .hint("Put it into the up file: it speaks for both.")
                .into(),
        );
    }
    if role == Role::Seed && KNOWN.contains(&word) && word != "lock_timeout" {
        return Err(Failure::new(format!("the directive `{word}` in a seed"))
            .hint("Remove it: a seed runs in a transaction, and nothing takes it back.")
            .into());
    }
    let twice = match word {
        "no-transaction" => {
            if !value.is_empty() {
                return Err(malformed(word, "no-transaction").into());
            }
            std::mem::replace(&mut directives.no_transaction, true)
        }
        "requires" => {
            let name = value
                .strip_prefix("extension")
                .filter(|rest| rest.starts_with(char::is_whitespace))
                .and_then(|rest| extension(rest.trim_start()))
                .ok_or_else(|| malformed(word, "requires extension vector"))?;
            let twice = directives.extensions.contains(&name);
            directives.extensions.push(name);
            twice
        }
        "lock_timeout" => {
            let period = duration::parse(value).ok_or_else(|| {
                malformed(word, "lock_timeout 2s")
                    .detail(format!("a length of time is {}", duration::FORM))
            })?;
            if period.is_zero() {
                return Err(Failure::new("a `lock_timeout` of zero").hint(
                    "Give it a length: without a limit, one waiting migration stops every reader.",
                ).into());
            }
            directives.lock_timeout.replace(period).is_some()
        }
        "irreversible" => {
            let why = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
                .filter(|why| !why.trim().is_empty() && !why.contains('"'))
                .ok_or_else(|| malformed(word, "irreversible \"why\""))?;
            directives.irreversible.replace(why.to_owned()).is_some()
        }
        _ => {
            let failure = Failure::new(format!("unknown directive `{word}`"));
            let failure = match suggest(word, KNOWN) {
                Some(known) => failure.hint(format!("Did you mean `{known}`?")),
                None => failure.detail(format!("known are {}", KNOWN.join(", "))),
            };
            return Err(failure.into());
        }
    };
    if twice {
        return Err(
            Failure::new(format!("the directive `{directive}` comes twice"))
                .hint("Remove one of them.")
                .into(),
        );
    }
    Ok(())
}

fn malformed(word: &str, form: &str) -> Failure {
    Failure::new(format!("malformed directive `{word}`"))
        .hint(format!("Write it as `-- crmdb: {form}`."))
}

/// Takes the name of an extension, in quotes or not.
fn extension(text: &str) -> Option<String> {
    let name = match text.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (!name.is_empty() && name.len() <= 63 && name.chars().all(good)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn read_up(text: &str) -> (Directives, Vec<String>) {
        let mut violations = Violations::default();
        let directives = read("f.sql", text, Role::Up, &mut violations);
        (directives, violations.lines())
    }

    #[test]
    fn every_directive() {
        let text = "-- users: more.\n--\n-- crmdb: no-transaction\n/* x */\n\n\
                    -- crmdb: requires extension vector\n-- crmdb: requires extension \"uuid-ossp\"\n\
                    -- crmdb: lock_timeout 2s   \n-- crmdb: irreversible \"the rows are gone\"\n\
                    SELECT '-- crmdb: x' -- crmdb is a tool\n;";
        let (directives, violations) = read_up(text);
        assert_eq!(violations, Vec::<String>::new());
        assert_eq!(
            directives,
            Directives {
                no_transaction: true,
                extensions: vec!["vector".into(), "uuid-ossp".into()],
                lock_timeout: Some(Duration::from_secs(2)),
                irreversible: Some("the rows are gone".into()),
            }
        );
    }

    #[test]
    fn violations() {
        for (line, expected) in [
            (
                "--crmdb: no-transaction",
                "f.sql:1: malformed directive | Write `-- crmdb: no-transaction`.",
            ),
            (
                "-- CRMDB : no-transaction",
                "f.sql:1: malformed directive | Write `-- crmdb: no-transaction`.",
            ),
            (
                "-- crmdb:no-transaction",
                "f.sql:1: malformed directive | Write `-- crmdb: no-transaction`.",
            ),
            (
                "-- crmdb: no_transaction",
                "f.sql:1: unknown directive `no_transaction` | Did you mean `no-transaction`?",
            ),
            (
                "-- crmdb: no-transaction x",
                "f.sql:1: malformed directive `no-transaction` | Write it as `-- crmdb: no-transaction`.",
            ),
            (
                "-- crmdb: statement 1s",
                "f.sql:1: unknown directive `statement` | ",
            ),
            (
                "-- crmdb: requires vector",
                "f.sql:1: malformed directive `requires` | Write it as `-- crmdb: requires extension vector`.",
            ),
            (
                "-- crmdb: requires extension a b",
                "f.sql:1: malformed directive `requires` | Write it as `-- crmdb: requires extension vector`.",
            ),
            (
                "-- crmdb: lock_timeout 2 s",
                "f.sql:1: malformed directive `lock_timeout` | Write it as `-- crmdb: lock_timeout 2s`.",
            ),
            (
                "-- crmdb: lock_timeout 0",
                "f.sql:1: a `lock_timeout` of zero | Give it a length: without a limit, one waiting migration stops every reader.",
            ),
            (
                "-- crmdb: irreversible why",
                "f.sql:1: malformed directive `irreversible` | Write it as `-- crmdb: irreversible \"why\"`.",
            ),
            (
                "-- crmdb: irreversible \"\"",
                "f.sql:1: malformed directive `irreversible` | Write it as `-- crmdb: irreversible \"why\"`.",
            ),
            (
                "-- crmdb: ",
                "f.sql:1: malformed directive | Write `-- crmdb: no-transaction`.",
            ),
            (
                "x;\n-- crmdb: no-transaction",
                "f.sql:2: a directive below the first statement | Move it to the top of the file.",
            ),
            (
                "-- crmdb: no-transaction\n-- crmdb: no-transaction",
                "f.sql:2: the directive `no-transaction` comes twice | Remove one of them.",
            ),
        ] {
            assert_eq!(read_up(line).1, [expected], "{line}");
        }
        let mut violations = Violations::default();
        read(
            "f.sql",
            "-- crmdb: irreversible \"x\"",
            Role::Down,
            &mut violations,
        );
        assert_eq!(violations.lines().len(), 1);
    }
}
