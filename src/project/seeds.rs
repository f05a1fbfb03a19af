//! Seeds: rows that belong to a module, in `schema/<module>/seeds/<set>.sql`.
//!
//! A seed may be run again, when its text has changed, on a database that people have worked with.
//! So it adds what is missing, and nothing in it may change or delete what is there.

use std::io;

use super::check::{Entry, File};
use super::names::{FileName, Role};
use super::violations::{Place, Violations};
use super::{Module, Seed, script, suggest};
use crate::error::Failure;
use crate::sql::{Lexeme, Lexer, TokenKind};

/// The folder of seeds within a module's.
pub(super) const FOLDER: &str = "seeds";

/// The set of rows that every database has.
pub const REFERENCE: &str = "reference";

/// The file that says how generated rows look. It is read by those who generate them.
pub const RECIPE: &str = "dev.toml";

/// The sets that there may be.
const SETS: &[&str] = &[REFERENCE];

/// Sorts out which files are seeds, in the order of the modules, and which should not be there.
pub(super) fn files(
    modules: &[Module],
    mut listing: Vec<(String, Vec<Entry>)>,
    violations: &mut Violations,
) -> Vec<File> {
    let order = |module: &str| modules.iter().position(|known| known.name == module);
    listing.sort_by_cached_key(|(module, _)| order(module));
    let mut files = Vec::new();
    for (module, entries) in listing {
        // A folder that is no module is reported as a whole.
        if order(&module).is_none() {
            continue;
        }
        for entry in entries {
            if entry.name.starts_with('.') || entry.name == RECIPE && !entry.is_folder {
                continue;
            }
            let path = format!("schema/{module}/{FOLDER}/{}", entry.name);
            match set(&entry) {
                Ok(set) => files.push(File {
                    module: module.clone(),
                    path,
                    name: FileName {
                        version: None,
                        name: set.to_owned(),
                        label: format!("{FOLDER}/{set}"),
                        role: Role::Seed,
                    },
                }),
                Err(failure) => violations.add(Place::file(path), *failure),
            }
        }
    }
    files
}

/// Returns the set that a file belongs to.
fn set(entry: &Entry) -> Result<&str, Box<Failure>> {
    let name = &entry.name;
    if entry.is_folder {
        return Err(Failure::new(format!("stray folder `{name}`"))
            .hint("Remove it; `seeds` has no folders.")
            .into());
    }
    let Some(set) = name.strip_suffix(".sql") else {
        return Err(Failure::new(format!("stray file `{name}`"))
            .hint("Remove it, or put it elsewhere: `seeds` holds SQL files named after their set, and \
                   `dev.toml`.")
            .into());
    };
    if SETS.contains(&set) {
        return Ok(set);
    }
    let failure = Failure::new(format!("`{set}` is no set of seeds"));
    let hint = match suggest(set, SETS) {
        Some(known) => format!("Did you mean `{known}.sql`?"),
        None => format!("There is: {}.", SETS.join(", ")),
    };
    Err(failure.hint(hint).into())
}

/// Reads the seeds; those with violations are left out.
pub(super) fn read(
    files: Vec<File>,
    read: &(impl Fn(&str) -> io::Result<Vec<u8>> + Sync),
    violations: &mut Violations,
) -> Vec<Seed> {
    let scripts = script::read_all(&files, read, violations);
    let seed = |(file, script): (File, Option<_>)| {
        Some(Seed {
            module: file.module,
            set: file.name.name,
            label: file.name.label,
            script: script?,
        })
    };
    files.into_iter().zip(scripts).filter_map(seed).collect()
}

/// Says why a statement may not stand in a seed.
pub(super) fn refusal(statement: &str) -> Option<Failure> {
    let tokens: Vec<Lexeme> = Lexer::new(statement)
        .filter_map(Result::ok)
        .filter(|token| !token.kind.is_comment())
        .collect();
    let words: Vec<Option<String>> = tokens
        .iter()
        .map(|token| {
            let is_word = token.kind == TokenKind::Word;
            is_word.then(|| token.text(statement).to_ascii_uppercase())
        })
        .collect();
    let word = |at: usize| words.get(at).and_then(|word| word.as_deref());
    let times = |phrase: [&str; 2]| {
        let pairs = words.windows(2);
        pairs
            .filter(|pair| {
                pair[0].as_deref() == Some(phrase[0]) && pair[1].as_deref() == Some(phrase[1])
            })
            .count()
    };
    // The verbs: the first word, and what stands where a WITH query may begin.
    let verb = |at: usize| {
        let inner = at > 0 && matches!(tokens[at - 1].kind, TokenKind::Open | TokenKind::Close);
        let word = word(at)?;
        let refused = match at {
            0 => !matches!(word, "INSERT" | "SELECT" | "WITH"),
            _ => inner && matches!(word, "UPDATE" | "DELETE" | "MERGE"),
        };
        refused.then(|| word.to_owned())
    };
    if let Some(verb) = (0..tokens.len()).find_map(verb) {
        return Some(Failure::new(format!("`{verb}` in a seed")).hint(
            "A seed adds rows that are missing: `INSERT … ON CONFLICT DO NOTHING`, or `SELECT` of a \
             function that does so. Anything else is a migration's.",
        ));
    }
    if times(["DO", "UPDATE"]) > 0 {
        return Some(
            Failure::new("`ON CONFLICT … DO UPDATE` in a seed")
                .hint("Write `DO NOTHING`: a row that somebody has changed since stays as it is."),
        );
    }
    if times(["INSERT", "INTO"]) > times(["DO", "NOTHING"]) {
        return Some(
            Failure::new("`INSERT` without `ON CONFLICT DO NOTHING` in a seed")
                .hint("Add it: the rows may be there, and a seed that has changed is run again."),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_stand_in_a_seed() {
        for good in [
            "INSERT INTO a.t (x) VALUES (1) ON CONFLICT DO NOTHING",
            "insert into a.t select 1 on conflict (x) do nothing -- x",
            "WITH n AS (INSERT INTO a.t VALUES (1) ON CONFLICT DO NOTHING RETURNING x) \
             INSERT INTO a.u SELECT x FROM n ON CONFLICT DO NOTHING",
            "SELECT a.fill('UPDATE (DELETE')",
            "/* UPDATE */ SELECT x FROM a.t FOR UPDATE",
        ] {
            assert_eq!(refusal(good), None, "{good}");
        }
        for (bad, message) in [
            ("UPDATE a.t SET x = 1", "`UPDATE` in a seed"),
            ("DO $$BEGIN END$$", "`DO` in a seed"),
            ("begin", "`BEGIN` in a seed"),
            ("CREATE TABLE a.t ()", "`CREATE` in a seed"),
            (
                "WITH d AS (DELETE FROM a.t RETURNING x) SELECT * FROM d",
                "`DELETE` in a seed",
            ),
            (
                "WITH d AS (SELECT 1) UPDATE a.t SET x = 1",
                "`UPDATE` in a seed",
            ),
            (
                "INSERT INTO a.t VALUES (1)",
                "`INSERT` without `ON CONFLICT DO NOTHING` in a seed",
            ),
            (
                "INSERT INTO a.t VALUES (1) ON CONFLICT (x) DO UPDATE SET x = 2",
                "`ON CONFLICT … DO UPDATE` in a seed",
            ),
        ] {
            assert_eq!(
                refusal(bad).map(|f| f.message).as_deref(),
                Some(message),
                "{bad}"
            );
        }
    }
}
