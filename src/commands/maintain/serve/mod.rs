//! `crmdb maintain serve`: runs what is due, for as long as the process lives.
//!
//! The service goes from stretch to stretch: in one, it has a connection, takes the lead or stands
//! by, and looks at the clock of the server. What it meets ends the stretch, never the service.
//! Tasks that are at work go on over stretches: each has connections and a lock of its own.

mod crew;
mod stretch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use clap::Args;
use clap::builder::RangedU64ValueParser;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::task::LocalSet;

use super::selection::chosen;
use crate::apply::{Gathering, Interrupt};
use crate::commands::{Context, folder_of};
use crate::connect::Endpoint;
use crate::error::{Failure, Outcome};
use crate::maintain::serve::{Http, State};
use crate::project::Project;
use crew::Crew;

/// Pauses between two attempts to reach the database: they grow from the first to the second.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(30));

/// Arguments of `maintain serve`.
#[derive(Args, Debug)]
#[command(after_help = "\
Several may run: one leads, the others stand by and take over. SIGTERM and
Ctrl-C end it after the batch at work, with exit code 0; SIGHUP, or a change of
migrations.toml, lets it read the project again. Each run is a line on stderr,
or a line of JSON on stdout under `--format json`.")]
pub struct ServeArgs {
    /// Only the tasks of this module
    #[arg(long = "module", value_name = "MODULE")]
    modules: Vec<String>,
    /// How many tasks at once
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = RangedU64ValueParser::<usize>::new().range(1..=64))]
    jobs: usize,
    /// Where /healthz and /metrics are
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9187")]
    listen: SocketAddr,
    /// Listen where other machines can ask, too
    #[arg(long)]
    allow_remote: bool,
    /// Listen nowhere
    #[arg(long, conflicts_with_all = ["listen", "allow_remote"])]
    no_http: bool,
}

/// Runs the service until it is asked to end.
///
/// # Errors
///
/// When the command line or the project is wrong, or the address is taken; whatever comes later is
/// said and tried again.
pub(super) async fn serve(args: &ServeArgs, context: &mut Context) -> anyhow::Result<Outcome> {
    let interrupt = Interrupt::listen_without_hangup()?;
    let reload = signal(SignalKind::hangup())?;
    let project = context.project()?;
    chosen(context, &project, &[], &args.modules)?;
    let state = Arc::new(State::default());
    let http = if args.no_http {
        None
    } else {
        Some(Http::listen(args.listen, args.allow_remote).await?)
    };
    let endpoint = context.endpoint(&project)?;
    if let Some(http) = http {
        let address = http.address()?;
        context
            .printer
            .note(&format!("listens on http://{address}/healthz and /metrics"));
        tokio::spawn(http.serve(Arc::clone(&state)));
    }
    let facts = Gathering::start(None).finish("");
    let mut service = Service {
        args,
        manifest: Manifest::of(&project),
        project,
        endpoint,
        crew: Crew::new(args.jobs, Rc::new(facts), interrupt.clone()),
        context,
        interrupt,
        reload,
        state,
        told: None,
    };
    LocalSet::new().run_until(service.live()).await;
    Ok(Outcome::Clean)
}

/// Why a stretch ended well.
enum End {
    /// The service is to end.
    Stop,
    /// The project is to be read again.
    Reload,
    /// There is nothing to do yet; to be tried again after this time.
    Later(Duration),
}

struct Service<'a> {
    args: &'a ServeArgs,
    context: &'a mut Context,
    project: Project,
    manifest: Manifest,
    endpoint: Endpoint,
    interrupt: Interrupt,
    reload: Signal,
    state: Arc<State>,
    crew: Crew,
    /// What is wrong, as it was said last.
    told: Option<String>,
}

impl Service<'_> {
    async fn live(&mut self) {
        let mut pause = PAUSES.0;
        loop {
            let wait = match self.stretch(&mut pause).await {
                Ok(End::Stop) => break,
                Ok(End::Reload) => {
                    self.read_again();
                    continue;
                }
                Ok(End::Later(wait)) => wait,
                Err(_) if self.interrupt.happened() => break,
                Err(error) => {
                    self.state.lost();
                    self.tell(&error);
                    let wait = pause;
                    pause = (pause * 2).min(PAUSES.1);
                    wait
                }
            };
            match self.rest(wait).await {
                Some(End::Stop) => break,
                Some(End::Reload) => self.read_again(),
                _ => {}
            }
        }
        self.state.lost();
        if self.crew.is_at_work() {
            self.context.printer.note("ends after the batch at work");
        }
        while self.crew.finished(&mut self.context.printer).await {}
        self.context.printer.note("ended");
    }

    /// Waits; returns what ends the wait before its time.
    async fn rest(&mut self, wait: Duration) -> Option<End> {
        let over = tokio::time::sleep(wait);
        tokio::pin!(over);
        loop {
            tokio::select! {
                biased;
                () = self.interrupt.wait() => return Some(End::Stop),
                _ = self.reload.recv() => return Some(End::Reload),
                true = self.crew.finished(&mut self.context.printer) => {}
                () = &mut over => return None,
            }
        }
    }

    /// Says what is wrong, once.
    fn tell(&mut self, error: &anyhow::Error) {
        let text = format!("{error:#}");
        if self.told.as_ref() != Some(&text) {
            self.context.printer.failure(error);
            self.told = Some(text);
        }
    }

    /// Says that what was wrong is over.
    fn tell_well(&mut self) {
        if self.told.take().is_some() {
            self.context.printer.note("the database answers again");
        }
    }

    /// Reads the project again; where it is wrong now, what was read before holds.
    fn read_again(&mut self) {
        self.manifest = Manifest::of(&self.project);
        let mut read = || {
            let project = self.context.project()?;
            chosen(self.context, &project, &[], &self.args.modules)?;
            let endpoint = self.context.endpoint(&project)?;
            anyhow::Ok((project, endpoint))
        };
        match read() {
            Ok((project, endpoint)) => {
                (self.project, self.endpoint) = (project, endpoint);
                self.context.printer.note("the project was read again");
            }
            Err(error) => {
                self.context.printer.failure(&error);
                let failure = Failure::new("the project as it was before stays in force");
                self.context.printer.warning(&failure.message);
            }
        }
    }
}

/// The file that says which tasks there are, as it was last seen.
struct Manifest {
    path: Option<PathBuf>,
    seen: Option<(SystemTime, u64)>,
}

impl Manifest {
    fn of(project: &Project) -> Self {
        let path = folder_of(project).map(|folder| folder.join("migrations.toml"));
        let mut manifest = Self { path, seen: None };
        manifest.seen = manifest.look();
        manifest
    }

    fn look(&self) -> Option<(SystemTime, u64)> {
        let found = std::fs::metadata(self.path.as_ref()?).ok()?;
        Some((found.modified().ok()?, found.len()))
    }

    /// Whether the file is another one. One that is gone may be just being written.
    fn has_changed(&self) -> bool {
        let now = self.look();
        now.is_some() && now != self.seen
    }
}
