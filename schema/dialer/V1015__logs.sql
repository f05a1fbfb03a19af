-- dialer: what administrators did, and which requests failed.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, V1013 (is_super_admin).
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign keys.

CREATE TABLE dialer.admin_audit_log (
    id             uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    admin_user_id  uuid         NOT NULL,
    target_user_id uuid,
    action         varchar(100) NOT NULL,
    resource_type  varchar(50)  NOT NULL,
    resource_id    varchar(255),
    details        jsonb        NOT NULL DEFAULT '{}',
    ip_address     inet,
    user_agent     text,
    created_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT admin_audit_log_pkey PRIMARY KEY (id),
    CONSTRAINT admin_audit_log_admin_user_id_fkey FOREIGN KEY (admin_user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT admin_audit_log_target_user_id_fkey FOREIGN KEY (target_user_id)
        REFERENCES users.users (id) ON DELETE SET NULL
);

COMMENT ON TABLE dialer.admin_audit_log IS
    'What an administrator did. The application adds rows, and cannot change them.';
COMMENT ON COLUMN dialer.admin_audit_log.target_user_id IS
    'The user it was done to, or for.';
COMMENT ON COLUMN dialer.admin_audit_log.resource_id IS
    'Which one of the resource type.';

CREATE INDEX admin_audit_log_admin_user_id_created_at_idx
    ON dialer.admin_audit_log (admin_user_id, created_at DESC);
CREATE INDEX admin_audit_log_target_user_id_created_at_idx
    ON dialer.admin_audit_log (target_user_id, created_at DESC);
CREATE INDEX admin_audit_log_created_at_idx ON dialer.admin_audit_log (created_at);

CREATE TABLE dialer.failure_logs (
    id            uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    endpoint      varchar(500) NOT NULL,
    method        varchar(10)  NOT NULL,
    status_code   integer      NOT NULL,
    error_message text,
    error_stack   text,
    request_body  jsonb,
    response_body jsonb,
    duration_ms   integer      NOT NULL,
    user_id       uuid,
    request_id    varchar(100),
    created_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT failure_logs_pkey PRIMARY KEY (id),
    CONSTRAINT failure_logs_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE SET NULL,
    CONSTRAINT failure_logs_status_code_check CHECK (status_code BETWEEN 400 AND 599)
);

COMMENT ON TABLE dialer.failure_logs IS
    'A request to the API that failed.';
COMMENT ON COLUMN dialer.failure_logs.request_body IS
    'What was sent, without passwords and tokens: the application leaves them out.';
COMMENT ON COLUMN dialer.failure_logs.user_id IS
    'Whose request it was; NULL when that was not known.';

CREATE INDEX failure_logs_user_id_created_at_idx
    ON dialer.failure_logs (user_id, created_at DESC);
CREATE INDEX failure_logs_created_at_idx ON dialer.failure_logs (created_at);

ALTER TABLE dialer.admin_audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialer.failure_logs ENABLE ROW LEVEL SECURITY;

-- What was done in somebody else's name cannot be written, and only super admins read it all.
CREATE POLICY admin_audit_log_tenant_policy ON dialer.admin_audit_log
    USING (
        admin_user_id = (SELECT users.current_user_id())
        OR (SELECT dialer.is_super_admin())
    )
    WITH CHECK (admin_user_id = (SELECT users.current_user_id()));

-- A request may fail before it is known whose it is.
CREATE POLICY failure_logs_tenant_policy ON dialer.failure_logs
    USING (
        user_id = (SELECT users.current_user_id())
        OR (SELECT dialer.is_super_admin())
    )
    WITH CHECK (user_id IS NULL OR user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT ON dialer.admin_audit_log, dialer.failure_logs TO crm_app;
GRANT SELECT ON dialer.admin_audit_log, dialer.failure_logs TO crm_readonly;
