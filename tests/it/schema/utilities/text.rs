//! Cleaning and checking of names, addresses and phone numbers; no answer depends on a locale.

use crate::support::Database;

/// Asserts what a function of one text returns; `None` is NULL.
#[track_caller]
fn returns(database: &Database, call: &str, cases: &[(&str, Option<&str>)]) {
    for (given, expected) in cases {
        let quoted = given.replace('\'', "''");
        let call = call.replace('?', &format!("'{quoted}'"));
        let value = database.value(&format!("SELECT coalesce(({call})::text, '<null>')"));
        assert_eq!(value, expected.unwrap_or("<null>"), "{call}");
    }
}

/// Asserts which texts a function accepts.
#[track_caller]
fn accepts(database: &Database, function: &str, good: &[&str], bad: &[&str]) {
    let call = format!("{function}(?)");
    let cases: Vec<_> = good.iter().map(|text| (*text, Some("true"))).collect();
    returns(database, &call, &cases);
    let cases: Vec<_> = bad.iter().map(|text| (*text, Some("false"))).collect();
    returns(database, &call, &cases);
}

#[test]
fn text_is_composed_trimmed_and_free_of_what_cannot_be_seen() {
    returns(
        &Database::shipped(),
        "utilities.clean_text(?)",
        &[
            (
                "  \u{a0}J\u{200b}ose\u{301} \t\r\n  Garci\u{301}a\u{feff} ",
                Some("José García"),
            ),
            (" \u{2003}\u{3000}\u{85} ", None),
            ("", None),
            ("a\u{202e}b\u{1b}c", Some("ab c")),
            // A joiner within a Persian word belongs to its spelling.
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
                Some("\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}"),
            ),
            ("a]b\\c^d-e[", Some("a]b\\c^d-e[")),
            ("O'Neil", Some("O'Neil")),
        ],
    );
}

#[test]
fn addresses_are_cleaned_and_in_lower_case() {
    returns(
        &Database::shipped(),
        "utilities.normalize_email(?)",
        &[
            (
                " \u{feff}Alice@Example.COM\u{a0}",
                Some("alice@example.com"),
            ),
            ("ADMIN@X.IO", Some("admin@x.io")),
            ("  ", None),
        ],
    );
}

#[test]
fn an_address_is_one_that_mailbox_providers_accept() {
    let (a64, a65) = ("a".repeat(64), "a".repeat(65));
    let (b63, b64) = ("b".repeat(63), "b".repeat(64));
    let good = [
        "admin@ophir.dev",
        "a@b.co",
        "first.last+tag@sub.example.co.uk",
        "o'neil@x.ie",
        "A@B.COM",
        &format!("{a64}@example.com"),
        "x@xn--mnchen-3ya.de",
        "1@2.3x",
        &format!("a@{b63}.com"),
    ];
    let bad = [
        "",
        "@",
        "a@",
        "@b.co",
        "a",
        "a@b",
        "a b@c.de",
        "a@b..co",
        ".a@b.co",
        "a.@b.co",
        "a..b@c.de",
        "a@-b.co",
        "a@b-.co",
        "a@b.co.",
        "a@b@c.de",
        "a@b.co\n",
        "\na@b.co",
        "a@[1.2.3.4]",
        "\"a\"@b.co",
        "a<b>@c.de",
        "ä@b.co",
        "a@ä.de",
        "a@b.co, c@d.ef",
        &format!("{a65}@example.com"),
        &format!("a@{b64}.com"),
        &format!("a@{}com", "b123456789.".repeat(24)),
        &format!("{}@b.co", "a".repeat(100_000)),
    ];
    accepts(
        &Database::shipped(),
        "utilities.is_valid_email",
        &good,
        &bad,
    );
}

#[test]
fn e164_is_a_plus_and_seven_to_fifteen_ascii_digits() {
    accepts(
        &Database::shipped(),
        "utilities.is_e164",
        &[
            "+12125551234",
            "+442079460958",
            "+2908123",
            "+123456789012345",
        ],
        &[
            "",
            "+",
            "12125551234",
            "+02125551234",
            "+1 212",
            "+123456",
            "+1234567890123456",
            "+1212555123４",
            "+12125551234\n",
        ],
    );
}

#[test]
fn a_phone_number_is_told_or_null() {
    let cases: &[(&str, &str, Option<&str>)] = &[
        ("+1 (212) 555-1234", "NULL", Some("+12125551234")),
        ("(212) 555-1234", "1", Some("+12125551234")),
        ("1-212-555-1234", "1", Some("+12125551234")),
        ("212.555.1234", "+1", Some("+12125551234")),
        ("011 44 20 7946 0958", "1", Some("+442079460958")),
        ("0044 20 7946 0958", "NULL", Some("+442079460958")),
        ("+44 (0)20 7946 0958", "NULL", Some("+442079460958")),
        ("020 7946 0958", "44", Some("+442079460958")),
        ("0113 496 0000", "44", Some("+441134960000")),
        ("06 1234 5678", "39", Some("+390612345678")),
        ("8 (912) 345-67-89", "7", Some("+79123456789")),
        ("06 20 123 4567", "36", Some("+36201234567")),
        (
            "\u{a0}+49\u{a0}30\u{2011}123456 ",
            "NULL",
            Some("+4930123456"),
        ),
        ("555-1234", "1", None),
        ("(212) 555-1234", "NULL", None),
        ("212-555-1234 x99", "1", None),
        ("call me", "1", None),
        ("", "1", None),
        ("+1 212 555 1234 / +1 212 555 1235", "NULL", None),
        ("+0 123 456 789", "NULL", None),
        ("112", "1", None),
        ("٠١٢٣٤٥٦٧٨٩", "44", None),
        ("+", "NULL", None),
        ("0", "44", None),
    ];
    let database = Database::shipped();
    for (phone, country, expected) in cases {
        let country = country.replace('+', "'+'||");
        returns(
            &database,
            &format!("utilities.normalize_phone_e164(?, ({country})::text)"),
            &[(*phone, *expected)],
        );
    }
    for country in ["x", "0", "1234"] {
        let sql = format!("SELECT utilities.normalize_phone_e164('1', '{country}')");
        assert_eq!(database.refusal(&sql), "22023", "{country}");
    }
}
