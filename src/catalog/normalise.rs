//! Forms of one definition that mean the same.

use super::flatten::flatten;

/// Says whether two definitions mean the same.
pub(super) fn is_same(expected: &str, found: &str) -> bool {
    expected == found || folded(expected) == folded(found)
}

/// Says whether two queries of views mean the same, of which PostgreSQL 15 wrote one: it writes
/// `u.id` where later ones write `id`, as there is but one relation.
pub(super) fn is_same_query(expected: &str, found: &str) -> bool {
    let (expected, found) = (folded(expected), folded(found));
    let (mut expected, mut found) = (Names { rest: &expected }, Names { rest: &found });
    loop {
        match (expected.next(), found.next()) {
            (None, None) => return true,
            (Some((one, name)), Some((other, same)))
                if name == same && (one == other || one.is_empty() || other.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Says whether two lists of rights are the same, of which one was granted or revoked as ALL where
/// there was no MAINTAIN yet, which PostgreSQL 17 brought.
pub(super) fn is_same_all(expected: &str, found: &str) -> bool {
    let without = |rights: &str| {
        let rights: Vec<_> = rights.split(", ").map(str::to_owned).collect();
        let has = |right: &str| rights.iter().any(|one| one.starts_with(right));
        // Nobody grants all of these one by one.
        let is_all = ["references", "trigger", "truncate"].into_iter().all(has);
        let rights = rights.into_iter();
        rights
            .filter(|one| !is_all || !one.starts_with("maintain"))
            .collect::<Vec<_>>()
    };
    without(expected) == without(found)
}

fn folded(text: &str) -> String {
    flatten(&fold_arrays(text))
}

/// Writes `(ARRAY['a'::character varying, …])::text[]`, which a list of values becomes, as
/// `ARRAY[('a'::character varying)::text, …]`, which the first form becomes in a dump that is
/// restored.
fn fold_arrays(text: &str) -> String {
    const OPEN: &str = "(ARRAY[";
    const CLOSE: &str = "])::text[]";
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(OPEN) {
        let inner = &rest[at + OPEN.len()..];
        let items = inner.find(CLOSE).and_then(|end| {
            let items = literals(&inner[..end])?;
            Some((items, end))
        });
        let Some((items, end)) = items else {
            out.push_str(&rest[..at + OPEN.len()]);
            rest = inner;
            continue;
        };
        out.push_str(&rest[..at]);
        out.push_str("ARRAY[");
        let items: Vec<_> = items.iter().map(|item| format!("({item})::text")).collect();
        out.push_str(&items.join(", "));
        out.push(']');
        rest = &inner[end + CLOSE.len()..];
    }
    out.push_str(rest);
    out
}

/// Parts a list of literals with casts, `'a'::character varying, 'b, c'::text`; nothing when there
/// is anything else in it.
fn literals(list: &str) -> Option<Vec<&str>> {
    let mut items = Vec::new();
    let mut rest = list;
    loop {
        let quoted = rest.strip_prefix('\'')?;
        let mut end = 1;
        let mut chars = quoted.char_indices().peekable();
        loop {
            let (at, c) = chars.next()?;
            if c != '\'' {
                continue;
            }
            // A doubled quote is one in the text.
            if chars.next_if(|(_, next)| *next == '\'').is_none() {
                end += at + 1;
                break;
            }
        }
        let cast = rest[end..].strip_prefix("::")?;
        let length = cast
            .find(|c: char| !(c.is_ascii_alphanumeric() || c == ' ' || c == '_'))
            .unwrap_or(cast.len());
        let (item, tail) = rest.split_at(end + 2 + length);
        items.push(item);
        match tail {
            "" => return Some(items),
            _ => rest = tail.strip_prefix(", ")?,
        }
    }
}

/// The names of a query, each with its qualifier, and what is between them.
struct Names<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Names<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let mut length = part(self.rest)?;
        let mut qualifier = 0;
        while is_name(self.rest)
            && self.rest[length..].starts_with('.')
            && is_name(&self.rest[length + 1..])
        {
            qualifier = length + 1;
            length = qualifier + part(&self.rest[qualifier..])?;
        }
        let (item, rest) = self.rest.split_at(length);
        self.rest = rest;
        Some(item.split_at(qualifier))
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_' || c == '"')
}

/// The length of the name, number or quoted text that a text begins with; else of its first
/// character.
fn part(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    let end = match first {
        '"' | '\'' => text[1..].find(first).map(|at| at + 2),
        _ if first.is_alphanumeric() || first == '_' => {
            text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
        }
        _ => Some(first.len_utf8()),
    };
    Some(end.unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_values_before_and_after_a_dump() {
        let before = "CHECK (((role)::text = ANY ((ARRAY['it''s, a'::character varying, 'b'::character varying])::text[])))";
        let after = "CHECK (((role)::text = ANY (ARRAY[('it''s, a'::character varying)::text, ('b'::character varying)::text])))";
        assert_eq!(fold_arrays(before), after);
        assert_eq!(fold_arrays(after), after);
        assert!(is_same(before, after));
    }

    #[test]
    fn conditions_before_and_after_a_dump() {
        let before = "(SELECT (((l.day >= f.start) AND (l.day <= COALESCE(f.stop, 'infinity'::date))) AND l.is_open) FROM l)";
        let after = "(SELECT ((l.day >= f.start) AND (l.day <= COALESCE(f.stop, 'infinity'::date)) AND l.is_open) FROM l)";
        assert!(is_same(before, after));
    }

    #[test]
    fn what_only_looks_alike_is_left_alone() {
        for text in [
            "(ARRAY[lower(x)])::text[]",
            "(ARRAY['a'::text, b])::text[]",
            "(ARRAY['a'])::text[]",
            "ARRAY['a'::text]",
            "(ARRAY[",
        ] {
            assert_eq!(fold_arrays(text), text);
        }
    }

    #[test]
    fn a_query_of_15_and_of_16() {
        let old = " SELECT t.id,\n    \"C d\".\"a.b\",\n    'a.b' AS x\n   FROM m.t\n  WHERE t.price > 1.5;";
        let new = " SELECT id,\n    \"a.b\",\n    'a.b' AS x\n   FROM m.t\n  WHERE price > 1.5;";
        assert!(is_same_query(old, new));
        assert!(is_same_query(new, old));
        for (from, to) in [
            ("m.t\n", "n.t\n"),
            ("t.price", "t.cost"),
            ("'a.b'", "'b'"),
            ("1.5", "2.5"),
            ("t.id,", "t.id, t.price,"),
        ] {
            assert!(!is_same_query(&old.replace(from, to), new), "{to}");
        }
        let join = " SELECT a.id\n   FROM m.a\n     JOIN m.b ON b.id = a.id;";
        assert!(!is_same_query(
            join,
            &join.replace("SELECT a.", "SELECT b.")
        ));
    }

    #[test]
    fn all_rights_of_15_and_of_17() {
        let old = "delete, insert, references, select, trigger, truncate, update";
        let new = "delete, insert, maintain, references, select, trigger, truncate, update";
        assert!(is_same_all(old, new));
        assert!(is_same_all(
            &new.replace(", select", ""),
            &old.replace(", select", "")
        ));
        assert!(!is_same_all(old, &new.replace(", select", "")));
        assert!(!is_same_all("select", "maintain, select"));
    }
}
