//! Forms of one definition that mean the same.

use super::flatten::flatten;

/// Returns the form in which two definitions are compared.
///
/// `loose` leaves out the qualifiers of columns: PostgreSQL 16 writes fewer of them than 15, so
/// between two major versions they say nothing.
pub(super) fn comparable(text: &str, loose: bool) -> String {
    let text = flatten(&fold_arrays(text));
    if loose {
        without_qualifiers(&text)
    } else {
        text
    }
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

/// Takes `c.` from `c.name`, but leaves `schema.table` after FROM and JOIN, and calls, as they are:
/// where they are left out on both sides, a change there still shows.
fn without_qualifiers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word = String::new();
    let mut in_string = false;
    for c in text.chars() {
        if c == '\'' {
            in_string = !in_string;
        }
        if !in_string && (c.is_alphanumeric() || c == '_' || c == '"') {
            word.push(c);
        } else if !in_string && c == '.' && word.chars().next().is_some_and(|c| !c.is_ascii_digit())
        {
            word.clear();
        } else {
            out.push_str(&word);
            word.clear();
            out.push(c);
        }
    }
    out.push_str(&word);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_values_before_and_after_a_dump() {
        let before = "CHECK (((role)::text = ANY ((ARRAY['it''s, a'::character varying, 'b'::character varying])::text[])))";
        let after = "CHECK (((role)::text = ANY (ARRAY[('it''s, a'::character varying)::text, ('b'::character varying)::text])))";
        assert_eq!(comparable(before, false), after);
        assert_eq!(comparable(after, false), after);
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
            assert_eq!(comparable(text, false), text);
        }
    }

    #[test]
    fn qualifiers_of_columns() {
        let old = "SELECT u.id, 'a.b' AS x, 1.5 FROM users.users u WHERE u.\"a\" = 1";
        let new = "SELECT id, 'a.b' AS x, 1.5 FROM users.users u WHERE \"a\" = 1";
        assert_eq!(comparable(old, true), comparable(new, true));
        assert_ne!(comparable(old, false), comparable(new, false));
    }
}
