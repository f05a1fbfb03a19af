//! Random histories: what a plan says, done to a model of a database, gives the wanted state.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::{Action, Down, Plan, Scope, Up, build_down, plan_up, select_down};
use crate::ledger::{Event, EventKind, Head, State, Texts};
use crate::project::{
    Directives, Migration, MigrationId, Module, Origin, Project, Script, Seed, Timeouts,
};
use crate::seed::{self, Seeding};
use crate::sql::{code_hash, text_hash};

/// `b` requires `a`; `c` stands alone.
const MODULES: [&str; 3] = ["a", "b", "c"];

/// The files, a ledger, and a database that is nothing but what was run on it.
struct World {
    project: Project,
    events: Vec<Event>,
    texts: Vec<Texts>,
    database: BTreeMap<MigrationId, Arc<str>>,
    /// What each text may use: all that stood before it when it was written.
    needs: HashMap<Arc<str>, BTreeSet<MigrationId>>,
    /// Modules whose seed ran, and no version of which was taken back since.
    seeded: BTreeSet<String>,
}

impl World {
    fn new() -> Self {
        let module = |name: &str| Module {
            name: name.to_owned(),
            requires: if name == "b" {
                vec!["a".to_owned()]
            } else {
                Vec::new()
            },
            description: String::new(),
        };
        let project = Project {
            origin: Origin::Embedded,
            name: "test".to_owned(),
            search_path: Vec::new(),
            database: None,
            timeouts: Timeouts {
                connect: Duration::ZERO,
                lock: Duration::ZERO,
                lock_retries: 0,
                statement: Duration::ZERO,
                run_lock: Duration::ZERO,
            },
            ledger_schema: "crmdb".to_owned(),
            modules: MODULES.map(module).to_vec(),
            targets: BTreeMap::new(),
            drift_ignores: Vec::new(),
            tasks: Vec::new(),
            migrations: Vec::new(),
            seeds: Vec::new(),
        };
        Self {
            project,
            events: Vec::new(),
            texts: Vec::new(),
            database: BTreeMap::new(),
            needs: HashMap::new(),
            seeded: BTreeSet::new(),
        }
    }

    fn state(&self) -> State {
        let seq = i64::try_from(self.events.len()).unwrap();
        let hash = seq.to_string();
        State::of(self.events.clone(), Head { seq, hash })
    }

    /// Writes a migration's files; a repeatable takes the place of the one of that name.
    fn write(&mut self, id: MigrationId, module: &str, name: &str) {
        let text: Arc<str> = format!("SELECT {}, '{id}';", self.needs.len()).into();
        let script = |text: &Arc<str>| Script {
            path: format!("schema/{module}/{name}.sql"),
            text: text.clone(),
            directives: Directives::default(),
        };
        let migration = Migration {
            module: module.to_owned(),
            name: name.to_owned(),
            label: super::label(&id, name),
            up: script(&text),
            down: Some(script(&format!("-- down\n{text}").into())),
            id: id.clone(),
        };
        self.project.migrations.retain(|known| known.id != id);
        self.project.migrations.push(migration);
        self.project.migrations.sort_by_key(place);
        let may_use = self.project.closure(&[module]).unwrap();
        let needs = self
            .project
            .migrations
            .iter()
            .take_while(|other| other.id != id);
        let needs = needs.filter(|other| may_use.contains(&other.module.as_str()));
        // Versions use versions alone; they may come before lower ones, out of order.
        let needs = match id {
            MigrationId::Versioned(_) => BTreeSet::new(),
            MigrationId::Repeatable { .. } => needs.map(|other| other.id.clone()).collect(),
            MigrationId::Seed { .. } => unreachable!("it is written elsewhere"),
        };
        self.needs.insert(text, needs);
    }

    fn version(&mut self, module: usize, version: i64) {
        let id = MigrationId::Versioned(version);
        if self.project.migration(&id).is_none() {
            self.write(id, MODULES[module], "v");
        }
    }

    fn next_version(&self) -> i64 {
        self.project.latest_version().unwrap_or(0) + 10
    }

    fn repeatable(&mut self, module: usize, name: &str) {
        let module = MODULES[module];
        let id = MigrationId::Repeatable {
            module: module.to_owned(),
            name: name.to_owned(),
        };
        self.write(id, module, name);
    }

    fn plan_up(&self, module: Option<usize>, to: Option<i64>) -> Plan {
        let scope = match module {
            None => Scope::All,
            Some(module) => Scope::modules(&self.project.closure(&[MODULES[module]]).unwrap()),
        };
        let up = Up {
            scope,
            to,
            allow_out_of_order: true,
            allow_missing: false,
        };
        plan_up(&self.project, &self.state(), &[], &up).unwrap()
    }

    fn plan_down(&self, module: Option<usize>, down: &Down) -> Plan {
        let scope = match module {
            None => Scope::All,
            Some(module) => Scope::modules(&self.project.dependents(MODULES[module]).unwrap()),
        };
        let state = self.state();
        let selection = select_down(&self.project, &state, &scope, down).unwrap();
        let texts = selection.seqs().into_iter();
        let texts = texts.map(|seq| self.texts[usize::try_from(seq - 1).unwrap()].clone());
        build_down(&state, &selection, texts.collect()).unwrap()
    }

