-- dialer: transcripts, apart from the calls because they are long.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, V1001, V1004.
-- Locks: SHARE ROW EXCLUSIVE on users.users, dialer.agents and calls, for the foreign keys.

CREATE TABLE dialer.transcripts (
    id               uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    call_id          uuid         NOT NULL,
    user_id          uuid         NOT NULL,
    agent_id         uuid         NOT NULL,
    transcript_text  text         NOT NULL,
    word_count       integer,
    language         varchar(10)  DEFAULT 'en',
    confidence_score numeric(5,2),
    created_at       timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT transcripts_pkey PRIMARY KEY (id),
    CONSTRAINT transcripts_call_id_key UNIQUE (call_id),
    CONSTRAINT transcripts_call_id_user_id_fkey FOREIGN KEY (call_id, user_id)
        REFERENCES dialer.calls (id, user_id) ON DELETE CASCADE,
    CONSTRAINT transcripts_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT transcripts_agent_id_user_id_fkey FOREIGN KEY (agent_id, user_id)
        REFERENCES dialer.agents (id, user_id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.transcripts IS
    'The whole text of a call.';
COMMENT ON COLUMN dialer.transcripts.confidence_score IS
    'How sure the recogniser was, as it reports it.';

CREATE INDEX transcripts_user_id_created_at_idx
    ON dialer.transcripts (user_id, created_at DESC);
CREATE INDEX transcripts_agent_id_idx ON dialer.transcripts (agent_id);

ALTER TABLE dialer.transcripts ENABLE ROW LEVEL SECURITY;

CREATE POLICY transcripts_tenant_policy ON dialer.transcripts
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.transcripts TO crm_app;
GRANT SELECT ON dialer.transcripts TO crm_readonly;
