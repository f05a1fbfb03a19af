//! People, and the companies that they found.

use fake::locales::{Data, EN};
use rand_chacha::ChaCha8Rng;

use super::{chance, words};

/// Every first name that a key may be made of: plain letters, each once.
pub(super) const FIRST_NAMES: &[&str] = <EN as Data>::NAME_FIRST_NAME;
/// Every last name that a key may be made of; a few have an apostrophe.
pub(super) const LAST_NAMES: &[&str] = <EN as Data>::NAME_LAST_NAME;

/// The reserved domains that addresses are of.
const DOMAINS: [&str; 3] = ["example.com", "example.org", "example.net"];

/// Draws a first name, mostly one of the usual ones.
pub(super) fn first_name(rng: &mut ChaCha8Rng) -> &'static str {
    name(rng, words::FIRST_NAMES, FIRST_NAMES)
}

/// Draws a last name, mostly one of the usual ones.
pub(super) fn last_name(rng: &mut ChaCha8Rng) -> &'static str {
    name(rng, words::LAST_NAMES, LAST_NAMES)
}

fn name(rng: &mut ChaCha8Rng, usual: &[&'static str], all: &[&'static str]) -> &'static str {
    match chance::below(rng, 10) {
        0..3 => usual[chance::early(rng, usual.len())],
        3..7 => chance::pick(rng, usual),
        _ => chance::pick(rng, all),
    }
}

/// Draws the name of a company.
pub(super) fn company(rng: &mut ChaCha8Rng, out: &mut String) {
    match chance::below(rng, 10) {
        0..4 => {
            out.push_str(last_name(rng));
            out.push(' ');
            out.push_str(chance::pick(rng, words::COMPANY_ENDS));
        }
        4..6 => {
            out.push_str(last_name(rng));
            out.push_str(" & ");
            out.push_str(last_name(rng));
        }
        _ => {
            out.push_str(chance::pick(rng, words::COMPANY_STARTS));
            out.push(' ');
            out.push_str(chance::pick(rng, words::COMPANY_ENDS));
        }
    }
}

/// Draws the address of somebody with these names, or of anybody.
pub(super) fn email(
    rng: &mut ChaCha8Rng,
    name: Option<(&str, &str)>,
    longest: usize,
    out: &mut String,
) {
    let start = out.len();
    match name {
        Some((first, last)) => {
            push_slug(first, ".", out);
            let between = out.len();
            out.push('.');
            push_slug(last, ".", out);
            if out.len() == between + 1 {
                out.truncate(between);
            }
        }
        None => {
            push_slug(first_name(rng), ".", out);
            out.push('.');
            push_slug(last_name(rng), ".", out);
            if chance::percent(rng, 30) {
                super::code::push_number(chance::below(rng, 90) + 10, out);
            }
        }
    }
    if out.len() == start {
        out.push_str("info");
    }
    finish_email(start, chance::below(rng, 3), longest, out);
}

/// Adds the domain to a local part, which is cut when it is too long.
pub(super) fn finish_email(start: usize, domain: u64, longest: usize, out: &mut String) {
    let domain = DOMAINS[(domain % 3) as usize];
    let room = longest.saturating_sub(domain.len() + 1).clamp(1, 64);
    while out.len() - start > room || out.len() > start + 1 && out.ends_with('.') {
        out.pop();
    }
    out.push('@');
    out.push_str(domain);
}

/// Adds the letters and digits of a text in lower case, with a separator for what is between them.
pub(super) fn push_slug(text: &str, separator: &str, out: &mut String) {
    let start = out.len();
    let mut is_open = false;
    for letter in text.chars() {
        if letter.is_ascii_alphanumeric() {
            if is_open && out.len() > start {
                out.push_str(separator);
            }
            is_open = false;
            out.push(letter.to_ascii_lowercase());
        } else if letter != '\'' {
            is_open = true;
        }
    }
}
