//! What two snapshots differ in, and how much it matters.

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::normalise::{is_same, is_same_all, is_same_query};
use super::snapshot::{ObjectKey, Properties, Snapshot};

/// How much a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Programs may behave differently.
    Structural,
    /// The order of columns, comments.
    Cosmetic,
    /// What differs between places that run the same schema: owners, grants to roles that the
    /// expected side does not know, versions of extensions and collations, settings of the database.
    Environment,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Structural => "structural",
            Self::Cosmetic => "cosmetic",
            Self::Environment => "environment",
        })
    }
}

/// One difference: an object, or one of its properties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// How much it matters.
    pub class: Class,
    /// The kind of the object.
    pub kind: String,
    /// The object's name, with its schema.
    pub name: String,
    /// The property that differs; none when the whole object is there on one side only.
    pub property: Option<String>,
    /// What was expected; none when it should not be there.
    pub expected: Option<String>,
    /// What was found; none when it is not there.
    pub found: Option<String>,
}

impl Difference {
    /// Returns the object's kind and name, on one line: `table crm.contacts`.
    #[must_use]
    pub fn object(&self) -> String {
        one_line(&format!("{} {}", self.kind, self.name))
    }

    /// Returns what is different as one name, on one line: `table crm.contacts: column email`.
    #[must_use]
    pub fn subject(&self) -> String {
        match &self.property {
            Some(property) => format!("{}: {}", self.object(), one_line(property)),
            None => self.object(),
        }
    }

    /// Says what happened to it: `missing`, `added` or `changed`.
    #[must_use]
    pub fn change(&self) -> &'static str {
        match (&self.expected, &self.found) {
            (Some(_), None) => "missing",
            (None, _) => "added",
            (Some(_), Some(_)) => "changed",
        }
    }
}

/// Compares what was found with what was expected; in order of the objects.
#[must_use]
pub fn compare(expected: &Snapshot, found: &Snapshot) -> Vec<Difference> {
    let comparison = Comparison {
        between_versions: expected.server_major != found.server_major,
        roles: grantees(expected),
    };
    let keys: BTreeSet<&ObjectKey> = expected
        .objects
        .keys()
        .chain(found.objects.keys())
        .collect();
    let mut differences = Vec::new();
    for key in keys {
        match (expected.objects.get(key), found.objects.get(key)) {
            (Some(expected), Some(found)) => {
                comparison.properties(key, expected, found, &mut differences);
            }
            (expected, found) => {
                differences.push(comparison.whole(key, expected, found));
            }
        }
    }
    differences
}

struct Comparison {
    /// The two were written by different major versions.
    between_versions: bool,
    /// The roles that the expected side knows.
    roles: HashSet<String>,
}

impl Comparison {
    /// An object that is on one side only.
    fn whole(
        &self,
        key: &ObjectKey,
        expected: Option<&Properties>,
        found: Option<&Properties>,
    ) -> Difference {
        let text = |properties: Option<&Properties>| {
            properties.map(|properties| {
                let lines = properties
                    .iter()
                    .map(|(name, value)| super::text::line(name, value));
                lines.collect()
            })
        };
        let class = match key.kind.as_str() {
            // A role is there when something is granted to it, and that is told by itself.
            "database" | "role" => Class::Environment,
            "default privileges" if self.only_unknown_roles(found) => Class::Environment,
            _ => Class::Structural,
        };
        Difference {
            class,
            kind: key.kind.clone(),
            name: key.name.clone(),
            property: None,
            expected: text(expected),
            found: text(found),
        }
    }

    fn properties(
        &self,
        key: &ObjectKey,
        expected: &Properties,
        found: &Properties,
        differences: &mut Vec<Difference>,
    ) {
        let names: BTreeSet<&String> = expected.keys().chain(found.keys()).collect();
        for name in names {
            let (before, after) = (expected.get(name), found.get(name));
            if self.is_same(key, name, before, after)
                || (name == "columns" && !is_reordered(before, after))
            {
                continue;
            }
            differences.push(Difference {
                class: self.class(key, name),
                kind: key.kind.clone(),
                name: key.name.clone(),
                property: Some(name.clone()),
                expected: before.cloned(),
                found: after.cloned(),
            });
        }
    }

    fn is_same(
        &self,
        key: &ObjectKey,
        property: &str,
        expected: Option<&String>,
        found: Option<&String>,
    ) -> bool {
        let (Some(expected), Some(found)) = (expected, found) else {
            return false;
        };
        let is_view = matches!(key.kind.as_str(), "view" | "materialized view");
        is_same(expected, found)
            || self.between_versions
                && ((is_view && property == "definition" && is_same_query(expected, found))
                    || (is_grant(property) && is_same_all(expected, found)))
    }

