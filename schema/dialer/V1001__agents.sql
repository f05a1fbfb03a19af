-- dialer: the schema, and the AI agents that call.
--
-- Needs: utilities V0101 (roles), V0102 (uuid_generate_v4); triggers V0201; users V0301, V0303.
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE SCHEMA dialer;

COMMENT ON SCHEMA dialer IS
    'AI dialer: agents, contacts, calls, campaigns, the queue of calls, credits, analytics.';

GRANT USAGE ON SCHEMA dialer TO crm_app, crm_readonly, crm_maintenance;

CREATE TABLE dialer.agents (
    id                 uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id            uuid         NOT NULL,
    bolna_agent_id     varchar(255) NOT NULL,
    name               varchar(255) NOT NULL,
    description        text,
    agent_type         varchar(50)  NOT NULL DEFAULT 'call',
    is_active          boolean      NOT NULL DEFAULT true,
    bolna_webhook_url  text,
    bolna_voice_config jsonb        DEFAULT '{}',
    bolna_llm_config   jsonb        DEFAULT '{}',
    bolna_task_config  jsonb        DEFAULT '{}',
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT agents_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one user.
    CONSTRAINT agents_id_user_id_key UNIQUE (id, user_id),
    -- The two documented indexes are those of the two documented keys.
    CONSTRAINT idx_agents_bolna_agent_id UNIQUE (bolna_agent_id),
    CONSTRAINT idx_agents_user_bolna UNIQUE (user_id, bolna_agent_id),
    CONSTRAINT agents_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT agents_agent_type_check CHECK (agent_type IN ('call', 'chat'))
);

COMMENT ON TABLE dialer.agents IS
    'An AI agent at Bolna.ai, as a user has configured it.';
COMMENT ON COLUMN dialer.agents.bolna_agent_id IS
    'The agent''s id at Bolna.ai.';
COMMENT ON COLUMN dialer.agents.bolna_webhook_url IS
    'Where Bolna.ai reports what becomes of a call.';
COMMENT ON COLUMN dialer.agents.bolna_voice_config IS
    'The voice, as Bolna.ai defines it; likewise the language model and the tasks.';

CREATE TRIGGER update_agents_updated_at
    BEFORE UPDATE ON dialer.agents
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.agents ENABLE ROW LEVEL SECURITY;

CREATE POLICY agents_tenant_policy ON dialer.agents
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.agents TO crm_app;
GRANT SELECT ON dialer.agents TO crm_readonly;
