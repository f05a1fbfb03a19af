//! Texts of unique keys: a different one for each number, also in lower case.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

use super::{Text, Topic, chance, code, network, person, place, words};
use crate::seed::expression::Row;
use crate::seed::value::Value;

/// From this length on, a key has words before its number; twenty digits stand in the rest.
const ROOMY: usize = 34;

impl Text {
    pub(in crate::seed::provider) fn capacity(&self) -> Option<u64> {
        match self.topic {
            Topic::Phone => Some(network::PHONES),
            Topic::Color => Some(1 << 24),
            Topic::Zip => Some(100_000),
            // The longest address of version 6.
            Topic::Ip if self.longest < 39 => Some(network::ADDRESSES),
            Topic::Ip => None,
            Topic::Closed(list) | Topic::Mostly(list) => {
                Some(self.taken(list.iter().copied()).count() as u64)
            }
            Topic::CountryCode => Some(words::COUNTRIES.len() as u64),
            Topic::StateCode => Some(words::STATE_CODES.len() as u64),
            Topic::Digits(count) => 10_u64.checked_pow(count.into()),
            Topic::Hex(count @ 0..16) => Some(1 << (4 * u32::from(count))),
            Topic::Email if self.longest <= ROOMY => {
                let room = self.longest.saturating_sub(12) as u32;
                Some(10_u64.saturating_pow(room))
            }
            _ if self.is_counted() && self.longest < ROOMY => {
                Some(36_u64.saturating_pow(self.longest as u32))
            }
            _ => None,
        }
    }

    /// A text that depends on the number alone.
    pub(in crate::seed::provider) fn nth(&self, n: u64) -> Value {
        let mut out = String::with_capacity(32);
        self.write_nth(n, &mut out);
        // The end is what tells them apart.
        while out.len() < self.shortest {
            out.insert(0, '0');
        }
        Value::Text(out)
    }

    /// As [`Self::nth`], in keeping with the row where there is a way: the address of its person.
    pub(in crate::seed::provider) fn nth_beside(&self, n: u64, row: &dyn Row) -> Value {
        if self.topic == Topic::Email && self.longest > ROOMY {
            let mut rng = ChaCha8Rng::seed_from_u64(n);
            let mut drawn = String::new();
            self.write(&mut rng, row, &mut drawn);
            let local = drawn.split('@').next().unwrap_or_default();
            // Digits of its own would run into those of the number.
            let name = local.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
            let mut out = String::with_capacity(40);
            out.push_str(&name[..name.len().min(self.longest - 34).min(40)]);
            code::push_number(n, &mut out);
            person::finish_email(0, n, self.longest, &mut out);
            return Value::Text(out);
        }
        self.nth(n)
    }

    /// Whether keys are words with a number, or a number alone where there is no room.
    fn is_counted(&self) -> bool {
        !matches!(
            self.topic,
            Topic::Phone
                | Topic::Color
                | Topic::Zip
                | Topic::Ip
                | Topic::Closed(_)
                | Topic::Mostly(_)
                | Topic::CountryCode
                | Topic::StateCode
                | Topic::Digits(_)
                | Topic::Hex(_)
                | Topic::Bcrypt
                | Topic::Ciphertext
                | Topic::Email
        )
    }

