//! A ledger and a clock of paper: tasks are asked about every so often, and run or not.

use jiff::ToSpan as _;

use super::*;
use crate::project::task::{Schedule, Window, Work};

fn task(schedule: &str, zone: &str, catch_up: CatchUp) -> Task {
    Task {
        name: "t".to_owned(),
        module: None,
        description: String::new(),
        work: Work::Sql("SELECT 1".to_owned()),
        schedule: Some(Schedule::parse(schedule, zone).expect("a schedule")),
        time_zone: jiff::tz::TimeZone::get(zone).expect("a zone"),
        role: None,
        timeout: Duration::ZERO,
        retries: 1,
        window: None,
        catch_up,
        catch_up_within: Duration::from_secs(24 * 3600),
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a moment")
}

/// What one who asks every so often does.
struct Simulation {
    task: Task,
    standing: Standing,
    /// Each run: when it was asked, and for which time.
    runs: Vec<(Timestamp, Timestamp)>,
}

impl Simulation {
    fn new(task: Task, known_since: &str) -> Self {
        Self {
            task,
            standing: Standing {
                known_since: Some(at(known_since)),
                ..Standing::default()
            },
            runs: Vec::new(),
        }
    }

    /// Asks every `minutes` from one moment to another, and does all that is due.
    fn ask(&mut self, from: &str, until: &str, minutes: i64) {
        let (mut now, until) = (at(from), at(until));
        while now <= until {
            for slot in due(&self.task, &self.standing, now).slots {
                self.runs.push((now, slot.at));
                self.standing.settled_until = Some(slot.at);
            }
            now = now.checked_add(minutes.minutes()).expect("time goes on");
        }
    }

    /// The runs, in the zone of the task: when, and for which time.
    fn told(&self) -> Vec<String> {
        let schedule = self.task.schedule.as_ref().expect("a schedule");
        let local = |moment| schedule.local(moment).strftime("%d %H:%M").to_string();
        let told = |(when, slot): &(Timestamp, Timestamp)| {
            format!("{} for {}", local(*when), local(*slot))
        };
        self.runs.iter().map(told).collect()
    }
}

#[test]
fn each_time_is_run_once_however_often_one_asks() {
    for minutes in [1, 3, 7] {
        let mut simulation = Simulation::new(
            task("*/15 * * * *", "UTC", CatchUp::Latest),
            "2026-01-01T00:00:00Z",
        );
        simulation.ask("2026-01-01T00:01:00Z", "2026-01-31T00:14:00Z", minutes);
        assert_eq!(simulation.runs.len(), 30 * 96, "every {minutes} minutes");
        assert!(simulation.runs.windows(2).all(|pair| pair[0].1 < pair[1].1));
        assert!(simulation.runs.iter().all(|(when, slot)| slot <= when));
    }
}

#[test]
fn a_task_that_is_new_has_missed_nothing() {
    let mut simulation = Simulation::new(
        task("0 3 * * *", "UTC", CatchUp::All),
        "2026-01-05T12:00:00Z",
    );
    simulation.ask("2026-01-05T12:00:00Z", "2026-01-06T02:59:00Z", 1);
    assert_eq!(simulation.told(), Vec::<String>::new());
    simulation.ask("2026-01-06T03:00:00Z", "2026-01-06T04:00:00Z", 1);
    assert_eq!(simulation.told(), ["06 03:00 for 06 03:00"]);
    let unknown = due(
        &simulation.task,
        &Standing::default(),
        at("2026-01-06T03:00:00Z"),
    );
    assert_eq!(unknown.slots, []);
    assert_eq!(unknown.next, Some(at("2026-01-07T03:00:00Z")));
}

#[test]
fn missed_times() {
    for (catch_up, expected) in [
        (CatchUp::Latest, vec!["05 13:20 for 05 13:00"]),
        (
            CatchUp::All,
            vec![
                "05 13:20 for 05 11:00",
                "05 13:20 for 05 12:00",
                "05 13:20 for 05 13:00",
            ],
        ),
        (CatchUp::None, vec!["05 14:05 for 05 14:00"]),
    ] {
        let mut simulation =
            Simulation::new(task("0 * * * *", "UTC", catch_up), "2026-01-05T10:30:00Z");
        simulation.ask("2026-01-05T13:20:00Z", "2026-01-05T13:20:00Z", 15);
        if catch_up == CatchUp::None {
            simulation.ask("2026-01-05T13:35:00Z", "2026-01-05T14:05:00Z", 15);
        }
        assert_eq!(simulation.told(), expected, "{catch_up:?}");
    }
}

#[test]
fn the_latest_one_knows_for_how_many_it_stands() {
    let task = task("0 * * * *", "UTC", CatchUp::Latest);
    let standing = Standing {
        known_since: Some(at("2026-01-01T00:00:00Z")),
        settled_until: Some(at("2026-01-05T10:00:00Z")),
        ..Standing::default()
    };
    let found = due(&task, &standing, at("2026-01-05T14:10:00Z"));
    assert_eq!(
        found.slots,
        [Slot {
            at: at("2026-01-05T14:00:00Z"),
            missed: 3
        }]
    );
    assert_eq!(found.next, Some(at("2026-01-05T15:00:00Z")));
}

#[test]
fn what_is_too_long_ago_is_missed_for_good() {
    let mut weekly = task("0 3 * * sun", "UTC", CatchUp::Latest);
    let standing = Standing {
        known_since: Some(at("2026-01-01T00:00:00Z")),
        ..Standing::default()
    };
    assert_eq!(
        due(&weekly, &standing, at("2026-01-05T02:59:00Z"))
            .slots
            .len(),
        1
    );
    assert_eq!(
        due(&weekly, &standing, at("2026-01-05T03:01:00Z")).slots,
        []
    );
    weekly.catch_up_within = Duration::from_secs(7 * 24 * 3600);
    assert_eq!(
        due(&weekly, &standing, at("2026-01-05T03:01:00Z"))
            .slots
            .len(),
        1
    );
    weekly.catch_up = CatchUp::All;
    weekly.catch_up_within = Duration::from_secs(48 * 3600);
    weekly.schedule = Schedule::parse("* * * * *", "UTC").ok();
    let all = due(&weekly, &standing, at("2026-01-20T00:00:00Z"));
    assert_eq!(all.slots.len(), MOST, "no more than can be looked through");
}

#[test]
fn clocks_go_forward() {
    let mut daily = Simulation::new(
        task("30 2 * * *", "Europe/Berlin", CatchUp::Latest),
        "2026-03-28T00:00:00Z",
    );
    daily.ask("2026-03-28T00:00:00Z", "2026-03-30T12:00:00Z", 5);
    assert_eq!(
        daily.told(),
        [
            "28 02:30 for 28 02:30",
            "29 03:00 for 29 03:00",
            "30 02:30 for 30 02:30"
        ]
    );
    let mut often = Simulation::new(
        task("*/20 * * * *", "Europe/Berlin", CatchUp::Latest),
        "2026-03-28T00:00:00Z",
    );
    often.ask("2026-03-28T00:05:00Z", "2026-03-30T00:00:00Z", 5);
    assert_eq!(
        often.runs.len(),
        48 * 3,
        "47 hours on the wall, 48 of real time"
    );
}

#[test]
fn clocks_go_back() {
    let mut daily = Simulation::new(
        task("30 2 * * *", "Europe/Berlin", CatchUp::Latest),
        "2026-10-24T00:00:00Z",
    );
    daily.ask("2026-10-24T00:00:00Z", "2026-10-26T12:00:00Z", 5);
    assert_eq!(
        daily.told(),
        [
            "24 02:30 for 24 02:30",
            "25 02:30 for 25 02:30",
            "26 02:30 for 26 02:30"
        ]
    );
    let mut hourly = Simulation::new(
        task("0 * * * *", "Europe/Berlin", CatchUp::Latest),
        "2026-10-24T22:00:00Z",
    );
    hourly.ask("2026-10-24T22:05:00Z", "2026-10-25T03:00:00Z", 5);
    assert_eq!(hourly.runs.len(), 5, "02:00 comes twice");
}

#[test]
fn outside_its_window_a_task_waits() {
    let mut night = task("0 * * * *", "Europe/Berlin", CatchUp::Latest);
    night.window = Window::parse("22:00-05:00");
    let mut simulation = Simulation::new(night.clone(), "2026-01-05T03:30:00Z");
    simulation.ask("2026-01-05T03:35:00Z", "2026-01-05T21:30:00Z", 5);
    assert_eq!(simulation.told(), ["05 22:00 for 05 22:00"]);
    let standing = Standing {
        known_since: Some(at("2026-01-05T03:30:00Z")),
        ..Standing::default()
    };
    let noon = due(&night, &standing, at("2026-01-05T12:00:00Z"));
    assert!(noon.waiting.len() == 1 && noon.slots.is_empty());
}

#[test]
fn attempts_come_to_an_end() {
    let task = task("0 3 * * *", "UTC", CatchUp::Latest);
    let slot = at("2026-01-05T03:00:00Z");
    let verdict = |outcomes: &[RunOutcome]| {
        let standing = Standing {
            known_since: Some(at("2026-01-05T00:00:00Z")),
            attempts: outcomes.iter().map(|outcome| (slot, *outcome)).collect(),
            ..Standing::default()
        };
        due(&task, &standing, at("2026-01-05T03:10:00Z"))
            .slots
            .len()
    };
    use RunOutcome::{Failed, Lost, Running, Stopped, TimedOut};
    assert_eq!(verdict(&[Lost]), 1, "a crashed run is tried again");
    assert_eq!(verdict(&[Running]), 1, "the lock says whether it runs");
    assert_eq!(verdict(&[Failed]), 1, "one retry");
    assert_eq!(verdict(&[Failed, TimedOut]), 0);
    assert_eq!(verdict(&[Lost, Lost, Lost]), 1);
    assert_eq!(
        verdict(&[Lost, Lost, Lost, Lost]),
        0,
        "it kills each runner"
    );
    assert_eq!(verdict(&[Stopped; 9]), 1, "it gave way, and goes on");
}

#[test]
fn a_task_without_a_schedule_is_never_due() {
    let mut task = task("0 3 * * *", "UTC", CatchUp::Latest);
    task.schedule = None;
    let standing = Standing {
        known_since: Some(at("2026-01-05T00:00:00Z")),
        ..Standing::default()
    };
    assert_eq!(
        due(&task, &standing, at("2026-02-05T03:10:00Z")),
        Due::default()
    );
}
