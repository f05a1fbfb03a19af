//! Texts by what they are about.

mod code;
mod names;
mod network;
mod nth;
mod person;
mod place;
mod prose;
pub(super) mod words;

pub(super) use names::named;
pub(super) use network::{address, nth_address};

use rand_chacha::ChaCha8Rng;

use super::chance;
use crate::seed::expression::Row;
use crate::seed::value::Value;

/// What a text is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Topic {
    FirstName,
    LastName,
    FullName,
    UserName,
    Email,
    Phone,
    Company,
    Street,
    City,
    State,
    StateCode,
    Zip,
    County,
    Country,
    CountryCode,
    Subject,
    Note,
    Message,
    Body,
    Html,
    Transcript,
    Url,
    Domain,
    Ip,
    Color,
    File,
    Path,
    /// So many hexadecimal digits.
    Hex(u8),
    Bcrypt,
    Ciphertext,
    /// A prefix, and hexadecimal digits.
    External(&'static str),
    Slug,
    Code,
    /// So many digits.
    Digits(u8),
    Version,
    /// Three digits groups as of a duration, `12:34`.
    Clock,
    /// One of these and no other, the first ones more often.
    Closed(&'static [&'static str]),
    /// One of these and no other, mostly the first one.
    Mostly(&'static [&'static str]),
    /// One of these, the first ones more often; a key has a number too.
    Open(&'static [&'static str]),
}

/// A column of texts.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) topic: Topic,
    /// What the name of the column has before that of the topic, as `property_` of
    /// `property_city`.
    near: Vec<String>,
    shortest: usize,
    longest: usize,
}

impl Text {
    pub(super) fn new(topic: Topic, prefix: &str, (shortest, longest): (usize, usize)) -> Self {
        let near = topic.near().iter().map(|name| format!("{prefix}{name}"));
        Self {
            topic,
            near: near.collect(),
            shortest,
            longest,
        }
    }

    pub(super) fn needs(&self) -> &[String] {
        &self.near
    }

    pub(super) fn draw(&self, rng: &mut ChaCha8Rng, row: &dyn Row) -> Value {
        let mut out = String::with_capacity(24);
        self.write(rng, row, &mut out);
        lengthen(rng, self.shortest, &mut out);
        if out.len() > self.longest {
            cut(&mut out, self.longest);
        }
        while out.len() < self.shortest {
            out.push('.');
        }
        Value::Text(out)
    }

    fn write(&self, rng: &mut ChaCha8Rng, row: &dyn Row, out: &mut String) {
        let near = |at: usize| match row.get(self.near.get(at)?) {
            Some(Value::Text(text)) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        };
        match self.topic {
            Topic::FullName => match (near(0), near(1)) {
                (Some(first), Some(last)) => {
                    out.push_str(first);
                    out.push(' ');
                    out.push_str(last);
                }
                _ => Topic::FullName.write(rng, out),
            },
            Topic::Email => {
                let name = match (near(0), near(1)) {
                    (Some(first), Some(last)) => Some((first, last)),
                    _ => near(2).or(near(3)).map(|name| (name, "")),
                };
                person::email(rng, name, self.longest, out);
            }
            Topic::State | Topic::StateCode | Topic::Zip => {
                place::of_city(self.topic, near(0), rng, out);
            }
            Topic::Country if near(0).is_some() => out.push_str("United States"),
            Topic::CountryCode if near(0).is_some() => out.push_str("US"),
            topic => topic.write(rng, out),
        }
    }
}

impl Topic {
    /// The columns of the same row that a text goes with.
    fn near(self) -> &'static [&'static str] {
        match self {
            Self::FullName => &["first_name", "last_name"],
            Self::Email => &["first_name", "last_name", "full_name", "name"],
            Self::State | Self::StateCode | Self::Zip | Self::Country | Self::CountryCode => {
                &["city"]
            }
            _ => &[],
        }
    }

    fn write(self, rng: &mut ChaCha8Rng, out: &mut String) {
        match self {
            Self::FirstName => out.push_str(person::first_name(rng)),
            Self::LastName => out.push_str(person::last_name(rng)),
            Self::FullName => {
                out.push_str(person::first_name(rng));
                out.push(' ');
                out.push_str(person::last_name(rng));
            }
            Self::UserName => {
                let (first, last) = (person::first_name(rng), person::last_name(rng));
                person::push_slug(&first[..1], "", out);
                person::push_slug(last, "", out);
                code::push_number(chance::below(rng, 100), out);
            }
            Self::Email => person::email(rng, None, usize::MAX, out),
            Self::Phone => network::phone(chance::below(rng, network::PHONES), out),
            Self::Company => person::company(rng, out),
            Self::Street => place::street(rng, out),
            Self::City => out.push_str(place::city(rng).name),
            Self::State | Self::StateCode | Self::Zip => place::of_city(self, None, rng, out),
            Self::County => {
                out.push_str(chance::pick(rng, words::COUNTIES));
                out.push_str(" County");
            }
            Self::Country => out.push_str(words::COUNTRIES[mostly(rng, words::COUNTRIES.len())].1),
            Self::CountryCode => {
                out.push_str(words::COUNTRIES[mostly(rng, words::COUNTRIES.len())].0);
            }
            Self::Mostly(list) => out.push_str(list[mostly(rng, list.len())]),
            Self::Subject => prose::subject(rng, out),
            Self::Note => prose::note(rng, out),
            Self::Message => prose::message(rng, out),
            Self::Body => prose::body(rng, out),
            Self::Html => prose::html(rng, out),
            Self::Transcript => prose::transcript(rng, out),
            Self::Url => network::url(rng, out),
            Self::Domain => network::domain(rng, out),
            Self::Ip => out.push_str(&network::address(rng).to_string()),
            Self::File => code::file(rng, out),
            Self::Path => code::path(rng, out),
            Self::Color => code::color(chance::below(rng, 1 << 24), out),
            Self::Hex(digits) => code::hex(rng, digits, out),
            Self::Bcrypt => code::bcrypt(rng, out),
            Self::Ciphertext => code::ciphertext(rng, out),
            Self::External(prefix) => {
                out.push_str(prefix);
                code::hex(rng, 24, out);
            }
            Self::Slug => code::slug(rng, '-', out),
            Self::Code => code::code(rng, out),
            Self::Digits(count) => code::digits(rng, count, out),
            Self::Version => code::version(rng, out),
            Self::Clock => code::clock(rng, out),
            Self::Closed(list) | Self::Open(list) => {
                out.push_str(list[chance::early(rng, list.len())]);
            }
        }
    }
}

/// Returns an index below `end`, four times in five the first one.
fn mostly(rng: &mut ChaCha8Rng, end: usize) -> usize {
    if chance::percent(rng, 80) {
        return 0;
    }
    chance::below(rng, end as u64) as usize
}

/// Adds headings to a text that is too short.
fn lengthen(rng: &mut ChaCha8Rng, shortest: usize, out: &mut String) {
    while out.len() < shortest {
        if !out.is_empty() {
            out.push(' ');
        }
        Topic::Subject.write(rng, out);
    }
}

/// Cuts a text, between words when one of them ends in its second half.
fn cut(text: &mut String, longest: usize) {
    text.truncate(text.floor_char_boundary(longest));
    if let Some(space) = text.rfind(' ')
        && space > longest / 2
    {
        text.truncate(space);
    }
    let end = text.trim_end_matches([' ', ',', '.', '-', ':', '/']).len();
    if end > 0 {
        text.truncate(end);
    }
}