    fn taken<'w>(&self, list: impl Iterator<Item = &'w str>) -> impl Iterator<Item = &'w str> {
        let lengths = self.shortest..=self.longest;
        list.filter(move |word| lengths.contains(&word.len()))
    }

    fn write_nth(&self, n: u64, out: &mut String) {
        let size = self.capacity();
        match self.topic {
            Topic::Phone => network::phone(chance::shuffled(n, network::PHONES), out),
            Topic::Color => code::color(chance::shuffled(n, 1 << 24), out),
            Topic::Zip => code::push_padded(chance::shuffled(n, 100_000), 5, out),
            Topic::Ip => out.push_str(&network::nth_address(n).to_string()),
            Topic::Closed(list) | Topic::Mostly(list) => {
                let at = n % size.unwrap_or(1).max(1);
                out.extend(self.taken(list.iter().copied()).nth(at as usize));
            }
            Topic::CountryCode => {
                out.push_str(words::COUNTRIES[n as usize % words::COUNTRIES.len()].0);
            }
            Topic::StateCode => {
                out.push_str(words::STATE_CODES[n as usize % words::STATE_CODES.len()]);
            }
            Topic::Digits(count) => {
                let number = size.map_or(n, |size| chance::shuffled(n, size));
                code::push_padded(number, count.into(), out);
            }
            Topic::Hex(count @ 0..16) => {
                code::push_hex(chance::shuffled(n, size.unwrap_or(1)), count.into(), out);
            }
            Topic::Hex(count) => fill(n, count.into(), out),
            Topic::Bcrypt => {
                out.push_str("$2b$12$");
                fill(n, 53, out);
            }
            Topic::Ciphertext => {
                out.push_str("v1:seed:");
                fill(n, 64, out);
            }
            Topic::Email if size.is_some() => {
                let room = self.longest.saturating_sub(12) as u32;
                code::push_padded(n, room.min(19), out);
                out.push_str("@example.com");
            }
            Topic::Email => {
                let (first, last, round) = names(n);
                person::push_slug(first, "", out);
                out.push('.');
                person::push_slug(last, "", out);
                out.truncate(self.longest - 34);
                if round > 0 || out.len() == self.longest - 34 {
                    out.push('.');
                    code::push_number(n, out);
                }
                person::finish_email(0, n, self.longest, out);
            }
            _ if self.longest < ROOMY => self.short(n, out),
            _ => self.counted(n, out),
        }
    }

    /// A text of the topic with the number behind it, or one of its list while there are any.
    fn counted(&self, n: u64, out: &mut String) {
        match self.topic {
            Topic::External(prefix) => {
                out.push_str(prefix);
                out.truncate(self.longest - 16);
                return fill(n, (self.longest - out.len()).min(24), out);
            }
            Topic::FullName => {
                let (first, last, round) = names(n);
                out.push_str(first);
                out.push(' ');
                out.push_str(last);
                let lengths = self.shortest..=self.longest;
                if round == 0 && lengths.contains(&out.len()) {
                    return;
                }
            }
            Topic::FirstName => return self.listed(n, person::FIRST_NAMES.iter().copied(), out),
            Topic::LastName => return self.listed(n, person::LAST_NAMES.iter().copied(), out),
            Topic::City => return self.listed(n, place::cities(), out),
            Topic::Open(list) => return self.listed(n, list.iter().copied(), out),
            Topic::File | Topic::Path => {
                out.push_str(if self.topic == Topic::Path {
                    "uploads/"
                } else {
                    ""
                });
                out.push_str(words::FILES[n as usize % words::FILES.len()]);
                out.truncate(self.longest - 25);
                out.push('-');
                code::push_number(n, out);
                return out.push_str(".pdf");
            }
            Topic::Domain => {
                out.push_str(words::HOSTS[n as usize % words::HOSTS.len()]);
                out.truncate(self.longest.saturating_sub(33));
                out.push('-');
                code::push_number(n, out);
                return out.push_str(".example.com");
            }
            topic => topic.write(&mut ChaCha8Rng::seed_from_u64(n), out),
        }
        self.numbered(n, out);
    }

    fn listed<'w>(&self, n: u64, list: impl Iterator<Item = &'w str> + Clone, out: &mut String) {
        let count = list.clone().count() as u64;
        let word = list.clone().nth(chance::shuffled(n, count) as usize);
        let word = word.unwrap_or_default();
        out.push_str(word);
        // A cut word, or one that ends in a number, could be another one.
        let is_plain = !word.ends_with(|c: char| c.is_ascii_digit());
        if n >= count || word.len() > self.longest || word.len() < self.shortest || !is_plain {
            self.numbered(n, out);
        }
    }

    /// Puts the number behind the text, after a separator of its kind.
    fn numbered(&self, n: u64, out: &mut String) {
        let longest = self.longest - 21;
        let mut rng = ChaCha8Rng::seed_from_u64(n);
        super::lengthen(&mut rng, self.shortest.min(longest), out);
        if out.len() > longest {
            super::cut(out, longest);
        }
        out.push(match self.topic {
            Topic::Slug | Topic::Url | Topic::Code => '-',
            Topic::UserName | Topic::Version => '.',
            _ => ' ',
        });
        code::push_number(n, out);
    }

    /// So many letters and digits as fit, no two alike.
    fn short(&self, n: u64, out: &mut String) {
        let width = self.longest.max(1) as u32;
        let size = 36_u64.saturating_pow(width);
        let mut number = n % size;
        let start = out.len();
        // Short ones first would do, but all of one length look more like codes.
        let shown = width.min(6).max(digits36(number));
        if shown == 6 {
            number = chance::shuffled(number, 36_u64.pow(6));
        } else if shown == width {
            number = chance::shuffled(number, size);
        }
        for _ in 0..shown {
            let digit = (number % 36) as u8;
            out.insert(
                start,
                char::from(if digit < 10 {
                    b'0' + digit
                } else {
                    b'A' + digit - 10
                }),
            );
            number /= 36;
        }
    }
}

fn digits36(mut number: u64) -> u32 {
    let mut digits = 1;
    while number >= 36 {
        number /= 36;
        digits += 1;
    }
    digits
}

/// A first and a last name, each pair once, then again in further rounds.
fn names(n: u64) -> (&'static str, &'static str, u64) {
    let (firsts, lasts) = (person::FIRST_NAMES, person::LAST_NAMES);
    let pairs = (firsts.len() * lasts.len()) as u64;
    let pair = chance::shuffled(n, pairs) as usize;
    (
        firsts[pair % firsts.len()],
        lasts[pair / firsts.len()],
        n / pairs,
    )
}

/// Hexadecimal digits, sixteen or more, the first ones of the number.
fn fill(n: u64, count: usize, out: &mut String) {
    let mut mixed = chance::mix(n);
    let mut left = count;
    while left > 0 {
        code::push_hex(mixed, left.min(16) as u32, out);
        left = left.saturating_sub(16);
        mixed = chance::mix(mixed);
    }
}
