//! Dates and timestamps.

use super::Name::{self, Ends, Has, Is};
use crate::seed::provider::Source;
use crate::seed::provider::limits::Limits;
use crate::seed::provider::moment::{DAY, HOUR, Moment, SECOND, Way};

const MINUTE: i64 = 60 * SECOND;

/// The columns of a row that hold a moment, each group later than those before it.
const ORDER: &[&[&str]] = &[
    &["created_at"],
    &[
        "queued_at",
        "uploaded_at",
        "enrolled_at",
        "entered_at",
        "purchased_at",
        "assigned_at",
        "requested_at",
    ],
    &[
        "started_at",
        "start",
        "starts_at",
        "called_at",
        "calldate",
        "sent_at",
        "stage_entered_at",
        "attempted_at",
        "stage_changed_at",
        "signed_at",
        "processing_started_at",
    ],
    &["answered_at", "answer", "delivered_at", "received_at"],
    &["opened_at", "read_at", "seen_at"],
    &["clicked_at", "replied_at"],
    &[
        "ended_at",
        "end",
        "ends_at",
        "completed_at",
        "executed_at",
        "closed_at",
        "cancelled_at",
        "released_at",
        "revoked_at",
        "used_at",
        "resolved_at",
    ],
    &["updated_at", "changed_at", "last_used_at"],
    &["deleted_at", "archived_at"],
];

pub(super) fn by_name(column: &str, limits: &Limits) -> Option<Source> {
    let way = super::first(RULES, column)?;
    let beside = beside(column, way);
    Moment::new(limits, way, beside).map(Source::Moment)
}

pub(super) fn by_type(limits: &Limits) -> Option<Source> {
    Moment::new(limits, past(90), Vec::new()).map(Source::Moment)
}

/// The columns that a moment comes after, or before.
fn beside(column: &str, way: Way) -> Vec<String> {
    let names = |list: &[&str]| list.iter().map(|name| (*name).to_owned()).collect();
    match way {
        Way::Within { .. } => Vec::new(),
        Way::Before { .. } => names(&["due_at", "starts_at"]),
        Way::After { .. } => {
            for (ends, start) in [
                ("ends_on", "starts_on"),
                ("end_date", "start_date"),
                ("end_at", "start_at"),
                ("ends_at", "starts_at"),
                ("_to", "_from"),
                ("refresh_expires_at", "created_at"),
            ] {
                if let Some(prefix) = column.strip_suffix(ends)
                    && ends != "ends_at"
                {
                    return vec![format!("{prefix}{start}")];
                }
            }
            if column.starts_with("expires") {
                return names(&["created_at", "signed_at"]);
            }
            let place = ORDER.iter().position(|group| group.contains(&column));
            let earlier = &ORDER[..place.unwrap_or(1)];
            earlier
                .iter()
                .flat_map(|group| group.iter())
                .map(|name| (*name).to_owned())
                .collect()
        }
    }
}

const fn past(days: u32) -> Way {
    Way::Within {
        days,
        ahead: 0,
        working: true,
    }
}

const fn around(days: u32, ahead: u32) -> Way {
    Way::Within {
        days,
        ahead,
        working: true,
    }
}

/// After another moment, and not after the reference time.
const fn later(least: i64, greatest: i64) -> Way {
    Way::After {
        least,
        greatest,
        past: true,
    }
}

/// After another moment, perhaps after the reference time too.
const fn until(least: i64, greatest: i64) -> Way {
    Way::After {
        least,
        greatest,
        past: false,
    }
}

const RULES: &[(Name, Way)] = &[
    (Is("created_at"), past(90)),
    (Has("birth"), past(25_000)),
    (Has("last_sale"), past(2000)),
    (
        Has("reminder"),
        Way::Before {
            least: 15 * MINUTE,
            greatest: 2 * DAY,
        },
    ),
    (Has("expires"), until(DAY, 180 * DAY)),
    (Has("expir"), around(0, 365)),
    (Has("expected"), around(0, 120)),
    (Has("due"), around(20, 20)),
    (Has("schedule"), around(14, 21)),
    (Has("follow_up"), around(5, 30)),
    (Has("meeting"), around(14, 21)),
    (Has("next_"), around(0, 21)),
    (Is("ends_at"), until(15 * MINUTE, 3 * HOUR)),
    (Is("starts_at"), around(30, 30)),
    (Ends("starts_on"), past(180)),
    (Ends("start_date"), past(180)),
    (Ends("ends_on"), until(14 * DAY, 180 * DAY)),
    (Ends("end_date"), until(14 * DAY, 360 * DAY)),
    (Ends("_to"), until(DAY, 90 * DAY)),
    (Is("answered_at"), later(3 * SECOND, 30 * SECOND)),
    (Is("answer"), later(3 * SECOND, 30 * SECOND)),
    (Is("delivered_at"), later(SECOND, 20 * SECOND)),
    (Is("opened_at"), later(MINUTE, 2 * DAY)),
    (Is("read_at"), later(MINUTE, DAY)),
    (Is("seen_at"), later(MINUTE, DAY)),
    (Is("clicked_at"), later(5 * SECOND, HOUR)),
    (Is("ended_at"), later(20 * SECOND, 20 * MINUTE)),
    (Is("end"), later(20 * SECOND, 20 * MINUTE)),
    (Is("executed_at"), later(SECOND, 5 * MINUTE)),
    (Is("completed_at"), later(HOUR, 20 * DAY)),
    (Is("closed_at"), later(DAY, 60 * DAY)),
    (Is("released_at"), later(DAY, 60 * DAY)),
    (Is("revoked_at"), later(HOUR, 20 * DAY)),
    (Is("updated_at"), later(MINUTE, 60 * DAY)),
    (Has("deleted"), later(HOUR, 60 * DAY)),
    (Has("archived"), later(HOUR, 60 * DAY)),
    (Is("started_at"), later(0, HOUR)),
    (Is("sent_at"), later(0, HOUR)),
    (Is("start"), past(90)),
    (Is("called_at"), past(90)),
    (Is("calldate"), past(90)),
    (Has("purchased"), past(180)),
    (Is("received_at"), later(SECOND, MINUTE)),
    (Is("stage_entered_at"), later(0, 30 * DAY)),
    (Is("stage_changed_at"), later(HOUR, 30 * DAY)),
    (Ends("_at"), later(MINUTE, 14 * DAY)),
];
