-- dialer: notifications, and what a user wants to be told.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, V1001 (schema).
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign keys.

CREATE TABLE dialer.notifications (
    id         uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id    uuid         NOT NULL,
    type       varchar(50)  NOT NULL,
    title      varchar(255) NOT NULL,
    message    text         NOT NULL,
    link       varchar(500),
    is_read    boolean      NOT NULL DEFAULT false,
    metadata   jsonb        DEFAULT '{}',
    created_at timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT notifications_pkey PRIMARY KEY (id),
    CONSTRAINT notifications_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.notifications IS
    'What a user is told inside the application.';
COMMENT ON COLUMN dialer.notifications.type IS
    'What it is about: meeting_booked, call_completed, or what else the application knows.';
COMMENT ON COLUMN dialer.notifications.link IS
    'Where it leads to.';

CREATE INDEX idx_notifications_user_read ON dialer.notifications (user_id, is_read);
CREATE INDEX idx_notifications_user_created ON dialer.notifications (user_id, created_at DESC);
CREATE INDEX notifications_metadata_idx
    ON dialer.notifications USING gin (metadata jsonb_path_ops);

CREATE TABLE dialer.notification_preferences (
    id                   uuid    NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id              uuid    NOT NULL,
    email_enabled        boolean NOT NULL DEFAULT true,
    in_app_enabled       boolean NOT NULL DEFAULT true,
    meeting_booked_email boolean NOT NULL DEFAULT true,
    call_completed_email boolean NOT NULL DEFAULT false,
    daily_summary_email  boolean NOT NULL DEFAULT true,

    CONSTRAINT notification_preferences_pkey PRIMARY KEY (id),
    CONSTRAINT notification_preferences_user_id_key UNIQUE (user_id),
    CONSTRAINT notification_preferences_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.notification_preferences IS
    'How a user wants to be told, and of what. Without a row the defaults hold.';

ALTER TABLE dialer.notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialer.notification_preferences ENABLE ROW LEVEL SECURITY;

CREATE POLICY notifications_tenant_policy ON dialer.notifications
    USING (user_id = (SELECT users.current_user_id()));
CREATE POLICY notification_preferences_tenant_policy ON dialer.notification_preferences
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE
    ON dialer.notifications, dialer.notification_preferences TO crm_app;
GRANT SELECT ON dialer.notifications, dialer.notification_preferences TO crm_readonly;
