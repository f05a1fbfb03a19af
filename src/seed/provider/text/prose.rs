//! Short sentences as they stand in a customer database.

use rand_chacha::ChaCha8Rng;

use super::{chance, person, words};

/// The heading of a task, a deal or a letter.
pub(super) fn subject(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str(chance::pick(rng, words::SUBJECTS));
    match chance::below(rng, 3) {
        0 => {
            out.push_str(" with ");
            out.push_str(person::first_name(rng));
        }
        1 => {
            out.push_str(" for ");
            out.push_str(person::last_name(rng));
            out.push(' ');
            out.push_str(chance::pick(rng, words::COMPANY_ENDS));
        }
        _ => {}
    }
}

/// One or two sentences about a customer.
pub(super) fn note(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str(chance::pick(rng, words::NOTES));
    if chance::percent(rng, 60) {
        out.push(' ');
        out.push_str(chance::pick(rng, words::NEXT));
    }
}

/// A short message to or from a customer.
pub(super) fn message(rng: &mut ChaCha8Rng, out: &mut String) {
    if chance::percent(rng, 60) {
        out.push_str(chance::pick(
            rng,
            &["Hi ", "Hello ", "Hey ", "Good morning "],
        ));
        out.push_str(person::first_name(rng));
        out.push_str(", ");
        lower(chance::pick(rng, words::MESSAGES), out);
    } else {
        out.push_str(chance::pick(rng, words::MESSAGES));
    }
}

/// A letter.
pub(super) fn body(rng: &mut ChaCha8Rng, out: &mut String) {
    letter(rng, "", "\n\n", out);
}

/// A letter with its marks.
pub(super) fn html(rng: &mut ChaCha8Rng, out: &mut String) {
    letter(rng, "<p>", "</p>\n", out);
}

fn letter(rng: &mut ChaCha8Rng, open: &str, close: &str, out: &mut String) {
    out.push_str(open);
    out.push_str("Hi ");
    out.push_str(person::first_name(rng));
    out.push(',');
    out.push_str(close);
    for _ in 0..1 + chance::below(rng, 2) {
        out.push_str(open);
        out.push_str(chance::pick(rng, words::MESSAGES));
        out.push(' ');
        out.push_str(chance::pick(rng, words::PROPOSALS));
        out.push_str(close);
    }
    out.push_str(open);
    out.push_str(chance::pick(
        rng,
        &["Best regards, ", "Kind regards, ", "Thanks, "],
    ));
    out.push_str(person::first_name(rng));
    out.push_str(close.trim_end());
}

/// A talk on the telephone.
pub(super) fn transcript(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str("Agent: Hello, this is ");
    out.push_str(person::first_name(rng));
    out.push_str(". Do you have a minute?\nCustomer: Sure, go ahead.");
    for _ in 0..1 + chance::below(rng, 3) {
        out.push_str("\nAgent: ");
        out.push_str(chance::pick(rng, words::PROPOSALS));
        out.push_str("\nCustomer: ");
        out.push_str(chance::pick(rng, words::ANSWERS));
    }
    out.push_str("\nAgent: Thank you, have a good day.");
}

/// Adds a sentence that goes on after a comma; the word `I` stays as it is.
fn lower(sentence: &str, out: &mut String) {
    let is_own = sentence.starts_with("I ") || sentence.starts_with("I'");
    let mut letters = sentence.chars();
    if let Some(first) = letters.next() {
        out.push(if is_own {
            first
        } else {
            first.to_ascii_lowercase()
        });
    }
    out.push_str(letters.as_str());
}