    fn class(&self, key: &ObjectKey, property: &str) -> Class {
        let is_extension = key.kind == "extension";
        match property {
            "owner" | "version" => Class::Environment,
            "settings" if key.kind == "role" => Class::Environment,
            "comment" if is_extension => Class::Environment,
            "columns" => Class::Cosmetic,
            _ if key.kind == "database" => Class::Environment,
            _ if property == "comment" || property.ends_with(" comment") => Class::Cosmetic,
            _ => match grantee(property) {
                Some(role) if !self.roles.contains(role) => Class::Environment,
                _ => Class::Structural,
            },
        }
    }

    fn only_unknown_roles(&self, properties: Option<&Properties>) -> bool {
        properties.is_some_and(|properties| {
            let mut rights = properties.keys().filter(|name| *name != "comment");
            rights.all(|name| grantee(name).is_some_and(|role| !self.roles.contains(role)))
        })
    }
}

/// Writes control characters as escapes: a name may hold a line break, and is shown in logs.
fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// The columns on both sides are the same ones, in another order.
fn is_reordered(expected: Option<&String>, found: Option<&String>) -> bool {
    let sorted = |columns: &String| {
        let mut names: Vec<String> = columns.split(", ").map(str::to_owned).collect();
        names.sort();
        names
    };
    expected.map(sorted) == found.map(sorted)
}

/// A property such as `grant to public`, or `column id revoke from role crm_app`.
fn is_grant(property: &str) -> bool {
    property.contains("grant to ") || property.contains("revoke from ")
}

/// The role of a property such as `grant to role crm_app`, or `column id grant to role crm_app`.
fn grantee(property: &str) -> Option<&str> {
    ["grant to role ", "revoke from role "]
        .into_iter()
        .find_map(|verb| Some(property.split_once(verb)?.1))
}

/// The roles that a snapshot grants something to.
fn grantees(snapshot: &Snapshot) -> HashSet<String> {
    let properties = snapshot.objects.values().flat_map(Properties::keys);
    properties
        .filter_map(|name| grantee(name))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot(text: &str) -> Snapshot {
        super::super::parse(&format!("-- crmdb snapshot 1, PostgreSQL 15\n{text}")).unwrap()
    }

    /// The differences, a line each.
    fn differences(expected: &str, found: &str) -> Vec<String> {
        compare(&snapshot(expected), &snapshot(found))
            .iter()
            .map(|one| format!("{} {} {}", one.class, one.change(), one.subject()))
            .collect()
    }

    #[test]
    fn each_class() {
        let expected = "table a.t\n    columns: x, y\n    column x: integer\n    column y: text\n    \
            owner: postgres\n    grant to role app: select\n    comment: one\n\
            extension v\n    version: 1\n";
        for (change, to, finds) in [
            (
                "column x: integer",
                "column x: bigint",
                "structural changed table a.t: column x",
            ),
            (
                "    column y: text\n",
                "",
                "structural missing table a.t: column y",
            ),
            (
                "columns: x, y",
                "columns: y, x",
                "cosmetic changed table a.t: columns",
            ),
            (
                "comment: one",
                "comment: two",
                "cosmetic changed table a.t: comment",
            ),
            (
                "owner: postgres",
                "owner: ann",
                "environment changed table a.t: owner",
            ),
            (
                "version: 1",
                "version: 2",
                "environment changed extension v: version",
            ),
            (
                "to role app: select\n",
                "to role app: select\n    grant to role bi: select\n",
                "environment added table a.t: grant to role bi",
            ),
            (
                "to role app: select\n",
                "to role app: select, update\n",
                "structural changed table a.t: grant to role app",
            ),
        ] {
            assert!(expected.contains(change), "{change}");
            let found = expected.replace(change, to);
            assert_eq!(differences(expected, &found), [finds]);
        }
        assert!(differences(expected, expected).is_empty());
    }

    #[test]
    fn an_object_on_one_side() {
        let table = "table a.t\n    column x: integer\n";
        assert_eq!(differences(table, ""), ["structural missing table a.t"]);
        assert_eq!(differences("", table), ["structural added table a.t"]);
    }

    #[test]
    fn a_new_column_does_not_change_the_order() {
        let (one, two) = (
            "table a.t\n    column x: integer\n    columns: x\n",
            "table a.t\n    column w: integer\n    column x: integer\n    columns: w, x\n",
        );
        assert_eq!(
            differences(one, two),
            ["structural added table a.t: column w"]
        );
    }
}
