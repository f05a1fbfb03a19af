//! CronJobs of Kubernetes.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::fields::{Fields, Zone};
use super::{Definition, Wanted, title};
use crate::error::Failure;
use crate::project::Task;
use crate::project::task::{CatchUp, Schedule};

/// A CronJob's name leaves room for that of its jobs.
const LONGEST_NAME: usize = 52;

/// A start may be so late where missed times are left out.
const LATE: Duration = Duration::from_secs(600);

/// The secret's key.
const KEY: &str = "DATABASE_URL";

/// Writes a CronJob for each task.
pub(super) fn definitions(wanted: &Wanted<'_>) -> Result<Vec<Definition>, Failure> {
    let image = match &wanted.image {
        Some(image) if !image.is_empty() && !image.chars().any(char::is_whitespace) => image,
        Some(image) => return Err(Failure::new(format!("`{image}` is no name of an image"))),
        None => {
            return Err(
                Failure::new("a CronJob needs an image, and `--image` names none")
                    .hint("Add `--image registry.example/crmdb:1.0`, an image that has crmdb."),
            );
        }
    };
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c);
    let secret = &wanted.secret;
    let has_ends = |text: &str| {
        let edge = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        text.starts_with(edge) && text.ends_with(edge)
    };
    if !has_ends(secret) || !secret.chars().all(is_inner) || secret.len() > 253 {
        return Err(Failure::new(format!("`{secret}` is no name of a secret")));
    }
    let tasks = wanted.tasks.iter();
    let all = tasks.filter_map(|task| {
        let schedule = task.schedule.as_ref()?;
        let text = cron_job(wanted, task, schedule, image);
        Some(Definition {
            name: format!("crmdb-{}.yaml", task.name),
            text,
        })
    });
    Ok(all.collect())
}

fn cron_job(wanted: &Wanted<'_>, task: &Task, schedule: &Schedule, image: &str) -> String {
    let (mut fields, zone) = (Fields::of(schedule), Zone::of(schedule));
    fields.reach_past_gaps(&zone);
    let zone = if zone.is_utc() { "Etc/UTC" } else { &zone.name };
    let late = match task.catch_up {
        CatchUp::None => LATE.min(task.catch_up_within),
        CatchUp::Latest | CatchUp::All => task.catch_up_within,
    };
    // Kubernetes looks every ten seconds.
    let late = late.as_secs().max(60);
    let deadline = wanted.longest(task).map_or_else(String::new, |longest| {
        format!("      activeDeadlineSeconds: {}\n", longest.as_secs())
    });
    let call = wanted.call(task);
    let words: String = call
        .iter()
        .map(|word| {
            // Kubernetes would put a variable in its place.
            let word = word.replace("$(", "$$(");
            format!("                - {}\n", quoted(&word))
        })
        .collect();
    format!(
        r#"# By `crmdb maintain schedule --format kubernetes`.
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {name}
  labels:
    app.kubernetes.io/name: crmdb
    app.kubernetes.io/component: {label}
  annotations:
    crmdb/task: {title}
spec:
  schedule: {schedule}
  timeZone: {zone}
  concurrencyPolicy: Forbid
  startingDeadlineSeconds: {late}
  successfulJobsHistoryLimit: 1
  failedJobsHistoryLimit: 3
  jobTemplate:
    spec:
      # The ledger knows what is to be tried again.
      backoffLimit: 0
{deadline}      template:
        metadata:
          labels:
            app.kubernetes.io/name: crmdb
            app.kubernetes.io/component: {label}
        spec:
          restartPolicy: Never
          terminationGracePeriodSeconds: 60
          automountServiceAccountToken: false
          securityContext:
            runAsNonRoot: true
            runAsUser: 65532
            runAsGroup: 65532
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: crmdb
              image: {image}
              command:
{words}              env:
                - name: {KEY}
                  valueFrom:
                    secretKeyRef:
                      name: {secret}
                      key: {KEY}
              securityContext:
                allowPrivilegeEscalation: false
                readOnlyRootFilesystem: true
                capabilities:
                  drop: ["ALL"]
              resources:
                requests:
                  cpu: 10m
                  memory: 16Mi
                limits:
                  memory: 128Mi
"#,
        name = quoted(&name(&task.name)),
        label = quoted(&name(&task.name)),
        title = quoted(&title(task)),
        schedule = quoted(&fields.cron()),
        zone = quoted(zone),
        image = quoted(image),
        secret = quoted(&wanted.secret),
    )
}

/// A name that Kubernetes takes: as it is, or short with a digest of the whole.
fn name(task: &str) -> String {
    let name = format!("crmdb-{task}");
    if name.len() <= LONGEST_NAME && !name.ends_with('-') {
        return name;
    }
    let digest = Sha256::digest(task);
    let digest: String = digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let end = name.len().min(LONGEST_NAME - digest.len() - 1);
    format!("{}-{digest}", name[..end].trim_end_matches('-'))
}

/// A text in double quotes: JSON's are YAML's, too.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("a text is JSON")
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn names_fit() {
        assert_eq!(name("clean-sessions"), "crmdb-clean-sessions");
        let longest = "a".repeat(46);
        assert_eq!(name(&longest), format!("crmdb-{longest}"));
        for task in ["a".repeat(47), "a".repeat(52), "a-".repeat(26), "b-".into()] {
            let name = name(&task);
            assert!(name.len() <= 52 && !name.ends_with('-'), "{name}");
        }
        assert_ne!(name(&"a".repeat(51)), name(&"a".repeat(52)));
    }
}
