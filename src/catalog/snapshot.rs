//! What a snapshot is made of.

use std::collections::BTreeMap;
use std::fmt;

/// What an object is called: its kind, and its name as SQL would write it, with its schema.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectKey {
    /// Such as `table`, `materialized view`, `function`.
    pub kind: String,
    /// Such as `crm.contacts`, or `crm.get_contact_tags(contact_id uuid)`.
    pub name: String,
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.name)
    }
}

/// What is said of an object: `owner`, `column id`, `constraint contacts_pkey`,
/// `column id comment`, …, each with its text.
pub type Properties = BTreeMap<String, String>;

/// Everything that a schema owner can create in one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The major version of the server that wrote the definitions.
    pub server_major: u32,
    /// All objects, in order.
    pub objects: BTreeMap<ObjectKey, Properties>,
}
