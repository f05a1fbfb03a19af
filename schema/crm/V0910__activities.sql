-- crm: activities: tasks, meetings, follow-ups.
--
-- Needs: triggers V0201; users V0303; V0900, V0901, V0908.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts and crm.deals, for
-- the foreign keys.

CREATE TABLE crm.activities (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    contact_id      uuid,
    deal_id         uuid,
    assigned_to     uuid,
    created_by      uuid,
    activity_type   varchar(20)  NOT NULL DEFAULT 'task',
    title           varchar(255) NOT NULL,
    description     text,
    status          varchar(20)  NOT NULL DEFAULT 'pending',
    priority        varchar(10)  NOT NULL DEFAULT 'medium',
    location        varchar(255),
    starts_at       timestamptz,
    ends_at         timestamptz,
    due_at          timestamptz,
    reminder_at     timestamptz,
    completed_at    timestamptz,
    outcome         text,
    metadata        jsonb        NOT NULL DEFAULT '{}',
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    search_vector   tsvector     GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.english', title), 'A')
        || setweight(to_tsvector('pg_catalog.english', coalesce(location, '')), 'B')
        || setweight(
            to_tsvector('pg_catalog.english', left(coalesce(description, ''), 50000)), 'C'
        )
        || setweight(to_tsvector('pg_catalog.english', left(coalesce(outcome, ''), 50000)), 'D')
    ) STORED,

    CONSTRAINT activities_pkey PRIMARY KEY (id),
    CONSTRAINT activities_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT activities_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT activities_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT activities_deal_id_organization_id_fkey FOREIGN KEY (deal_id, organization_id)
        REFERENCES crm.deals (id, organization_id) ON DELETE SET NULL (deal_id),
    CONSTRAINT activities_assigned_to_organization_id_fkey
        FOREIGN KEY (assigned_to, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT activities_created_by_organization_id_fkey
        FOREIGN KEY (created_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (created_by),
    CONSTRAINT activities_activity_type_check CHECK (activity_type IN (
        'task', 'call', 'email', 'message', 'meeting', 'showing', 'follow_up', 'note'
    )),
    CONSTRAINT activities_title_not_blank_check CHECK (btrim(title) <> ''),
    CONSTRAINT activities_status_check CHECK (status IN (
        'pending', 'in_progress', 'overdue', 'completed', 'cancelled'
    )),
    CONSTRAINT activities_priority_check CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT activities_ends_after_start_check CHECK (ends_at > starts_at),
    CONSTRAINT activities_reminder_before_due_check CHECK (reminder_at <= due_at),
    CONSTRAINT activities_completed_at_check
        CHECK ((completed_at IS NOT NULL) = (status = 'completed')),
    CONSTRAINT activities_overdue_has_due_at_check CHECK (status <> 'overdue' OR due_at IS NOT NULL)
);

COMMENT ON TABLE crm.activities IS
    'Something to do, or done, with or without a contact and a deal.';
COMMENT ON COLUMN crm.activities.status IS
    'pending and in_progress become overdue once due_at has passed: by trigger when the row is '
    'written, else by mark_overdue_activities(). overdue becomes pending when due_at is moved to '
    'a later time.';
COMMENT ON COLUMN crm.activities.completed_at IS
    'Set by trigger where it is not given, NULL while it is not completed.';
COMMENT ON COLUMN crm.activities.search_vector IS
    'The words of the activity in their English stems, of description and outcome the first 50,000 '
    'characters; crm.search_activities() looks here.';

CREATE INDEX activities_organization_id_created_at_idx
    ON crm.activities (organization_id, created_at DESC);
CREATE INDEX activities_organization_id_status_due_at_idx
    ON crm.activities (organization_id, status, due_at);
CREATE INDEX activities_organization_id_pending_idx
    ON crm.activities (organization_id, due_at)
    WHERE status IN ('pending', 'in_progress', 'overdue');
CREATE INDEX activities_due_at_pending_idx
    ON crm.activities (due_at) WHERE status IN ('pending', 'in_progress');
CREATE INDEX activities_contact_id_due_at_idx ON crm.activities (contact_id, due_at);
CREATE INDEX activities_deal_id_due_at_idx ON crm.activities (deal_id, due_at);
CREATE INDEX activities_assigned_to_status_due_at_idx
    ON crm.activities (assigned_to, status, due_at);
CREATE INDEX activities_created_by_idx ON crm.activities (created_by);
CREATE INDEX activities_organization_id_search_vector_idx
    ON crm.activities USING gin (organization_id, search_vector);

CREATE TRIGGER update_activities_updated_at
    BEFORE UPDATE ON crm.activities
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.activities ENABLE ROW LEVEL SECURITY;

CREATE POLICY activities_tenant_policy ON crm.activities
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.activities TO crm_app;
GRANT SELECT ON crm.activities TO crm_readonly;
