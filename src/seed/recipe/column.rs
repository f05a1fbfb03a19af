//! The keys of one column.

use toml::de::DeValue;

use super::keys::{Given, Keys};
use super::{ColumnRecipe, ProviderRecipe};

/// Reads a column. What is wrong goes to the findings.
pub(super) fn read(mut keys: Keys<'_, '_, '_>, start: usize) -> Option<ColumnRecipe> {
    let mut providers: Vec<ProviderRecipe> = Vec::new();
    providers.extend(choice(&mut keys));
    providers.extend(time(&mut keys));
    providers.extend(after(&mut keys, start));
    providers.extend(keys.take("sql").map(ProviderRecipe::Sql));
    providers.extend(keys.take("fake").map(ProviderRecipe::Fake));
    providers.extend(range(&mut keys));
    providers.extend(cycle(&mut keys));
    providers.extend(keys.take("pattern").map(ProviderRecipe::Pattern));
    if keys.take("default") == Some(true) {
        providers.push(ProviderRecipe::Default);
    }
    if providers.len() > 1 {
        keys.wrong_table(start, "has more than one source of values");
    }
    let null = share(&mut keys);
    let recipe = ColumnRecipe {
        position: keys.findings.position(start),
        provider: providers.pop(),
        null,
        when: keys.take("when"),
        mask: keys.take("mask").unwrap_or_default(),
    };
    keys.finish();
    Some(recipe)
}

fn share(keys: &mut Keys<'_, '_, '_>) -> Option<f64> {
    let value = keys.value("null")?;
    let start = value.span().start;
    let share = number(value.get_ref()).filter(|share| (0.0..=1.0).contains(share));
    if share.is_none() {
        keys.wrong(start, "null", "a share is a number from 0 to 1");
    }
    share
}

fn choice(keys: &mut Keys<'_, '_, '_>) -> Option<ProviderRecipe> {
    let value = keys.value("choice")?;
    let start = value.span().start;
    let weights: Option<Vec<(String, f64)>> = match value.into_inner() {
        DeValue::Table(table) => table
            .into_iter()
            .map(|(word, weight)| {
                let weight = number(weight.get_ref()).filter(|weight| *weight >= 0.0)?;
                Some((word.into_inner().into_owned(), weight))
            })
            .collect(),
        DeValue::Array(array) => array
            .iter()
            .map(|value| Some((constant(value)?, 1.0)))
            .collect(),
        _ => None,
    };
    match weights {
        Some(weights) if weights.iter().any(|(_, weight)| *weight > 0.0) => {
            Some(ProviderRecipe::Choice(weights))
        }
        _ => {
            keys.wrong(start, "choice", "neither a list nor a table of weights");
            None
        }
    }
}

fn time(keys: &mut Keys<'_, '_, '_>) -> Option<ProviderRecipe> {
    let working = keys.one_of("time", &[("working hours", true), ("any", false)]);
    let days = keys.value("days");
    let ahead = keys.value("ahead");
    let Some(working) = working else {
        for (key, value) in [("days", days), ("ahead", ahead)] {
            if let Some(value) = value {
                keys.wrong(value.span().start, key, "only stands beside `time`");
            }
        }
        return None;
    };
    let mut count = |key, value: Option<Given<'_>>, default| {
        let Some(value) = value else { return default };
        let given = value.get_ref().as_integer();
        let given = given.and_then(|number| number.as_str().parse::<u32>().ok());
        given.filter(|days| *days <= 36_500).unwrap_or_else(|| {
            keys.wrong(
                value.span().start,
                key,
                "a number of days from 0 to 36500 is wanted",
            );
            default
        })
    };
    Some(ProviderRecipe::Time {
        working,
        days: count("days", days, 90),
        ahead: count("ahead", ahead, 0),
    })
}

fn after(keys: &mut Keys<'_, '_, '_>, start: usize) -> Option<ProviderRecipe> {
    let column: Option<String> = keys.take("after");
    let between: Option<[String; 2]> = keys.take("between");
    match (column, between) {
        (Some(column), Some(between)) => Some(ProviderRecipe::After { column, between }),
        (None, None) => None,
        (Some(_), None) => {
            keys.wrong_table(start, "has `after` without `between`");
            None
        }
        (None, Some(_)) => {
            keys.wrong_table(start, "has `between` without `after`");
            None
        }
    }
}

fn range(keys: &mut Keys<'_, '_, '_>) -> Option<ProviderRecipe> {
    let value = keys.value("range")?;
    let start = value.span().start;
    let ends = constants(&value).and_then(|ends| <[String; 2]>::try_from(ends).ok());
    if ends.is_none() {
        keys.wrong(
            start,
            "range",
            "a list of the least and the greatest is wanted",
        );
    }
    ends.map(ProviderRecipe::Range)
}

fn cycle(keys: &mut Keys<'_, '_, '_>) -> Option<ProviderRecipe> {
    let value = keys.value("cycle")?;
    if value.get_ref().as_str() == Some("number") {
        return Some(ProviderRecipe::Number);
    }
    let start = value.span().start;
    let list = constants(&value).filter(|list| !list.is_empty());
    if list.is_none() {
        keys.wrong(start, "cycle", "neither a list nor `number`");
    }
    list.map(ProviderRecipe::Cycle)
}

fn constants(value: &Given<'_>) -> Option<Vec<String>> {
    value.get_ref().as_array()?.iter().map(constant).collect()
}

fn constant(value: &Given<'_>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(truth) => Some(truth.to_string()),
        DeValue::Datetime(moment) => Some(moment.to_string()),
        _ => None,
    }
}

fn number(value: &DeValue<'_>) -> Option<f64> {
    let text = match value {
        DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
        DeValue::Float(number) => number.as_str(),
        _ => return None,
    };
    text.parse().ok().filter(|number: &f64| number.is_finite())
}
