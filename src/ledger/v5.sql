-- Maintenance tasks: how each stands, and its runs. No proof of anything: old runs go.
CREATE TABLE {schema}.tasks (
    name          text        NOT NULL,
    known_since   timestamptz NOT NULL,
    settled_until timestamptz,
    memory        jsonb       NOT NULL DEFAULT '{}',

    CONSTRAINT tasks_pkey PRIMARY KEY (name)
);

COMMENT ON TABLE {schema}.tasks IS
    'The tasks that `crmdb maintain` has met, and what each goes on from.';
COMMENT ON COLUMN {schema}.tasks.known_since IS
    'Since when its schedule counts: what would have been due before is not made up for.';
COMMENT ON COLUMN {schema}.tasks.settled_until IS
    'Up to here, each time of the schedule was run, or is missed for good.';
COMMENT ON COLUMN {schema}.tasks.memory IS
    'What the next run goes on from: where a delete has stopped, when a view was refreshed.';

CREATE TABLE {schema}.task_runs (
    id            bigint      GENERATED ALWAYS AS IDENTITY,
    task          text        NOT NULL,
    kind          text        NOT NULL,
    scheduled_for timestamptz,
    attempt       integer     NOT NULL,
    outcome       text        NOT NULL DEFAULT 'running',
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at      timestamptz,
    row_count     bigint,
    batches       bigint,
    reason        text,
    db_user       text        NOT NULL DEFAULT session_user,
    os_user       text,
    host          text,
    crmdb_version text        NOT NULL,

    CONSTRAINT task_runs_pkey PRIMARY KEY (id),
    CONSTRAINT task_runs_task_fkey FOREIGN KEY (task)
        REFERENCES {schema}.tasks (name) ON DELETE CASCADE,
    CONSTRAINT task_runs_task_scheduled_for_attempt_key UNIQUE (task, scheduled_for, attempt),
    CONSTRAINT task_runs_outcome_check CHECK (
        outcome IN ('running', 'done', 'failed', 'timed out', 'stopped', 'skipped', 'lost')
    ),
    CONSTRAINT task_runs_ended_check CHECK ((outcome = 'running') = (ended_at IS NULL))
);

CREATE INDEX task_runs_task_started_at_idx ON {schema}.task_runs (task, started_at DESC);

COMMENT ON TABLE {schema}.task_runs IS
    'The runs of maintenance tasks; `crmdb maintain history` shows them.';
COMMENT ON COLUMN {schema}.task_runs.scheduled_for IS
    'The time of the schedule that the run is for; absent where the task was asked for by name.';
COMMENT ON COLUMN {schema}.task_runs.outcome IS
    'stopped: it gave way before its end, and the next run goes on; lost: its runner died.';
COMMENT ON COLUMN {schema}.task_runs.reason IS
    'Why it failed, was stopped or skipped.';

INSERT INTO {schema}.ledger_version (version) VALUES (5);
