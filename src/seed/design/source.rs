//! Where the value of a column comes from.

use std::collections::BTreeSet;

use super::{Drawn, SOME_NULLS, Source};
use crate::error::Failure;
use crate::seed::expression::{self, Expression};
use crate::seed::owners::{Link, Ties};
use crate::seed::provider::Provider;
use crate::seed::recipe::{ProviderRecipe, TableRecipe};
use crate::seed::tables::Table;
use crate::seed::value::Shape;
use crate::sql::{Lexer, TokenKind};

/// The columns of a table that refer to a whole key of its owner.
pub(super) fn owner_keys(table: &Table, ties: &Ties, owner: &Table) -> Vec<BTreeSet<usize>> {
    let Some(key) = ties.owner.map(|key| &table.foreign_keys[key]) else {
        return Vec::new();
    };
    let own = table.columns_of(key);
    let referred = owner.columns_referred_to(key);
    let columns = |names: &[String]| {
        let places = names.iter().map(|name| {
            let at = owner.position(name)?;
            let place = referred.iter().position(|column| *column == at)?;
            own.get(place).copied()
        });
        places.collect::<Option<BTreeSet<usize>>>()
    };
    let keys = owner.keys.iter().filter(|key| key.is_plain);
    keys.filter_map(|key| columns(&key.columns))
        .filter(|set| !set.is_empty())
        .collect()
}

/// The condition of a column in the recipe, if it can be read.
pub(super) fn condition(recipe: &TableRecipe, table: &Table, at: usize) -> Option<Expression> {
    let when = recipe
        .columns
        .get(&table.columns[at].name)?
        .when
        .as_deref()?;
    Expression::parse(when).ok()
}

/// Where the value of a column comes from that has no surrogate.
pub(super) fn source(
    table: &Table,
    ties: &Ties,
    at: usize,
    recipe: &TableRecipe,
    checks: &[(String, Expression)],
) -> Result<Source, Failure> {
    let column = &table.columns[at];
    let own = recipe.columns.get(&column.name);
    let provider = own.and_then(|own| own.provider.as_ref());
    if column.generated || provider == Some(&ProviderRecipe::Default) {
        return Ok(Source::Omitted);
    }
    let refuse = |why: String| {
        Failure::new(format!(
            "no value is known for `{}.{}`",
            table.title(),
            column.name
        ))
        .detail(why)
        .hint("Say in dev.toml where it comes from, or give the table `rows = 0`.")
    };
    let sets = |key: &usize| {
        ties.links[*key] != Link::Null && table.columns_of(&table.foreign_keys[*key]).contains(&at)
    };
    // The owner's key decides before the others, whatever their names.
    let keys = ties.owner.into_iter().chain(0..ties.links.len());
    if let Some(key) = { keys }.find(sets) {
        return Ok(Source::Key(key));
    }
    let is_null = (0..ties.links.len()).any(|key| {
        ties.links[key] == Link::Null && table.columns_of(&table.foreign_keys[key]).contains(&at)
    });
    if is_null && !column.not_null && provider.is_none() {
        return Ok(Source::Null);
    }
    if column.kind.shape == Shape::Unknown && provider.is_none() {
        return if column.default.is_some() || !column.not_null {
            Ok(Source::Omitted)
        } else {
            Err(refuse(format!(
                "The type {} is not known.",
                column.kind.name
            )))
        };
    }
    let mut own_checks: Vec<Expression> = checks.iter().map(|(_, check)| check.clone()).collect();
    own_checks.extend(
        column
            .domain_checks
            .iter()
            .filter_map(|check| Expression::parse(&for_column(check, &column.name)).ok()),
    );
    let bounds = expression::bounds(&own_checks, &column.name, &column.kind);
    let provider = match Provider::of(provider, &table.name, &column.name, &column.kind, &bounds) {
        Ok(provider) => provider,
        // What cannot be guessed is left out where it may be.
        Err(_) if provider.is_none() && column.default.is_some() => return Ok(Source::Omitted),
        Err(_) if provider.is_none() && !column.not_null => return Ok(Source::Null),
        Err(why) => return Err(refuse(format!("{why}."))),
    };
    let when = match own.and_then(|own| own.when.as_deref()) {
        Some(when) => Some(Expression::parse(when).map_err(|error| {
            refuse(format!(
                "The condition of `when` is not understood: {error}."
            ))
        })?),
        None => None,
    };
    let null = match own {
        _ if column.not_null => 0.0,
        Some(own) => {
            let is_guessed = own.provider.is_none() && own.when.is_none();
            own.null
                .unwrap_or(if is_guessed { SOME_NULLS } else { 0.0 })
        }
        None => SOME_NULLS,
    };
    Ok(Source::Drawn(Box::new(Drawn {
        provider,
        null,
        when,
        like: None,
    })))
}

/// The check of a domain, for a column of it.
pub(super) fn for_column(check: &str, column: &str) -> String {
    let mut text = String::new();
    let mut done = 0;
    for token in Lexer::new(check).filter_map(Result::ok) {
        if token.kind == TokenKind::Word && token.text(check).eq_ignore_ascii_case("value") {
            text += &check[done..token.start];
            text += &crate::sql::quote_ident(column);
            done = token.end;
        }
    }
    text + &check[done..]
}
