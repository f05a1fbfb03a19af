//! Numbers, keys and secrets as texts.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng as _;

use super::{chance, words};

const HEX: &[u8; 16] = b"0123456789abcdef";
const CRYPT: &[u8; 64] = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Writes a number.
pub(super) fn push_number(number: u64, out: &mut String) {
    if number >= 10 {
        push_number(number / 10, out);
    }
    out.push(char::from(b'0' + (number % 10) as u8));
}

/// Writes a number with zeros before it.
pub(super) fn push_padded(number: u64, width: u32, out: &mut String) {
    for place in (0..width).rev() {
        let digit = number / 10_u64.saturating_pow(place) % 10;
        out.push(char::from(b'0' + digit as u8));
    }
}

/// Writes the last hexadecimal digits of a number.
pub(super) fn push_hex(number: u64, digits: u32, out: &mut String) {
    for place in (0..digits.min(16)).rev() {
        out.push(char::from(HEX[(number >> (4 * place)) as usize & 15]));
    }
}

pub(super) fn digits(rng: &mut ChaCha8Rng, count: u8, out: &mut String) {
    (0..count).for_each(|_| push_number(chance::below(rng, 10), out));
}

pub(super) fn hex(rng: &mut ChaCha8Rng, digits: u8, out: &mut String) {
    let mut left = u32::from(digits);
    while left > 0 {
        push_hex(rng.next_u64(), left.min(16), out);
        left = left.saturating_sub(16);
    }
}

pub(super) fn color(number: u64, out: &mut String) {
    out.push('#');
    push_hex(number, 6, out);
}

/// What bcrypt would give, of no known password.
pub(super) fn bcrypt(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str("$2b$12$");
    crypt(rng, 53, out);
}

/// What an encryption would give, of nothing.
pub(super) fn ciphertext(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str("v1:seed:");
    let start = out.len();
    crypt(rng, 64, out);
    let dotless = out.split_off(start).replace('.', "-");
    out.push_str(&dotless);
}

fn crypt(rng: &mut ChaCha8Rng, count: u32, out: &mut String) {
    for _ in 0..count {
        out.push(char::from(CRYPT[chance::below(rng, 64) as usize]));
    }
}

pub(super) fn slug(rng: &mut ChaCha8Rng, separator: char, out: &mut String) {
    out.push_str(chance::pick(rng, words::ADJECTIVES));
    out.push(separator);
    out.push_str(chance::pick(rng, words::NOUNS));
}

pub(super) fn code(rng: &mut ChaCha8Rng, out: &mut String) {
    for _ in 0..3 {
        out.push(char::from(b'A' + chance::below(rng, 26) as u8));
    }
    out.push('-');
    digits(rng, 4, out);
}

pub(super) fn version(rng: &mut ChaCha8Rng, out: &mut String) {
    push_number(1 + chance::below(rng, 5), out);
    out.push('.');
    push_number(chance::below(rng, 20), out);
    out.push('.');
    push_number(chance::below(rng, 10), out);
}

pub(super) fn clock(rng: &mut ChaCha8Rng, out: &mut String) {
    push_padded(chance::below(rng, 20), 2, out);
    out.push(':');
    push_padded(chance::below(rng, 60), 2, out);
}

pub(super) fn file(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str(chance::pick(rng, words::FILES));
    out.push('-');
    digits(rng, 4, out);
    out.push_str(chance::pick(
        rng,
        &[".pdf", ".pdf", ".docx", ".jpg", ".png", ".xlsx"],
    ));
}

pub(super) fn path(rng: &mut ChaCha8Rng, out: &mut String) {
    out.push_str("uploads/");
    hex(rng, 8, out);
    out.push('/');
    file(rng, out);
}
