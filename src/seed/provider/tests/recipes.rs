//! Columns as dev.toml describes them.

use super::*;

#[test]
fn working_hours() {
    let recipe = ProviderRecipe::Time {
        working: true,
        days: 30,
        ahead: 0,
    };
    let provider = recipe_of(&recipe, Shape::Timestamp, &Bounds::default()).unwrap();
    for value in drawn(&provider, &nothing(), 2000) {
        let Value::Timestamp(micros) = value else {
            panic!()
        };
        assert!((NOW - 30 * DAY..=NOW).contains(&micros));
        assert!((micros.div_euclid(DAY) + 5).rem_euclid(7) < 5);
        assert!((8..18).contains(&(micros.rem_euclid(DAY) / moment::HOUR)));
    }
}

fn recipe_of(recipe: &ProviderRecipe, shape: Shape, bounds: &Bounds) -> Result<Provider, String> {
    Provider::of(Some(recipe), "t", "c", &kind(shape), bounds)
}

#[test]
fn recipes() {
    let own = |text: &str| text.to_owned();
    let none = Bounds::default();
    let provider = recipe_of(
        &ProviderRecipe::Choice(vec![(own("a"), 3.0), (own("b"), 0.0)]),
        Shape::Text(None),
        &none,
    )
    .unwrap();
    assert!(
        drawn(&provider, &nothing(), 100)
            .iter()
            .all(|value| *value == text("a"))
    );
    let provider = recipe_of(
        &ProviderRecipe::Cycle(vec![own("1"), own("4")]),
        Shape::Int(4),
        &none,
    );
    let expected = [1, 4, 1].map(Value::Int);
    assert_eq!(drawn(&provider.unwrap(), &nothing(), 3), expected);
    let provider = recipe_of(&ProviderRecipe::Number, Shape::Int(4), &none).unwrap();
    assert_eq!(drawn(&provider, &nothing(), 3), [1, 2, 3].map(Value::Int));
    let range = ProviderRecipe::Range([own("0.5"), own("2")]);
    let provider = recipe_of(&range, Shape::Numeric(Some((5, 2))), &none).unwrap();
    let allowed = between(
        Value::Numeric {
            unscaled: 50,
            scale: 2,
        },
        Value::Numeric {
            unscaled: 200,
            scale: 2,
        },
    );
    let limits = Limits::new(&kind(Shape::Numeric(Some((5, 2)))), &allowed);
    assert!(
        drawn(&provider, &nothing(), 500)
            .iter()
            .all(|value| limits.allow(value))
    );
    let after = ProviderRecipe::After {
        column: own("started_at"),
        between: [own("3 seconds"), own("30 seconds")],
    };
    let provider = recipe_of(&after, Shape::Timestamp, &none).unwrap();
    assert_eq!(provider.needs(), ["started_at"]);
    let row = Known(BTreeMap::from([("started_at", Value::Timestamp(0))]));
    for value in drawn(&provider, &row, 100) {
        let Value::Timestamp(micros) = value else {
            panic!()
        };
        assert!((3_000_000..=30_000_000).contains(&micros));
    }
    let row = Known(BTreeMap::from([("started_at", Value::Null)]));
    assert_eq!(drawn(&provider, &row, 1), [Value::Null]);
    let provider = recipe_of(&ProviderRecipe::Default, Shape::Unknown, &none).unwrap();
    assert!(provider.is_default());
}

#[test]
fn wrong_recipes() {
    let own = |text: &str| text.to_owned();
    let listed = Bounds {
        list: Some(vec![text("a")]),
        ..Bounds::default()
    };
    let none = Bounds::default();
    let int = Shape::Int(4);
    for (recipe, shape, bounds, expected) in [
        (
            ProviderRecipe::Choice(vec![(own("b"), 1.0)]),
            Shape::Text(None),
            &listed,
            "the constraints of `c` do not allow `b`",
        ),
        (
            ProviderRecipe::Choice(vec![(own("b"), 1.0)]),
            int.clone(),
            &none,
            "`b` is no value of `c`, which is of the type `integer`",
        ),
        (
            ProviderRecipe::Fake(own("emial")),
            Shape::Text(None),
            &none,
            "there is no fake `emial`; `email` may be meant",
        ),
        (
            ProviderRecipe::Fake(own("email")),
            int.clone(),
            &none,
            "`c` is of the type `integer`, no text",
        ),
        (
            ProviderRecipe::Range([own("3"), own("1")]),
            int,
            &none,
            "`3` is greater than `1`",
        ),
        (
            ProviderRecipe::Pattern(own("(")),
            Shape::Text(None),
            &none,
            "no text can be made of the pattern `(`",
        ),
        (
            ProviderRecipe::After {
                column: own("c"),
                between: [own("1 day"), own("2 days")],
            },
            Shape::Timestamp,
            &none,
            "`c` comes after itself",
        ),
    ] {
        assert_eq!(recipe_of(&recipe, shape, bounds).unwrap_err(), expected);
    }
    let error = Provider::of(None, "t", "c", &kind(Shape::Unknown), &none).unwrap_err();
    assert_eq!(error, "no value of the type `other` of `c` is known");
}
