//! Reads the common forms of regular expressions: classes, groups, alternatives, repetitions.

use std::iter::Peekable;
use std::str::Chars;

use super::OPEN;
use super::node::Node;

/// Reads a pattern without anchors; `None` when it has another form.
pub(super) fn parse(text: &str) -> Option<Node> {
    let mut rest = text.chars().peekable();
    let node = either(&mut rest, 0)?;
    rest.next().is_none().then_some(node)
}

fn either(rest: &mut Peekable<Chars<'_>>, depth: u32) -> Option<Node> {
    if depth > 16 {
        return None;
    }
    let mut parts = vec![row(rest, depth)?];
    while rest.next_if_eq(&'|').is_some() {
        parts.push(row(rest, depth)?);
    }
    if parts.len() == 1 {
        parts.pop()
    } else {
        Some(Node::Either(parts))
    }
}

fn row(rest: &mut Peekable<Chars<'_>>, depth: u32) -> Option<Node> {
    let mut parts = Vec::new();
    while let Some(&next) = rest.peek() {
        if next == '|' || next == ')' {
            break;
        }
        rest.next();
        let node = match next {
            '(' => {
                if rest.next_if_eq(&'?').is_some() {
                    rest.next_if_eq(&':')?;
                }
                let node = either(rest, depth + 1)?;
                rest.next_if_eq(&')')?;
                node
            }
            '[' => class(rest)?,
            '.' => of(graphic().collect())?,
            '\\' => of(escape(rest.next()?)?)?,
            '^' | '$' | '*' | '+' | '?' | '{' => return None,
            plain => of(vec![plain])?,
        };
        parts.push(repeated(node, rest)?);
    }
    Some(Node::Row(parts))
}

fn repeated(node: Node, rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let (least, most) = match rest.peek() {
        Some('*') => (0, OPEN),
        Some('+') => (1, OPEN),
        Some('?') => (0, 1),
        Some('{') => {
            let mut inner = String::new();
            rest.next();
            while *rest.peek()? != '}' {
                inner.extend(rest.next());
            }
            match inner.split_once(',') {
                None => (inner.parse().ok()?, inner.parse().ok()?),
                Some((least, "")) => {
                    let least: u32 = least.parse().ok()?;
                    (least, least.saturating_add(OPEN))
                }
                Some((least, most)) => (least.parse().ok()?, most.parse().ok()?),
            }
        }
        _ => return Some(node),
    };
    rest.next();
    // Lazy and doubled repetitions are left to others.
    if matches!(rest.peek(), Some('*' | '+' | '?' | '{')) || most < least || most > 4096 {
        return None;
    }
    Some(Node::Repeat {
        node: Box::new(node),
        least,
        most,
    })
}

fn class(rest: &mut Peekable<Chars<'_>>) -> Option<Node> {
    let negated = rest.next_if_eq(&'^').is_some();
    let mut chars: Vec<char> = Vec::new();
    let mut is_first = true;
    loop {
        let next = rest.next()?;
        match next {
            ']' if !is_first => break,
            '[' if rest.peek() == Some(&':') => {
                rest.next();
                let mut name = String::new();
                while *rest.peek()? != ':' {
                    name.extend(rest.next());
                }
                rest.next();
                rest.next_if_eq(&']')?;
                chars.extend(named(&name)?);
            }
            '[' | '&' | '~' if rest.peek() == Some(&next) => return None,
            '\\' => chars.extend(escape(rest.next()?)?),
            from if rest.peek() == Some(&'-') => {
                rest.next();
                match rest.peek() {
                    Some(']') => chars.extend([from, '-']),
                    Some('\\' | '[') | None => return None,
                    Some(&to) if to < from => return None,
                    Some(&to) => {
                        rest.next();
                        chars.extend(from..=to);
                    }
                }
            }
            plain => chars.push(plain),
        }
        is_first = false;
    }
    of(if negated {
        graphic().filter(|c| !chars.contains(c)).collect()
    } else {
        chars
    })
}

fn of(mut all: Vec<char>) -> Option<Node> {
    all.sort_unstable();
    all.dedup();
    let mut distinct: Vec<char> = Vec::new();
    for &one in &all {
        if !distinct
            .iter()
            .any(|known| known.to_lowercase().eq(one.to_lowercase()))
        {
            distinct.push(one);
        }
    }
    (!all.is_empty() && all.len() < 4096).then_some(Node::Class { all, distinct })
}

fn graphic() -> impl Iterator<Item = char> {
    '!'..='~'
}

fn escape(letter: char) -> Option<Vec<char>> {
    match letter {
        'd' => named("digit"),
        'w' => {
            let mut word = named("alnum")?;
            word.push('_');
            Some(word)
        }
        's' => Some(vec![' ']),
        'n' => Some(vec!['\n']),
        't' => Some(vec!['\t']),
        'r' => Some(vec!['\r']),
        plain if plain.is_ascii_punctuation() => Some(vec![plain]),
        _ => None,
    }
}

fn named(class: &str) -> Option<Vec<char>> {
    let has: fn(&char) -> bool = match class {
        "digit" => char::is_ascii_digit,
        "alpha" => char::is_ascii_alphabetic,
        "alnum" => char::is_ascii_alphanumeric,
        "upper" => char::is_ascii_uppercase,
        "lower" => char::is_ascii_lowercase,
        "xdigit" => char::is_ascii_hexdigit,
        "punct" => char::is_ascii_punctuation,
        "space" => return Some(vec![' ']),
        _ => return None,
    };
    Some(graphic().filter(has).collect())
}
