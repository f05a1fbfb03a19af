//! Differences as SARIF 2.1.0 (OASIS), which code scanning reads.

use serde_json::{Value, json};

use crate::catalog::{Class, Difference};

/// Returns the whole document.
pub(super) fn document(differences: &[Difference]) -> String {
    let classes = [
        (
            Class::Structural,
            "error",
            "Programs may behave differently.",
        ),
        (
            Class::Cosmetic,
            "note",
            "The order of columns, or a comment.",
        ),
        (
            Class::Environment,
            "warning",
            "What differs between places that run the same schema.",
        ),
    ];
    let level = |class| {
        let found = classes.iter().find(|(one, _, _)| *one == class);
        found.map_or("error", |(_, level, _)| *level)
    };
    let rules: Vec<Value> = classes
        .iter()
        .map(|(class, level, says)| {
            json!({
                "id": format!("drift-{class}"),
                "shortDescription": { "text": says },
                "defaultConfiguration": { "level": level },
            })
        })
        .collect();
    let results: Vec<Value> = differences
        .iter()
        .map(|one| {
            json!({
                "ruleId": format!("drift-{}", one.class),
                "level": level(one.class),
                "message": { "text": format!("{} {}", one.subject(), one.change()) },
                "locations": [{
                    "logicalLocations": [{ "fullyQualifiedName": one.name, "kind": one.kind }]
                }],
                // What stays the same from run to run, so that an old finding is known again.
                "partialFingerprints": { "subject/v1": one.subject() },
            })
        })
        .collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            } },
            "results": results,
        }],
    });
    format!("{document:#}\n")
}
