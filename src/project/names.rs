//! Names of migration files: `V<version>__<name>.sql`, `R__<name>.sql`, `.down.sql` beside each.
//!
//! The convention is refinery's, told more strictly: its pattern also takes `|` for `V`, versions
//! with a dot, any letter of any script, and whatever follows the name. Names are read here and not
//! by refinery, whose pattern costs each start a millisecond and two megabytes; a test holds the
//! two together.

use crate::error::Failure;

/// The longest label, in bytes: file systems allow 255 for a name with its endings.
const LONGEST_LABEL: usize = 200;

/// Which of the two files of a migration; or a seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    Up,
    Down,
    Seed,
}

impl Role {
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Up | Self::Seed => ".sql",
            Self::Down => ".down.sql",
        }
    }
}

/// A file name, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FileName {
    /// The version; `None` for a repeatable.
    pub(super) version: Option<i64>,
    /// What stands after `V0101__` or `R__`.
    pub(super) name: String,
    /// The file name without its ending.
    pub(super) label: String,
    pub(super) role: Role,
}

/// Takes a file name apart, or says what is wrong with it.
pub(super) fn parse(file: &str) -> Result<FileName, Box<Failure>> {
    let Some((label, role)) = strip_ending(file) else {
        return Err(Box::new(stray(file)));
    };
    let Some((version, name)) = strict(label) else {
        return Err(Box::new(bad_name(file, label, role)));
    };
    if label.len() > LONGEST_LABEL {
        return Err(
            Failure::new(format!("the file name has more than {LONGEST_LABEL} bytes"))
                .hint("Give it a shorter name.")
                .into(),
        );
    }
    let version = version.map(|digits| digits.parse().ok().filter(|version| *version > 0));
    if version == Some(None) {
        let failure = Failure::new("the version of the file name is out of range")
            .detail(format!("versions go from 1 to {}", i64::MAX));
        return Err(failure.into());
    }
    Ok(FileName {
        version: version.flatten(),
        name: name.to_owned(),
        label: label.to_owned(),
        role,
    })
}

fn strip_ending(file: &str) -> Option<(&str, Role)> {
    [Role::Down, Role::Up]
        .into_iter()
        .find_map(|role| Some((file.strip_suffix(role.ending())?, role)))
}

/// Splits `V<digits>__<name>` or `R__<name>` into digits and name.
fn strict(label: &str) -> Option<(Option<&str>, &str)> {
    let (head, name) = label.split_once("__")?;
    let version = match head.strip_prefix('V') {
        Some(digits) => {
            let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            Some(all_digits.then_some(digits)?)
        }
        None => (head == "R").then_some(None)?,
    };
    let letter = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let good = name.bytes().all(letter) && name.starts_with(|c: char| c.is_ascii_alphanumeric());
    good.then_some((version, name))
}

fn stray(file: &str) -> Failure {
    let lower = file.to_lowercase();
    let failure = Failure::new(format!("stray file `{file}`"));
    if lower.ends_with(".sql") {
        let stem = &file[..file.len() - ".sql".len()];
        return failure.hint(format!(
            "Rename it to `{stem}.sql`: the ending is in lower case."
        ));
    }
    failure.hint(
        "Remove it, or put it elsewhere: a module's folder holds migrations, `README.md` and `seeds`.",
    )
}

fn bad_name(file: &str, label: &str, role: Role) -> Failure {
    let form = match role {
        Role::Up | Role::Seed => "`V<version>__<name>.sql` or `R__<name>.sql`",
        Role::Down => "`V<version>__<name>.down.sql` or `R__<name>.down.sql`",
    };
    let failure = Failure::new(format!("`{file}` is no name of a migration")).detail(format!(
        "expected {form}, the name of letters, digits and `_`"
    ));
    match repaired(label) {
        Some(label) => failure.hint(format!("Rename it to `{label}{}`.", role.ending())),
        None => failure,
    }
}

/// Finds the name that was meant: a lower-case `v` or `r`, one `_` too few or too many, a `-`.
fn repaired(label: &str) -> Option<String> {
    let mut label = label.replace(['-', ' ', '.'], "_");
    let head = label.get_mut(..1)?;
    head.make_ascii_uppercase();
    let digits = label[1..].bytes().take_while(u8::is_ascii_digit).count();
    let (head, rest) = label.split_at(1 + digits);
    if !rest.starts_with('_') {
        return None;
    }
    let candidate = format!("{head}__{}", rest.trim_start_matches('_'));
    strict(&candidate).is_some().then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn good() {
        for (file, version, name, role) in [
            ("V0101__schema.sql", Some(101), "schema", Role::Up),
            ("V1__a__b.down.sql", Some(1), "a__b", Role::Down),
            (
                "V9223372036854775807__2_X.sql",
                Some(i64::MAX),
                "2_X",
                Role::Up,
            ),
            (
                "V20261120193000__x.sql",
                Some(20_261_120_193_000),
                "x",
                Role::Up,
            ),
            ("R__views.sql", None, "views", Role::Up),
            ("R__views.down.sql", None, "views", Role::Down),
        ] {
            let parsed = parse(file).unwrap();
            assert_eq!(
                (parsed.version, parsed.name.as_str(), parsed.role),
                (version, name, role)
            );
            assert_eq!(format!("{}{}", parsed.label, role.ending()), file);
        }
    }

    #[test]
    fn bad() {
        for (file, hint) in [
            ("v0101__x.sql", Some("Rename it to `V0101__x.sql`.")),
            ("V0101_x.sql", Some("Rename it to `V0101__x.sql`.")),
            (
                "V0101___x.down.sql",
                Some("Rename it to `V0101__x.down.sql`."),
            ),
            (
                "V0101__add-column.sql",
                Some("Rename it to `V0101__add_column.sql`."),
            ),
            ("r_views.sql", Some("Rename it to `R__views.sql`.")),
            (
                "V1__x.SQL",
                Some("Rename it to `V1__x.sql`: the ending is in lower case."),
            ),
            ("V1.2__x.sql", Some("Rename it to `V1__2__x.sql`.")),
            ("|1__x.sql", None),
            ("U1__x.sql", None),
            ("V__x.sql", None),
            ("V1__.sql", None),
            ("V1__č.sql", None),
            ("V1__x;y.sql", None),
            ("R1__x.sql", None),
            ("x.sql", None),
            ("č.sql", None),
            (".sql", None),
        ] {
            let failure = parse(file).unwrap_err();
            assert_eq!(failure.hint.as_deref(), hint, "{file}");
        }
        for file in ["V0__x.sql", "V9223372036854775808__x.sql", "V000__x.sql"] {
            assert!(
                parse(file).unwrap_err().message.contains("out of range"),
                "{file}"
            );
        }
        let long = format!("V1__{}.sql", "x".repeat(197));
        assert!(parse(&long).unwrap_err().message.contains("200 bytes"));
        assert!(parse("notes.txt").unwrap_err().message.contains("stray"));
    }

    proptest! {
        #[test]
        fn refinery_agrees(label in "V[0-9]{1,18}__[A-Za-z0-9][A-Za-z0-9_]{0,20}") {
            let (kind, version, name) = refinery_core::parse_migration_name(&label).unwrap();
            prop_assert_eq!(kind.to_string(), "V");
            prop_assume!(version > 0);
            let parsed = parse(&format!("{label}.sql")).unwrap();
            prop_assert_eq!((parsed.version, parsed.name), (Some(version), name));
        }
    }
}
