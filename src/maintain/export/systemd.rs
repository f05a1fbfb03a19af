//! Units of systemd: a service and a timer for each task.

use super::fields::{Fields, Values, Zone, every, list, ranges};
use super::{Definition, Wanted, title, words};
use crate::project::Task;
use crate::project::task::{CatchUp, Schedule};

const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Nothing of the system is open to a task but the network, sockets and reading.
const HARDENING: &str = "\
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
CapabilityBoundingSet=
UMask=0077
";

/// Writes two units for each task.
pub(super) fn definitions(wanted: &Wanted<'_>) -> Vec<Definition> {
    let tasks = wanted.tasks.iter();
    let both = tasks.filter_map(|task| {
        let schedule = task.schedule.as_ref()?;
        Some([service(wanted, task), timer(task, schedule)])
    });
    both.flatten().collect()
}

fn service(wanted: &Wanted<'_>, task: &Task) -> Definition {
    let user = match &wanted.user {
        Some(user) => format!("User={user}"),
        None => "DynamicUser=yes".to_owned(),
    };
    let longest = match wanted.longest(task) {
        Some(longest) => longest.as_secs().to_string(),
        None => "infinity".to_owned(),
    };
    let text = format!(
        "# By `crmdb maintain schedule --format systemd`.\n\
         [Unit]\n\
         Description=crmdb task {title}\n\
         Wants=network-online.target\n\
         After=network-online.target postgresql.service\n\
         \n\
         [Service]\n\
         Type=oneshot\n\
         ExecStart={call}\n\
         # Holds DATABASE_URL=postgres://…; root's, mode 0600: systemd reads it before it drops rights.\n\
         EnvironmentFile=/etc/crmdb/environment\n\
         {user}\n\
         TimeoutStartSec={longest}\n\
         # A run that is asked to end keeps what it has done, and the next one goes on.\n\
         SuccessExitStatus=130\n\
         TimeoutStopSec=60\n\
         SyslogIdentifier=crmdb-{name}\n\
         {HARDENING}",
        // `%` would be a specifier.
        title = title(task).replace('%', "%%"),
        call = words::for_systemd(&wanted.call(task)),
        name = task.name,
    );
    Definition {
        name: format!("crmdb-{}.service", task.name),
        text,
    }
}

fn timer(task: &Task, schedule: &Schedule) -> Definition {
    let times: String = calendar(schedule)
        .iter()
        .map(|time| format!("OnCalendar={time}\n"))
        .collect();
    let persistent = match task.catch_up {
        CatchUp::None => "no",
        CatchUp::Latest | CatchUp::All => "yes",
    };
    let text = format!(
        "# By `crmdb maintain schedule --format systemd`.\n\
         [Unit]\n\
         Description=Times of crmdb task {name}\n\
         \n\
         [Timer]\n\
         {times}\
         Persistent={persistent}\n\
         AccuracySec=1s\n\
         RandomizedDelaySec=0\n\
         Unit=crmdb-{name}.service\n\
         \n\
         [Install]\n\
         WantedBy=timers.target\n",
        name = task.name,
    );
    Definition {
        name: format!("crmdb-{}.timer", task.name),
        text,
    }
}

/// Writes a schedule as calendar events: two where one of both fields of days is enough.
pub(super) fn calendar(schedule: &Schedule) -> Vec<String> {
    let (mut fields, zone) = (Fields::of(schedule), Zone::of(schedule));
    fields.reach_past_gaps(&zone);
    let (days, weekdays) = (fields.days.take(), fields.weekdays.take());
    let event = |days: Option<&Values>, weekdays: Option<&Values>| {
        let weekdays = weekdays.map_or_else(String::new, |values| format!("{} ", named(values)));
        format!(
            "{weekdays}*-{}-{} {}:{}:00 {}",
            numbered(&fields.months, 1, 12),
            days.map_or_else(|| "*".to_owned(), |days| list(days, "..")),
            numbered(&fields.hours, 0, 23),
            numbered(&fields.minutes, 0, 59),
            zone.name
        )
    };
    match (&days, &weekdays) {
        (Some(_), Some(_)) => vec![event(days.as_ref(), None), event(None, weekdays.as_ref())],
        _ => vec![event(days.as_ref(), weekdays.as_ref())],
    }
}

fn numbered(values: &Values, low: u8, high: u8) -> String {
    match every(values, low, high) {
        Some(1) => "*".to_owned(),
        Some(step) if values.len() > 2 => format!("{low}/{step}"),
        _ => list(values, ".."),
    }
}

fn named(weekdays: &Values) -> String {
    let name = |day: u8| WEEKDAYS[usize::from(day % 7)];
    let words = ranges(weekdays).into_iter().map(|(from, to)| {
        let days: Vec<&str> = (from..=to).map(name).collect();
        days.join(",")
    });
    words.collect::<Vec<_>>().join(",")
}
