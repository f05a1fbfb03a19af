-- pipeline: the schema; pipelines, their ordered stages, and the moves that are allowed.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0302.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE SCHEMA pipeline;

COMMENT ON SCHEMA pipeline IS
    'Pipelines with ordered stages, and how leads move through them.';

GRANT USAGE ON SCHEMA pipeline TO crm_app, crm_readonly;

CREATE TABLE pipeline.pipelines (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(100) NOT NULL,
    description     text,
    is_active       boolean      NOT NULL DEFAULT true,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT pipelines_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT pipelines_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT pipelines_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT pipelines_name_not_blank_check CHECK (btrim(name) <> '')
);

COMMENT ON TABLE pipeline.pipelines IS
    'A way that leads go, stage by stage; each organization has its own.';
COMMENT ON COLUMN pipeline.pipelines.is_active IS
    'Whether leads may enter. Those in it go on.';

CREATE UNIQUE INDEX pipelines_organization_id_name_key
    ON pipeline.pipelines (organization_id, lower(name));

CREATE TRIGGER update_pipelines_updated_at
    BEFORE UPDATE ON pipeline.pipelines
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE pipeline.stages (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    pipeline_id     uuid         NOT NULL,
    name            varchar(100) NOT NULL,
    position        integer      NOT NULL,
    is_terminal     boolean      NOT NULL DEFAULT false,
    is_won          boolean      NOT NULL DEFAULT false,
    is_lost         boolean      NOT NULL DEFAULT false,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT stages_pkey PRIMARY KEY (id),
    -- For foreign keys that also say to which pipeline and organization the stage belongs.
    CONSTRAINT stages_id_pipeline_id_organization_id_key
        UNIQUE (id, pipeline_id, organization_id),
    -- Deferrable: one statement may move several stages, and several may in one transaction.
    -- With the organization: another's row cannot be run into, and so not be found out.
    CONSTRAINT stages_pipeline_id_organization_id_position_key
        UNIQUE (pipeline_id, organization_id, position) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT stages_pipeline_id_organization_id_fkey FOREIGN KEY (pipeline_id, organization_id)
        REFERENCES pipeline.pipelines (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT stages_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT stages_position_positive_check CHECK (position > 0),
    CONSTRAINT stages_won_or_lost_check CHECK (NOT (is_won AND is_lost)),
    CONSTRAINT stages_outcome_terminal_check CHECK (is_terminal OR NOT (is_won OR is_lost))
);

COMMENT ON TABLE pipeline.stages IS
    'The steps of a pipeline, in the order of their position. A lead enters at the first one.';
COMMENT ON COLUMN pipeline.stages.is_terminal IS
    'Whether a lead that comes here has left the pipeline.';
COMMENT ON COLUMN pipeline.stages.is_won IS
    'Whether the pipeline has reached its aim with a lead that comes here.';
COMMENT ON COLUMN pipeline.stages.is_lost IS
    'Whether the pipeline has failed with a lead that comes here.';

CREATE UNIQUE INDEX stages_pipeline_id_organization_id_name_key
    ON pipeline.stages (pipeline_id, organization_id, lower(name));

CREATE TRIGGER update_stages_updated_at
    BEFORE UPDATE ON pipeline.stages
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE pipeline.transitions (
    organization_id uuid        NOT NULL DEFAULT users.current_organization_id(),
    pipeline_id     uuid        NOT NULL,
    from_stage_id   uuid        NOT NULL,
    to_stage_id     uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT transitions_pkey
        PRIMARY KEY (pipeline_id, from_stage_id, to_stage_id, organization_id),
    CONSTRAINT transitions_from_stage_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (from_stage_id, pipeline_id, organization_id)
        REFERENCES pipeline.stages (id, pipeline_id, organization_id) ON DELETE CASCADE,
    CONSTRAINT transitions_to_stage_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (to_stage_id, pipeline_id, organization_id)
        REFERENCES pipeline.stages (id, pipeline_id, organization_id) ON DELETE CASCADE,
    CONSTRAINT transitions_two_stages_check CHECK (from_stage_id <> to_stage_id)
);

COMMENT ON TABLE pipeline.transitions IS
    'The moves that are allowed, within one pipeline; what is not here is refused. Out of a '
    'terminal stage there is no move, even if it stands here.';

ALTER TABLE pipeline.pipelines ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipeline.stages ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipeline.transitions ENABLE ROW LEVEL SECURITY;

CREATE POLICY pipelines_tenant_policy ON pipeline.pipelines
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY stages_tenant_policy ON pipeline.stages
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY transitions_tenant_policy ON pipeline.transitions
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE
    ON pipeline.pipelines, pipeline.stages, pipeline.transitions TO crm_app;
GRANT SELECT ON pipeline.pipelines, pipeline.stages, pipeline.transitions TO crm_readonly;
