-- users: refresh tokens, stored as hashes.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0303.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE TABLE users.refresh_tokens (
    id         uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id    uuid        NOT NULL,
    family_id  uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    token_hash bytea       NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    revoked_at timestamptz,
    ip_address inet,
    user_agent text,
    created_at timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT refresh_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT refresh_tokens_token_hash_key UNIQUE (token_hash),
    CONSTRAINT refresh_tokens_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT refresh_tokens_token_hash_sha256_check CHECK (octet_length(token_hash) = 32),
    CONSTRAINT refresh_tokens_expires_at_after_creation_check CHECK (expires_at > created_at)
);

COMMENT ON TABLE users.refresh_tokens IS
    'Tokens that renew a login once. Used ones stay until they expire: one that is presented a '
    'second time was stolen, and its whole family is revoked.';
COMMENT ON COLUMN users.refresh_tokens.family_id IS
    'The login that the token descends from.';
COMMENT ON COLUMN users.refresh_tokens.token_hash IS
    'SHA-256 of the token. The token itself is nowhere in the database.';
COMMENT ON COLUMN users.refresh_tokens.used_at IS
    'When it was exchanged for its successor; NULL while it has not been.';
COMMENT ON COLUMN users.refresh_tokens.revoked_at IS
    'When it was withdrawn: log-out, or theft; NULL while it has not been.';

CREATE INDEX refresh_tokens_user_id_idx ON users.refresh_tokens (user_id);
CREATE INDEX refresh_tokens_family_id_idx ON users.refresh_tokens (family_id);
CREATE INDEX refresh_tokens_expires_at_idx ON users.refresh_tokens (expires_at);

ALTER TABLE users.refresh_tokens ENABLE ROW LEVEL SECURITY;

-- The policy on users applies to the subquery: who sees the user sees its tokens.
CREATE POLICY refresh_tokens_tenant_policy ON users.refresh_tokens
    USING (EXISTS (SELECT FROM users.users AS u WHERE u.id = refresh_tokens.user_id));

GRANT SELECT (
    id, user_id, family_id, expires_at, used_at, revoked_at, ip_address, user_agent, created_at
) ON users.refresh_tokens TO crm_app, crm_readonly;
GRANT INSERT, UPDATE (revoked_at), DELETE ON users.refresh_tokens TO crm_app;