    /// Does the first `steps` of a plan as one run, and checks each as a server would.
    fn carry_out(&mut self, plan: &Plan, steps: usize) {
        assert_eq!(plan.head, *self.state().head());
        for (index, step) in plan.steps.iter().take(steps).enumerate() {
            let kind = match step.action {
                Action::Apply => {
                    let is_repeatable = matches!(step.id, MigrationId::Repeatable { .. });
                    let lacking = self.needs[&step.up]
                        .iter()
                        .find(|needed| !self.database.contains_key(needed));
                    assert_eq!(lacking, None, "{} comes without what it uses", step.label);
                    let before = self.database.insert(step.id.clone(), step.up.clone());
                    assert!(
                        is_repeatable || before.is_none(),
                        "{} comes twice",
                        step.label
                    );
                    EventKind::Applied
                }
                Action::RollBack => {
                    assert_eq!(self.database.remove(&step.id).as_ref(), Some(&step.up));
                    let user = self
                        .database
                        .iter()
                        .find(|(_, text)| self.needs[*text].contains(&step.id));
                    assert_eq!(user, None, "{} goes from under it", step.label);
                    if matches!(step.id, MigrationId::Versioned(_)) {
                        self.seeded.remove(&step.module);
                    }
                    EventKind::RolledBack
                }
                Action::Seed => {
                    for migration in &self.project.migrations {
                        let is_there = self.database.get(&migration.id) == Some(&migration.up.text);
                        assert!(is_there || migration.module != step.module);
                    }
                    assert!(self.seeded.insert(step.module.clone()), "it ran already");
                    EventKind::Seeded
                }
            };
            self.events.push(Event {
                seq: i64::try_from(self.events.len()).unwrap() + 1,
                kind,
                id: step.id.clone(),
                module: step.module.clone(),
                name: step.name.clone(),
                up_hash: Some(text_hash(&step.up)),
                up_code_hash: Some(code_hash(&step.up)),
                down_hash: step.down.as_deref().map(text_hash),
                out_of_order: step.out_of_order,
                reason: None,
                duration_ms: None,
                recorded_at: String::new(),
                db_user: String::new(),
                git_commit: None,
                begins_run: index == 0,
            });
            self.texts.push(Texts {
                up: Some(step.up.to_string()),
                down: step.down.as_deref().map(str::to_owned),
            });
        }
    }

    /// Goes all the way up and checks where that leads.
    fn up(&mut self) {
        let plan = self.plan_up(None, None);
        let order: Vec<_> = plan
            .steps
            .iter()
            .map(|step| place(self.project.migration(&step.id).unwrap()))
            .collect();
        assert!(order.is_sorted(), "{order:?}");
        self.carry_out(&plan, usize::MAX);
        let files = self.project.migrations.iter();
        let wanted: BTreeMap<_, _> = files.map(|m| (m.id.clone(), m.up.text.clone())).collect();
        assert_eq!(self.database, wanted);
        assert_eq!(self.plan_up(None, None).steps, []);
    }

    /// Runs the seeds of all modules with migrations, where nothing is pending.
    fn seed(&mut self) {
        let module = |name: &&str| self.project.migrations.iter().any(|m| m.module == **name);
        let seed = |name: &str| Seed {
            module: name.to_owned(),
            set: "reference".to_owned(),
            label: "seeds/reference".to_owned(),
            script: Script {
                path: String::new(),
                text: "SELECT 1;".into(),
                directives: Directives::default(),
            },
        };
        self.project.seeds = MODULES.into_iter().filter(module).map(seed).collect();
        let seeding = Seeding {
            set: "reference",
            scope: Scope::All,
        };
        let plan = |world: &Self| seed::plan(&world.project, &world.state(), &[], &seeding);
        if let Ok(todo) = plan(self) {
            let missing: BTreeSet<String> = todo.steps.iter().map(|s| s.module.clone()).collect();
            let all = self.project.seeds.iter().map(|seed| seed.module.clone());
            let expected = all.filter(|module| !self.seeded.contains(module)).collect();
            assert_eq!(missing, expected);
            self.carry_out(&todo, usize::MAX);
            assert_eq!(plan(self).unwrap().steps, []);
        }
    }

    fn versions(&self) -> Vec<i64> {
        let version = |id: &MigrationId| match id {
            MigrationId::Versioned(version) => Some(*version),
            MigrationId::Repeatable { .. } | MigrationId::Seed { .. } => None,
        };
        self.database.keys().filter_map(version).collect()
    }
}

/// Versions first, by number; then repeatables, by module and name.
fn place(migration: &Migration) -> (i64, String, String) {
    let version = migration.version().unwrap_or(i64::MAX);
    let module = migration
        .version()
        .map_or(migration.module.as_str(), |_| "");
    (version, module.to_owned(), migration.name.clone())
}

