//! Chains of AND and OR, without the parentheses that say nothing.
//!
//! `x BETWEEN a AND b AND c` is kept as `((x >= a) AND (x <= b)) AND c`, and read back from a dump as
//! `(x >= a) AND (x <= b) AND c`.

/// A text, parted at its parentheses.
enum Part<'a> {
    Text(&'a str),
    Group(Vec<Part<'a>>),
}

/// What joins the parts of a group, where that is one thing throughout.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Or,
}

/// Returns the text with nested chains of one joint as one chain; as it is where its parentheses do
/// not match.
pub(super) fn flatten(text: &str) -> String {
    if !text.contains(" AND ") && !text.contains(" OR ") {
        return text.to_owned();
    }
    let mut rest = text;
    let Some(parts) = parts(&mut rest, 0).filter(|_| rest.is_empty()) else {
        return text.to_owned();
    };
    let mut out = String::with_capacity(text.len());
    write(&parts, None, &mut out);
    out
}

/// How deep parentheses are followed: a text that goes deeper is left as it is.
const DEEPEST: usize = 200;

fn parts<'a>(rest: &mut &'a str, depth: usize) -> Option<Vec<Part<'a>>> {
    if depth > DEEPEST {
        return None;
    }
    let mut parts = Vec::new();
    loop {
        let end = next_parenthesis(rest)?;
        let (text, tail) = rest.split_at(end);
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        match tail.as_bytes().first() {
            None => {
                *rest = "";
                return (depth == 0).then_some(parts);
            }
            Some(b'(') => {
                *rest = &tail[1..];
                parts.push(Part::Group(self::parts(rest, depth + 1)?));
            }
            Some(_) => {
                *rest = &tail[1..];
                return (depth > 0).then_some(parts);
            }
        }
    }
}

/// Returns where the next parenthesis outside of quotes is, or the end; nothing where a quote is
/// open.
fn next_parenthesis(text: &str) -> Option<usize> {
    let mut open = None;
    for (at, byte) in text.bytes().enumerate() {
        match (byte, open) {
            (b'(' | b')', None) => return Some(at),
            (b'\'' | b'"', None) => open = Some(byte),
            (_, Some(quote)) if byte == quote => open = None,
            _ => {}
        }
    }
    open.is_none().then_some(text.len())
}

/// What joins the parts, if it is nothing else: inside of CASE the words belong to other chains.
fn joint(parts: &[Part<'_>]) -> Option<Joint> {
    let mut found = None;
    for part in parts {
        let Part::Text(text) = part else {
            continue;
        };
        for word in text.split_whitespace() {
            let joint = match word {
                "AND" => Joint::And,
                "OR" => Joint::Or,
                "CASE" | "BETWEEN" | "SELECT" | "," => return None,
                _ => continue,
            };
            if found.is_some_and(|found| found != joint) {
                return None;
            }
            found = Some(joint);
        }
    }
    found
}

/// Writes the parts; a group that is a link of a chain of its own kind goes without parentheses.
fn write(parts: &[Part<'_>], around: Option<Joint>, out: &mut String) {
    for (index, part) in parts.iter().enumerate() {
        match part {
            Part::Text(text) => out.push_str(text),
            Part::Group(group) => {
                let own = joint(group);
                let is_link = own.is_some() && own == around && stands_alone(parts, index);
                if !is_link {
                    out.push('(');
                }
                write(group, own, out);
                if !is_link {
                    out.push(')');
                }
            }
        }
    }
}

/// Whether a group has nothing but a joint, or the end, on both sides: it is no argument of a call.
fn stands_alone(parts: &[Part<'_>], index: usize) -> bool {
    let text = |index: usize| match parts.get(index) {
        Some(Part::Text(text)) => Some(*text),
        _ => None,
    };
    let is_joint = |word: Option<&str>| matches!(word, Some("AND" | "OR"));
    let before = match index.checked_sub(1) {
        None => true,
        Some(before) => text(before).is_some_and(|text| {
            text.ends_with(char::is_whitespace) && is_joint(text.split_whitespace().last())
        }),
    };
    let after = match index + 1 {
        end if end == parts.len() => true,
        after => text(after).is_some_and(|text| {
            text.starts_with(char::is_whitespace) && is_joint(text.split_whitespace().next())
        }),
    };
    before && after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_of_one_kind_are_one_chain() {
        for (nested, flat) in [
            (
                "RETURN (((x >= a) AND (x <= b)) AND c)",
                "RETURN ((x >= a) AND (x <= b) AND c)",
            ),
            ("(c AND (a AND b))", "(c AND a AND b)"),
            ("((a OR b) OR (c OR d))", "(a OR b OR c OR d)"),
            ("(((a AND b) AND c) AND d)", "(a AND b AND c AND d)"),
        ] {
            assert_eq!(flatten(nested), flat);
            assert_eq!(flatten(flat), flat);
        }
    }

    #[test]
    fn what_parentheses_mean_stays() {
        for text in [
            "((a OR b) AND c)",
            "(a AND (b OR c))",
            "(NOT (a AND b) AND c)",
            "(f(a AND b) AND c)",
            "((a AND b) = (c AND d))",
            "((a AND b) IS NULL AND c)",
            "(x = ' AND (' AND (a AND b",
            "(CASE WHEN a THEN b AND (c AND d) END AND e)",
            "(sum(x) OVER (ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AND c)",
            "a) AND (b",
        ] {
            assert_eq!(flatten(text), text);
        }
    }
}
