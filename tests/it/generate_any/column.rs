//! Columns of all types, with conditions that their values can meet.

use super::schema::Chance;

/// What a column can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Number,
    Moment,
    Text,
    Bool,
    /// A text of three states.
    Status,
    Other,
    /// A type without an order, which no key can have.
    Unordered,
}

/// A column.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: &'static str,
    pub(super) class: Class,
    pub(super) not_null: bool,
    pub(super) default: Option<&'static str>,
    pub(super) check: Option<String>,
}

type Sort = (
    &'static str,
    Class,
    &'static [&'static str],
    &'static [&'static str],
    Option<&'static str>,
);

/// Type, class, usual names, conditions, a default.
const SORTS: &[Sort] = &[
    (
        "integer",
        Class::Number,
        &["quantity", "position", "a"],
        &[
            "# BETWEEN 1 AND 5",
            "# >= 0",
            "# IN (10, 20, 30)",
            "# > 0 AND # < 100",
            "# <> 0",
        ],
        Some("1"),
    ),
    (
        "bigint",
        Class::Number,
        &["size_bytes", "b"],
        &["# >= 0", "# > 1000000"],
        Some("10"),
    ),
    (
        "smallint",
        Class::Number,
        &["priority", "c"],
        &["# BETWEEN 0 AND 100", "# > -10"],
        Some("3"),
    ),
    (
        "numeric(10,2)",
        Class::Number,
        &["amount", "price"],
        &["# >= 0", "# BETWEEN 0 AND 1", "# > 0 AND # < 1000.5"],
        Some("0.5"),
    ),
    ("numeric", Class::Number, &["rate"], &["# >= 0"], None),
    (
        "double precision",
        Class::Number,
        &["latitude", "score"],
        &["# BETWEEN -90 AND 90"],
        None,
    ),
    ("real", Class::Number, &["weight"], &["# >= 0"], None),
    (
        "text",
        Class::Text,
        &["name", "email", "phone", "title", "description", "url", "x"],
        &[
            "char_length(#) BETWEEN 2 AND 200",
            "# <> ''",
            "btrim(#) <> ''",
            "length(#) <= 300",
        ],
        Some("'some'"),
    ),
    (
        "text",
        Class::Text,
        &["code", "slug", "y"],
        &[
            "# ~ '^[A-Z]{2,5}$'",
            "# ~ '^[a-z0-9]+(-[a-z0-9]+)*$'",
            "# = lower(#)",
            "char_length(#) = 12",
        ],
        None,
    ),
    (
        "varchar(30)",
        Class::Text,
        &["label", "first_name", "z"],
        &["length(#) >= 3", "# !~ '^ '"],
        None,
    ),
    (
        "char(2)",
        Class::Text,
        &["country_code"],
        &["# ~ '^[A-Z]{2}$'"],
        None,
    ),
    (
        "text",
        Class::Status,
        &["status", "state"],
        &["# IN ('draft', 'open', 'done')"],
        Some("'draft'"),
    ),
    (
        "$.mood",
        Class::Other,
        &["mood"],
        &["# <> 'sad'"],
        Some("'fine'"),
    ),
    ("$.positive", Class::Number, &["rank"], &["# < 50"], None),
    ("$.short", Class::Text, &["tag"], &[], None),
    (
        "boolean",
        Class::Bool,
        &["is_active", "flag"],
        &[],
        Some("false"),
    ),
    (
        "timestamptz",
        Class::Moment,
        &["created_at", "started_at", "due_at"],
        &["# >= '2000-01-01Z'"],
        Some("now()"),
    ),
    ("timestamp", Class::Moment, &["at"], &[], None),
    (
        "date",
        Class::Moment,
        &["birthday", "day", "due_on"],
        &[
            "# > '1900-01-01'",
            "# BETWEEN '2020-01-01' AND '2020-01-20'",
        ],
        Some("CURRENT_DATE"),
    ),
    ("time", Class::Other, &["opens"], &["# >= '08:00'"], None),
    ("interval", Class::Other, &["lasts"], &["# > '0'"], None),
    (
        "uuid",
        Class::Other,
        &["token"],
        &[],
        Some("gen_random_uuid()"),
    ),
    (
        "bytea",
        Class::Other,
        &["digest"],
        &["octet_length(#) = 32"],
        None,
    ),
    ("inet", Class::Other, &["ip"], &[], None),
    (
        "jsonb",
        Class::Other,
        &["data"],
        &["jsonb_typeof(#) = 'object'"],
        Some("'{}'"),
    ),
    ("json", Class::Unordered, &["raw"], &[], None),
    (
        "text[]",
        Class::Other,
        &["tags"],
        &[
            "cardinality(#) BETWEEN 1 AND 3",
            "# <@ ARRAY['a', 'b', 'c']",
        ],
        Some("'{}'"),
    ),
    ("integer[]", Class::Other, &["numbers"], &[], None),
    ("daterange", Class::Other, &["during"], &[], None),
    (
        "int4range",
        Class::Other,
        &["pages"],
        &["NOT isempty(#)"],
        None,
    ),
];

/// A column of any type. The number keeps names apart.
pub(super) fn column(chance: &mut Chance, number: usize) -> Column {
    let (kind, class, names, checks, default) = *chance.pick(SORTS);
    let name = format!("{}_{number}", chance.pick(names));
    let usual = class == Class::Status || chance.one_in(2);
    let check = if usual && !checks.is_empty() {
        Some(chance.pick(checks).replace('#', &name))
    } else {
        None
    };
    // A default that the condition does not let pass is no use to anybody.
    let default = default.filter(|_| check.is_none() && chance.one_in(3));
    Column {
        name,
        kind,
        class,
        not_null: chance.one_in(2),
        default,
        check,
    }
}