#[derive(Clone, Debug)]
enum Act {
    Version(usize),
    LateVersion(usize, i64),
    Repeatable(usize, &'static str),
    Up(Option<usize>),
    Seed,
    UpTo(prop::sample::Index),
    Steps(Option<usize>, usize),
    To(prop::sample::Index),
    All(Option<usize>),
    /// A run down that was killed after some steps.
    Killed(prop::sample::Index, prop::sample::Index),
}

fn act() -> impl Strategy<Value = Act> {
    let module = 0..MODULES.len();
    let some = prop::option::of(0..MODULES.len());
    let name = prop::sample::select(vec!["r", "s"]);
    prop_oneof![
        3 => module.clone().prop_map(Act::Version),
        1 => (module.clone(), 1..60_i64).prop_map(|(m, v)| Act::LateVersion(m, v)),
        4 => (module, name).prop_map(|(m, n)| Act::Repeatable(m, n)),
        4 => some.clone().prop_map(Act::Up),
        2 => Just(Act::Seed),
        1 => any::<prop::sample::Index>().prop_map(Act::UpTo),
        2 => (some.clone(), 1..4_usize).prop_map(|(m, n)| Act::Steps(m, n)),
        2 => any::<prop::sample::Index>().prop_map(Act::To),
        1 => some.prop_map(Act::All),
        1 => any::<(prop::sample::Index, prop::sample::Index)>().prop_map(|(a, b)| Act::Killed(a, b)),
    ]
}

fn perform(world: &mut World, act: &Act) {
    match act {
        Act::Version(module) => world.version(*module, world.next_version()),
        Act::LateVersion(module, version) => world.version(*module, *version),
        Act::Repeatable(module, name) => world.repeatable(*module, name),
        Act::Up(None) => world.up(),
        Act::Seed => world.seed(),
        Act::Up(module) => world.carry_out(&world.plan_up(*module, None), usize::MAX),
        Act::UpTo(index) => {
            let versions = world.project.versioned();
            if !versions.is_empty() {
                let to = index.get(versions).version();
                world.carry_out(&world.plan_up(None, to), usize::MAX);
            }
        }
        Act::Steps(module, steps) => {
            let plan = world.plan_down(*module, &Down::Steps(*steps));
            world.carry_out(&plan, usize::MAX);
        }
        Act::To(index) => {
            let versions = world.versions();
            if !versions.is_empty() {
                let to = *index.get(&versions);
                world.carry_out(&world.plan_down(None, &Down::To(to)), usize::MAX);
                let left: Vec<i64> = versions.into_iter().filter(|v| *v <= to).collect();
                assert_eq!(world.versions(), left);
                assert_eq!(world.plan_down(None, &Down::To(to)).steps, []);
            }
        }
        Act::All(module) => {
            world.carry_out(&world.plan_down(*module, &Down::All), usize::MAX);
            let kept = |m: &&str| {
                module.is_some_and(|of| !world.project.dependents(MODULES[of]).unwrap().contains(m))
            };
            let kept: Vec<&str> = MODULES.into_iter().filter(kept).collect();
            for migration in &world.project.migrations {
                let is_there = world.database.contains_key(&migration.id);
                assert!(!is_there || kept.contains(&migration.module.as_str()));
            }
        }
        Act::Killed(index, steps) => {
            let versions = world.versions();
            if !versions.is_empty() {
                let plan = world.plan_down(None, &Down::To(*index.get(&versions)));
                world.carry_out(&plan, steps.index(plan.steps.len() + 1));
            }
        }
    }
}

proptest! {
    #[test]
    fn every_step_finds_what_it_needs(acts in prop::collection::vec(act(), 1..40)) {
        let mut world = World::new();
        for act in &acts {
            perform(&mut world, act);
        }
        world.up();
        world.seed();
        world.carry_out(&world.plan_down(None, &Down::All), usize::MAX);
        prop_assert_eq!(&world.database, &BTreeMap::new());
        world.up();
    }

    #[test]
    fn down_takes_back_what_up_did(
        acts in prop::collection::vec(act(), 0..25),
        release in prop::collection::vec((0..3_usize, prop::option::of(0..3_usize)), 1..5),
        killed in any::<prop::sample::Index>(),
    ) {
        let mut world = World::new();
        world.version(0, 1);
        for act in &acts {
            perform(&mut world, act);
        }
        world.up();
        let before = world.database.clone();
        let latest = world.project.latest_version().unwrap();
        for (version, repeatable) in release {
            world.version(version, world.next_version());
            if let Some(module) = repeatable {
                world.repeatable(module, "r");
            }
        }
        world.up();
        let after = world.database.clone();
        world.carry_out(&world.plan_down(None, &Down::To(latest)), usize::MAX);
        prop_assert_eq!(&world.database, &before);
        world.up();
        prop_assert_eq!(&world.database, &after);
        // Cut off anywhere, the same command completes it.
        let plan = world.plan_down(None, &Down::To(latest));
        world.carry_out(&plan, killed.index(plan.steps.len() + 1));
        world.carry_out(&world.plan_down(None, &Down::To(latest)), usize::MAX);
        prop_assert_eq!(&world.database, &before);
    }
}
