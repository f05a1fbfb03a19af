use super::*;

const EXAMPLE: &str = r#"
[calls]
rows = 2000
growth = "root"
owner = ["user_id"]
spread = "even"

[calls.columns]
status = { choice = { completed = 60, "no-answer" = 20.5, busy = 8 } }
kind = { choice = ["a", 2, 2.50] }
started_at = { time = "working hours", days = 30, ahead = 14 }
answered_at = { after = "started_at", between = ["3 seconds", "30 seconds"], when = "status = 'completed'" }
duration_seconds = { sql = "extract(epoch FROM ended_at - answered_at)" }
email = { fake = "email", mask = true }
price = { range = [0.5, 99.99] }
day = { range = [2020-01-01, "2020-02-01"] }
position = { cycle = "number" }
stage = { cycle = ["New", "Won"] }
code = { pattern = "[A-Z]{3}" }
deleted_at = { null = 0.97 }
secret = { default = true }

[users]
"#;

#[test]
fn everything() {
    let recipe = Recipe::parse(EXAMPLE, "dev.toml").unwrap();
    let calls = &recipe.tables["calls"];
    assert_eq!(calls.rows, Some(2000));
    assert_eq!(calls.growth, Growth::Root);
    assert_eq!(calls.owner, ["user_id"]);
    assert_eq!(calls.spread, Spread::Even);
    assert_eq!(calls.position.line, 2);
    assert_eq!(recipe.tables["users"].rows, None);
    let text = |text: &str| text.to_owned();
    let provider = |column: &str| calls.columns[column].provider.clone().unwrap();
    assert_eq!(
        provider("status"),
        ProviderRecipe::Choice(vec![
            (text("busy"), 8.0),
            (text("completed"), 60.0),
            (text("no-answer"), 20.5),
        ])
    );
    assert_eq!(
        provider("kind"),
        ProviderRecipe::Choice(vec![
            (text("a"), 1.0),
            (text("2"), 1.0),
            (text("2.50"), 1.0)
        ])
    );
    assert_eq!(
        provider("started_at"),
        ProviderRecipe::Time {
            working: true,
            days: 30,
            ahead: 14
        }
    );
    assert_eq!(
        provider("answered_at"),
        ProviderRecipe::After {
            column: text("started_at"),
            between: [text("3 seconds"), text("30 seconds")]
        }
    );
    assert_eq!(
        calls.columns["answered_at"].when.as_deref(),
        Some("status = 'completed'")
    );
    assert_eq!(provider("email"), ProviderRecipe::Fake(text("email")));
    assert!(calls.columns["email"].mask);
    assert_eq!(
        provider("price"),
        ProviderRecipe::Range([text("0.5"), text("99.99")])
    );
    assert_eq!(
        provider("day"),
        ProviderRecipe::Range([text("2020-01-01"), text("2020-02-01")])
    );
    assert_eq!(provider("position"), ProviderRecipe::Number);
    assert_eq!(
        provider("stage"),
        ProviderRecipe::Cycle(vec![text("New"), text("Won")])
    );
    assert_eq!(provider("code"), ProviderRecipe::Pattern(text("[A-Z]{3}")));
    assert_eq!(provider("secret"), ProviderRecipe::Default);
    let deleted = &calls.columns["deleted_at"];
    assert_eq!((deleted.provider.clone(), deleted.null), (None, Some(0.97)));
    assert_eq!(deleted.position.line, 20);
}

#[test]
fn wrong() {
    for (text, expected) in [
        ("[a]\nrow = 1", "dev.toml:2:1: unknown key `row` in `[a]`"),
        (
            "a = 1",
            "dev.toml:1:5: `[a]` is of the type integer, not a table",
        ),
        (
            "[a]\ngrowth = \"fast\"",
            "dev.toml:2:10: `growth` in `[a]`: known are `linear`, `root`, `none`",
        ),
        (
            "[a.columns]\nb = { fake = \"email\", sql = \"1\" }",
            "dev.toml:2:1: `a.b` has more than one source of values",
        ),
        (
            "[a.columns]\nb = { after = \"c\" }",
            "dev.toml:2:1: `a.b` has `after` without `between`",
        ),
        (
            "[a.columns]\nb = { days = 3 }",
            "dev.toml:2:14: `days` in `a.b`: only stands beside `time`",
        ),
        (
            "[a.columns]\nb = { null = 2 }",
            "dev.toml:2:14: `null` in `a.b`: a share is a number from 0 to 1",
        ),
        (
            "[a.columns]\nb = { choice = [] }",
            "dev.toml:2:16: `choice` in `a.b`: neither a list nor a table of weights",
        ),
        (
            "[a.columns]\nb = { range = [1] }",
            "dev.toml:2:15: `range` in `a.b`: a list of the least and the greatest is wanted",
        ),
        (
            "[a.columns]\nb = { fakes = \"email\" }",
            "dev.toml:2:7: unknown key `fakes` in `a.b`",
        ),
    ] {
        let failure = Recipe::parse(text, "dev.toml").unwrap_err();
        assert_eq!(failure.to_string(), expected, "{text}");
    }
    let failure = Recipe::parse("[a]\nrow = 1\nspred = 2", "dev.toml").unwrap_err();
    assert_eq!(failure.items.len(), 2);
    assert_eq!(
        failure.items[0].hint.as_deref(),
        Some("Did you mean `rows`?")
    );
    let failure = Recipe::parse("[a\nb = 1", "dev.toml").unwrap_err();
    assert!(failure.location.is_some() || !failure.items.is_empty());
}
