use super::*;

#[track_caller]
fn schedule(text: &str, zone: &str) -> Schedule {
    Schedule::parse(text, zone).expect("a schedule")
}

/// Expressions of all forms.
const EXPRESSIONS: [&str; 26] = [
    "* * * * *",
    "7 * * * *",
    "*/5 * * * *",
    "*/7 * * * *",
    "3-59/10 * * * *",
    "0,30 8-18 * * 1-5",
    "17 3 * * *",
    "0 0 1 * *",
    "0 0 31 * *",
    "0 0 29 2 *",
    "30 2 * * 0",
    "30 2 * * 7",
    "30 2 * * SUN",
    "15 4 1,15 * MON",
    "15 4 13 * 5",
    "0 12 */2 * 1",
    "0 12 1-7 * */2",
    "5 4 * JAN-MAR,DEC sat",
    "0 */6 * */3 *",
    "59 23 28-31 * *",
    "1 1 * 2-4 5-7",
    "0 0 * * 0,6",
    "10 5,17 1-31 * 3",
    "0 1 * * MON-FRI",
    "*/2 */3 * * *",
    "0-5,7,9-11 0 * * *",
];

#[test]
fn written_anew_it_means_the_same() {
    let start: Timestamp = "2026-02-27T23:58:30Z".parse().expect("a moment");
    for text in EXPRESSIONS {
        let given = schedule(text, "UTC");
        let written = Fields::of(&given).cron();
        let anew = schedule(&written, "UTC");
        assert_eq!(Fields::of(&given), Fields::of(&anew), "{text}: {written}");
        let mut at = start;
        for _ in 0..300 {
            let (one, other) = (given.after(at), anew.after(at));
            assert_eq!(one, other, "{text}: {written}");
            at = one.expect("a time");
        }
    }
}

#[test]
fn short_where_it_can_be() {
    for (text, written) in [
        ("*/5 */1 * * *", "*/5 * * * *"),
        ("0-59 0-23 1-31 1-12 *", "* * 1-31 * *"),
        ("0,30 1,2,3,7 * * SUN", "0,30 1-3,7 * * 0"),
        (
            "0 0 */2 * 7",
            "0 0 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * 0",
        ),
        ("*/45 * * * *", "0,45 * * * *"),
    ] {
        assert_eq!(Fields::of(&schedule(text, "UTC")).cron(), written, "{text}");
    }
}

#[test]
fn each_hour_in_another_zone() {
    for (zone, text, written) in [
        ("Europe/Berlin", "17 3 * * 1", "17 * * * *"),
        ("Asia/Kolkata", "17 3 * * *", "47 * * * *"),
        ("Asia/Kathmandu", "0,30 3 * * *", "15,45 * * * *"),
        // Half an hour forward and back.
        ("Australia/Lord_Howe", "10 3 * * *", "10,40 * * * *"),
    ] {
        let schedule = schedule(text, zone);
        let zone = Zone::of(&schedule);
        assert!(!zone.is_utc());
        assert_eq!(Fields::of(&schedule).each_hour(&zone).cron(), written);
    }
    for zone in ["UTC", "Etc/UTC", "GMT"] {
        assert!(Zone::of(&schedule("* * * * *", zone)).is_utc(), "{zone}");
    }
}

#[test]
fn an_hour_more_where_clocks_skip_one() {
    for (zone, text, hours) in [
        ("Europe/Berlin", "30 2 * * *", "2-3"),
        ("Europe/Berlin", "30 1,3 * * *", "1,3"),
        ("America/New_York", "0 2 * * *", "2-3"),
        ("America/Santiago", "5 0 * * *", "0-1"),
        ("Australia/Lord_Howe", "15 2 * * *", "2-3"),
        ("Australia/Lord_Howe", "45 2 * * *", "2"),
        ("UTC", "30 2 * * *", "2"),
    ] {
        let schedule = schedule(text, zone);
        let mut fields = Fields::of(&schedule);
        fields.reach_past_gaps(&Zone::of(&schedule));
        assert_eq!(list(&fields.hours, "-"), hours, "{zone} {text}");
    }
}

#[test]
fn the_name_is_as_the_iana_writes_it() {
    let zone = Zone::of(&schedule("0 0 * * *", "europe/berlin"));
    assert_eq!(zone.name, "Europe/Berlin");
}
