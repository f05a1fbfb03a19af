//! Rows shared out, against what a look at every row says.

use super::*;

/// A layout of tables one under the other, with so many existing and wanted rows each.
fn layout(tables: &[(u64, u64)], spread: Spread, most: Option<u64>) -> Layout {
    let mut layout = Layout::default();
    for (at, (existing, wanted)) in tables.iter().enumerate() {
        let ties = Ties {
            owner: (at > 0).then_some(0),
            chain: (0..at).rev().collect(),
            links: Vec::new(),
        };
        layout.ties.push(ties);
        let owners = at
            .checked_sub(1)
            .map_or(1, |above| layout.rows[above].all());
        let mut existing: Vec<ExistingRow> = (0..*existing)
            .map(|number| ExistingRow {
                owner: number * 7 % owners,
                values: Vec::new(),
            })
            .collect();
        existing.sort_by_key(|row| row.owner);
        let share = Share {
            wanted: *wanted,
            spread,
            to_existing: true,
        };
        let room = |_: &Layout, _: u64| most.filter(|_| at > 0);
        layout.share_out(&share, existing, room);
    }
    layout
}

/// The rows of a table under a row above it, looked up one by one.
fn naive(layout: &Layout, table: usize, above: usize, ordinal: u64) -> Vec<u64> {
    let rows = &layout.rows[table];
    let level = layout.ties[table].chain.iter().position(|at| *at == above);
    let level = level.expect("a table above");
    let all = 0..rows.all();
    all.filter(|row| layout.above(table, rows.owner(rows.row(*row)), level) == ordinal)
        .collect()
}

#[test]
fn pools_are_what_every_row_says() {
    for spread in [Spread::Even, Spread::Skewed] {
        for tables in [
            [(0, 3), (0, 10), (0, 37)],
            [(2, 3), (3, 10), (5, 37)],
            [(4, 1), (9, 4), (0, 3)],
            [(1, 1), (0, 0), (0, 0)],
        ] {
            let layout = layout(&tables, spread, None);
            for table in 1..tables.len() {
                for above in 0..table {
                    for ordinal in 0..layout.rows[above].all() {
                        let pool = layout.pool(table, Some((above, ordinal)));
                        let found: Vec<u64> =
                            (0..pool.len()).filter_map(|at| pool.get(at)).collect();
                        assert_eq!(found, naive(&layout, table, above, ordinal));
                        let places: Vec<_> = found.iter().map(|row| pool.place(*row)).collect();
                        let expected: Vec<_> = (0..pool.len()).map(Some).collect();
                        assert_eq!(places, expected);
                        assert_eq!(pool.get(pool.len()), None);
                    }
                }
            }
        }
    }
}

#[test]
fn every_row_has_one_owner_and_stands_beside_its_siblings() {
    for spread in [Spread::Even, Spread::Skewed] {
        let layout = layout(&[(0, 4), (0, 21), (0, 200)], spread, None);
        for (table, wanted) in [(1, 21), (2, 200)] {
            let rows = &layout.rows[table];
            assert!(rows.generated <= wanted && rows.generated + 1 >= wanted);
            let owners: Vec<u64> = (0..rows.generated)
                .map(|row| rows.owner(RowNumber::Generated(row)))
                .collect();
            assert!(owners.is_sorted(), "{owners:?}");
            for owner in 0..layout.rows[table - 1].all() {
                let span = rows.generated_of(Span {
                    start: owner,
                    end: owner + 1,
                });
                let count = owners.iter().filter(|other| **other == owner).count();
                assert_eq!(span.len(), count as u64, "spans are as long as they say");
                assert!(count > 0, "where rows reach, each owner has one");
            }
        }
    }
}

#[test]
fn skewed_gives_the_first_of_an_owner_the_most() {
    let counts = |spread| {
        let layout = layout(&[(0, 1), (0, 10), (0, 1000)], spread, None);
        let count = |at| layout.pool(2, Some((1, at))).len();
        (count(0), count(9))
    };
    assert_eq!(counts(Spread::Even), (100, 100));
    let (first, last) = counts(Spread::Skewed);
    assert!(first > 3 * last, "{first} {last}");
}

#[test]
fn nobody_has_more_than_there_is_room_for() {
    let layout = layout(&[(1, 4), (0, 100)], Spread::Even, Some(3));
    assert_eq!(layout.rows[1].generated, 15);
    for owner in 0..5 {
        assert_eq!(layout.pool(1, Some((0, owner))).len(), 3);
    }
}

#[test]
fn existing_rows_own_none_when_they_are_spared() {
    let mut layout = layout(&[(2, 2)], Spread::Even, None);
    layout.ties.push(Ties {
        owner: Some(0),
        chain: vec![0],
        links: Vec::new(),
    });
    let share = Share {
        wanted: 10,
        spread: Spread::Even,
        to_existing: false,
    };
    layout.share_out(&share, Vec::new(), |_, _| None);
    let counts: Vec<u64> = (0..4)
        .map(|owner| layout.pool(1, Some((0, owner))).len())
        .collect();
    assert_eq!(counts, [0, 0, 5, 5]);
    assert_eq!(layout.first_under(1, 0, 0), None);
    assert_eq!(layout.first_under(1, 0, 3), Some(5));
}
