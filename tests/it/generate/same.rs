//! The same seed, scale and day give the same rows; what is there is not generated again.

use super::{DEV, SHOPS, count, filled, intact, ledger, migrated, sums};

#[test]
fn two_databases_have_the_same_rows() {
    let (_, one) = filled(SHOPS, "");
    let (_, other) = filled(SHOPS, "");
    assert_eq!(sums(&one), sums(&other));
}

#[test]
fn another_seed_scale_or_day_gives_others() {
    let (_, one) = filled(SHOPS, "");
    for line in [
        "seed dev --as-of 2025-06-30 --seed 2",
        "seed dev --as-of 2025-06-30 --scale 0.5",
        "seed dev --as-of 2025-06-29",
    ] {
        let (project, other) = migrated(SHOPS);
        project.run(&other, line).ends(0);
        let differ = sums(&one)
            .iter()
            .zip(sums(&other))
            .filter(|(one, other)| **one != *other)
            .count();
        assert!(differ > 0, "{line}");
    }
}

#[test]
fn scale_says_how_many() {
    for (scale, people) in [("0.5", 50), ("3", 300), ("0.001", 1)] {
        let (project, database) = migrated(SHOPS);
        project
            .run(&database, &format!("{DEV} --scale {scale}"))
            .ends(0);
        assert_eq!(count(&database, "a.people"), people, "scale {scale}");
    }
    let (project, database) = migrated(SHOPS);
    for scale in ["0", "-1", "x", "1e9", "NaN"] {
        project
            .exec(&database, &["seed", "dev", &format!("--scale={scale}")])
            .ends(2);
    }
    assert_eq!(count(&database, "a.shops"), 0);
}

#[test]
fn again_there_is_nothing_to_do() {
    let (project, database) = filled(SHOPS, "");
    let before = (sums(&database), ledger(&database));
    for line in [DEV, "seed dev", "seed dev --dry-run", "seed dev --quiet"] {
        let run = project.run(&database, line).ends(0);
        assert_eq!(run.stdout, "");
    }
    project
        .run(&database, DEV)
        .says("nothing to do: the rows are there");
    assert_eq!((sums(&database), ledger(&database)), before);
}

#[test]
fn what_was_made_otherwise_is_not_mixed() {
    let (project, database) = filled(SHOPS, "");
    let before = sums(&database);
    for line in [
        format!("{DEV} --seed 2"),
        format!("{DEV} --scale 2"),
        "seed dev --as-of 2025-07-01".to_owned(),
        format!("{DEV} --seed 2 --dry-run"),
    ] {
        project
            .run(&database, &line)
            .ends(2)
            .says("rows generated with scale 1, seed 1, as of 2025-06-30")
            .says("`crmdb seed clear`");
    }
    project.file("schema/a/seeds/dev.toml", "[shops]\nrows = 7\n");
    project
        .run(&database, DEV)
        .ends(2)
        .says("from other recipes")
        .says("`crmdb seed clear`");
    assert_eq!(sums(&database), before);
    project.run(&database, "seed clear").ends(0);
    project.run(&database, &format!("{DEV} --seed 2")).ends(0);
    assert_eq!(count(&database, "a.shops"), 7);
    intact(&project, &database);
}

#[test]
fn the_day_is_today_or_what_is_said() {
    let (project, database) = migrated(SHOPS);
    let day = "SELECT (extract(epoch FROM date_trunc('day', now() AT TIME ZONE 'UTC'))
                   - extract(epoch FROM timestamp '2000-01-01'))::bigint * 1000000";
    let before = database.value(day);
    project.run(&database, "seed dev").ends(0);
    let after = database.value(day);
    let now = database.value("SELECT DISTINCT run ->> 'now' FROM crmdb.seeded_rows");
    assert!([before, after].contains(&now), "{now}");

    let (project, database) = migrated(SHOPS);
    for wrong in ["2025-02-29", "yesterday", "2025-1", ""] {
        project
            .exec(&database, &["seed", "dev", "--as-of", wrong])
            .ends(2)
            .says(wrong);
    }
    project.run(&database, DEV).ends(0);
    for table in ["a.people WHERE created_at", "a.visits WHERE at"] {
        let sql = format!("{table} > '2025-07-01 00:00Z'");
        assert_eq!(count(&database, &sql), 0, "{table}");
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let (project, database) = migrated(SHOPS);
    let history = "SELECT count(*) FROM crmdb.history";
    let before = (sums(&database), database.value(history));
    let run = project
        .run(&database, &format!("{DEV} --dry-run"))
        .ends(0)
        .prints("a.people")
        .says("3 tables would be filled");
    assert_eq!(run.stdout.lines().count(), 4, "{run:#?}");
    assert_eq!((sums(&database), database.value(history)), before);
    assert_eq!(ledger(&database), "");
    // No number of a sequence was taken.
    database.execute("INSERT INTO a.shops (name) VALUES ('mine')");
    assert_eq!(database.value("SELECT id FROM a.shops"), "1");
}

#[test]
fn json_is_one_document() {
    let (project, database) = migrated(SHOPS);
    let planned = project
        .run(&database, &format!("{DEV} --dry-run --format json"))
        .ends(0)
        .json();
    assert_eq!(planned["is_done"], false);
    let done = project
        .run(&database, &format!("{DEV} --format json"))
        .ends(0)
        .json();
    assert_eq!(done["is_done"], true);
    assert_eq!(done["rows"], planned["rows"]);
    assert_eq!(done["tables"].as_array().map(Vec::len), Some(3));
    let again = project
        .run(&database, &format!("{DEV} --format json"))
        .ends(0)
        .json();
    assert_eq!(again["rows"], 0);
    let cleared = project
        .run(&database, "seed clear --format json")
        .ends(0)
        .json();
    assert_eq!(cleared["rows"], done["rows"]);
    let none = project
        .run(&database, "seed clear --format json")
        .ends(0)
        .json();
    assert_eq!(none["rows"], 0);
}

/// Rows that went with their tables are generated again.
#[test]
fn after_a_roll_back_the_rows_come_again() {
    let (project, database) = filled(SHOPS, "");
    let before = sums(&database);
    project
        .run(&database, "migrate down --all --allow-data-loss")
        .ends(0);
    project.run(&database, "migrate up").ends(0);
    project.run(&database, DEV).ends(0);
    assert_eq!(sums(&database), before);
    project.run(&database, DEV).ends(0).says("nothing to do");
    project.run(&database, "seed clear").ends(0);
    for row in sums(&database) {
        assert_eq!(row[1], "0", "{}", row[0]);
    }
}
