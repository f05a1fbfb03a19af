use super::*;

fn schedule(text: &str, zone: &str) -> Schedule {
    Schedule::parse(text, zone).expect("a schedule")
}

/// The times of a schedule in a span, in its own zone.
fn times(text: &str, zone: &str, from: &str, until: &str) -> Vec<String> {
    let schedule = schedule(text, zone);
    let until: Timestamp = until.parse().expect("a moment");
    let mut at: Timestamp = from.parse().expect("a moment");
    let mut found = Vec::new();
    while let Some(next) = schedule.after(at) {
        if next > until {
            break;
        }
        found.push(schedule.local(next).strftime("%d %H:%M %z").to_string());
        at = next;
    }
    found
}

#[test]
fn a_fixed_time_that_is_skipped_runs_right_after_the_jump() {
    let of_day = times(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T00:00:00Z",
        "2026-03-30T12:00:00Z",
    );
    assert_eq!(
        of_day,
        ["28 02:30 +0100", "29 03:00 +0200", "30 02:30 +0200"]
    );
}

#[test]
fn a_fixed_time_that_comes_twice_runs_once() {
    let of_day = times(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T00:00:00Z",
        "2026-10-26T12:00:00Z",
    );
    assert_eq!(
        of_day,
        ["24 02:30 +0200", "25 02:30 +0200", "26 02:30 +0100"]
    );
}

#[test]
fn what_runs_every_so_often_goes_by_real_time() {
    let spring = times(
        "*/30 * * * *",
        "Europe/Berlin",
        "2026-03-29T00:15:00Z",
        "2026-03-29T02:00:00Z",
    );
    assert_eq!(
        spring,
        [
            "29 01:30 +0100",
            "29 03:00 +0200",
            "29 03:30 +0200",
            "29 04:00 +0200"
        ]
    );
    let autumn = times(
        "*/30 * * * *",
        "Europe/Berlin",
        "2026-10-24T23:45:00Z",
        "2026-10-25T01:30:00Z",
    );
    assert_eq!(
        autumn,
        [
            "25 02:00 +0200",
            "25 02:30 +0200",
            "25 02:00 +0100",
            "25 02:30 +0100"
        ]
    );
}

#[test]
fn before_is_the_last_one_up_to_a_moment() {
    let schedule = schedule("0 3 * * *", "UTC");
    let at = |text: &str| text.parse::<Timestamp>().expect("a moment");
    assert_eq!(
        schedule.before(at("2026-11-21T03:00:00Z")),
        Some(at("2026-11-21T03:00:00Z"))
    );
    assert_eq!(
        schedule.before(at("2026-11-21T02:59:59Z")),
        Some(at("2026-11-20T03:00:00Z"))
    );
    assert_eq!(
        schedule.after(at("2026-11-21T03:00:00Z")),
        Some(at("2026-11-22T03:00:00Z"))
    );
}

#[test]
fn day_of_month_or_day_of_week() {
    let thirteenths = times(
        "0 0 13 * fri",
        "UTC",
        "2026-11-01T00:00:00Z",
        "2026-11-30T00:00:00Z",
    );
    assert_eq!(
        thirteenths,
        [
            "06 00:00 +0000",
            "13 00:00 +0000",
            "20 00:00 +0000",
            "27 00:00 +0000"
        ]
    );
}

#[test]
fn refused() {
    for (text, zone, part) in [
        ("0 3 * *", "UTC", "five fields"),
        ("0 0 3 * * *", "UTC", "five fields"),
        ("@daily", "UTC", "five fields"),
        ("0 3 L * *", "UTC", "`L` is not understood by every cron"),
        ("0 3 * * 5#2", "UTC", "`5#2` is not understood"),
        ("0 3 ? * *", "UTC", "`?` is not understood"),
        ("60 3 * * *", "UTC", "no cron expression"),
        ("0 0 30 2 *", "UTC", "never comes"),
        ("0 3 * * *", "Europe/Bielefeld", "no time zone"),
        ("0 3 * * *", "", "no time zone"),
    ] {
        let error = Schedule::parse(text, zone).expect_err(text);
        assert!(error.contains(part), "{text}: {error}");
    }
}
