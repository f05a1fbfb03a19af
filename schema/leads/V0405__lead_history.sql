-- leads: what was changed in a lead, and its statuses, scores and users over time.
--
-- Needs: utilities V0102 (uuid_generate_v4); V0402.
-- Locks: SHARE ROW EXCLUSIVE on leads.leads, for the foreign keys.
--
-- V0406 writes these tables, nobody else needs to: applications read them. Times are those of
-- the clock: two changes of one transaction keep their order. Users are named without a foreign
-- key: the history outlives them.

CREATE TABLE leads.lead_audit_log (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    field_name      text        NOT NULL,
    old_value       text,
    new_value       text,
    changed_by      uuid,
    changed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT lead_audit_log_pkey PRIMARY KEY (id),
    CONSTRAINT lead_audit_log_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.lead_audit_log IS
    'Each change of a column of a lead. Goes with the lead.';
COMMENT ON COLUMN leads.lead_audit_log.old_value IS
    'As text, arrays and objects as JSON; NULL for NULL.';
COMMENT ON COLUMN leads.lead_audit_log.changed_by IS
    'The user the session worked for (app.current_user_id); NULL without.';

CREATE TABLE leads.lead_status_history (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    from_status     varchar(20),
    to_status       varchar(20) NOT NULL,
    trigger_type    varchar(50) NOT NULL DEFAULT 'manual',
    changed_by      uuid,
    changed_at      timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT lead_status_history_pkey PRIMARY KEY (id),
    CONSTRAINT lead_status_history_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.lead_status_history IS
    'Each status that a lead came to, from its first one on. Goes with the lead.';
COMMENT ON COLUMN leads.lead_status_history.from_status IS
    'The status before; NULL for the first one.';
COMMENT ON COLUMN leads.lead_status_history.trigger_type IS
    'What brought it about: app.trigger_type where it is set (import, automation, …), else '
    'manual for a user and system for nobody.';
COMMENT ON COLUMN leads.lead_status_history.changed_by IS
    'The user the session worked for (app.current_user_id); NULL without.';

CREATE TABLE leads.lead_score_history (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    score           integer,
    factors         jsonb,
    calculated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT lead_score_history_pkey PRIMARY KEY (id),
    CONSTRAINT lead_score_history_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_score_history_score_check CHECK (score >= 0 AND score <= 100)
);

COMMENT ON TABLE leads.lead_score_history IS
    'Each score of a lead with what it was made of. Goes with the lead.';
COMMENT ON COLUMN leads.lead_score_history.score IS
    'The score from then on; NULL where it was taken away.';

CREATE TABLE leads.lead_assignments (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid        NOT NULL,
    organization_id uuid        NOT NULL,
    from_user_id    uuid,
    to_user_id      uuid,
    strategy        varchar(50) NOT NULL DEFAULT 'manual',
    assigned_by     uuid,
    assigned_at     timestamptz NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT lead_assignments_pkey PRIMARY KEY (id),
    CONSTRAINT lead_assignments_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.lead_assignments IS
    'Who worked on a lead, from its first user on. Goes with the lead.';
COMMENT ON COLUMN leads.lead_assignments.from_user_id IS
    'Who had it before; NULL for nobody.';
COMMENT ON COLUMN leads.lead_assignments.to_user_id IS
    'Who has it from then on; NULL for nobody.';
COMMENT ON COLUMN leads.lead_assignments.strategy IS
    'How the user was chosen: app.assignment_strategy where it is set (round_robin, …), else '
    'manual.';
COMMENT ON COLUMN leads.lead_assignments.assigned_by IS
    'The user the session worked for (app.current_user_id); NULL without.';

CREATE INDEX lead_audit_log_lead_id_changed_at_idx
    ON leads.lead_audit_log (lead_id, changed_at DESC);
CREATE INDEX lead_status_history_lead_id_changed_at_idx
    ON leads.lead_status_history (lead_id, changed_at DESC);
CREATE INDEX lead_score_history_lead_id_calculated_at_idx
    ON leads.lead_score_history (lead_id, calculated_at DESC);
CREATE INDEX lead_assignments_lead_id_assigned_at_idx
    ON leads.lead_assignments (lead_id, assigned_at DESC);

-- What an organization did in a time: its log, its funnel, its assignments.
CREATE INDEX lead_audit_log_organization_id_changed_at_idx
    ON leads.lead_audit_log (organization_id, changed_at);
CREATE INDEX lead_status_history_organization_id_changed_at_idx
    ON leads.lead_status_history (organization_id, changed_at);
CREATE INDEX lead_score_history_organization_id_calculated_at_idx
    ON leads.lead_score_history (organization_id, calculated_at);
CREATE INDEX lead_assignments_organization_id_assigned_at_idx
    ON leads.lead_assignments (organization_id, assigned_at);

ALTER TABLE leads.lead_audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.lead_status_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.lead_score_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.lead_assignments ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_audit_log_tenant_policy ON leads.lead_audit_log
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY lead_status_history_tenant_policy ON leads.lead_status_history
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY lead_score_history_tenant_policy ON leads.lead_score_history
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY lead_assignments_tenant_policy ON leads.lead_assignments
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT ON
    leads.lead_audit_log,
    leads.lead_status_history,
    leads.lead_score_history,
    leads.lead_assignments
TO crm_app, crm_readonly;
