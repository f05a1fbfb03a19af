-- pipeline: where a lead stands in a pipeline, and every move it has made.
--
-- Needs: utilities V0102 (uuid_generate_v4), users V0303, leads (leads), V0701.
-- Locks: SHARE ROW EXCLUSIVE on leads.leads, users.users and pipeline.stages, for the foreign keys.

CREATE TABLE pipeline.lead_positions (
    id               uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id  uuid        NOT NULL DEFAULT users.current_organization_id(),
    lead_id          uuid        NOT NULL,
    pipeline_id      uuid        NOT NULL,
    stage_id         uuid        NOT NULL,
    entered_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    stage_entered_at timestamptz NOT NULL,
    closed_at        timestamptz,
    note             text,

    CONSTRAINT lead_positions_pkey PRIMARY KEY (id),
    CONSTRAINT lead_positions_id_pipeline_id_organization_id_key
        UNIQUE (id, pipeline_id, organization_id),
    CONSTRAINT lead_positions_lead_id_organization_id_fkey FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_positions_stage_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (stage_id, pipeline_id, organization_id)
        REFERENCES pipeline.stages (id, pipeline_id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT lead_positions_times_order_check
        CHECK (stage_entered_at >= entered_at AND closed_at >= stage_entered_at)
);

COMMENT ON TABLE pipeline.lead_positions IS
    'Where a lead stands in a pipeline: one open row for each, and those of earlier passes. '
    'Whatever writes here, triggers allow the first stage and the moves in transitions only.';
COMMENT ON COLUMN pipeline.lead_positions.stage_id IS
    'Not needed when a lead enters: it is the first stage.';
COMMENT ON COLUMN pipeline.lead_positions.closed_at IS
    'When it reached a terminal stage; NULL while it is on its way.';
COMMENT ON COLUMN pipeline.lead_positions.note IS
    'Why it is in this stage; goes into the history with the move.';

CREATE UNIQUE INDEX lead_positions_lead_id_pipeline_id_open_key
    ON pipeline.lead_positions (lead_id, pipeline_id)
    WHERE closed_at IS NULL;
-- The key above covers open rows only; the foreign key needs them all.
CREATE INDEX lead_positions_lead_id_idx ON pipeline.lead_positions (lead_id);
-- Not led by the organization: while the table has no statistics yet, the check of the foreign
-- key of lead_moves would take that index, and read all positions of the organization each time.
CREATE INDEX lead_positions_stage_id_pipeline_id_idx
    ON pipeline.lead_positions (stage_id, pipeline_id);

CREATE TABLE pipeline.lead_moves (
    id              bigint      GENERATED ALWAYS AS IDENTITY,
    organization_id uuid        NOT NULL,
    pipeline_id     uuid        NOT NULL,
    position_id     uuid        NOT NULL,
    from_stage_id   uuid,
    to_stage_id     uuid        NOT NULL,
    moved_at        timestamptz NOT NULL,
    time_in_stage   interval,
    moved_by        uuid,
    note            text,

    CONSTRAINT lead_moves_pkey PRIMARY KEY (id),
    CONSTRAINT lead_moves_position_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (position_id, pipeline_id, organization_id)
        REFERENCES pipeline.lead_positions (id, pipeline_id, organization_id) ON DELETE CASCADE,
    CONSTRAINT lead_moves_from_stage_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (from_stage_id, pipeline_id, organization_id)
        REFERENCES pipeline.stages (id, pipeline_id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT lead_moves_to_stage_id_pipeline_id_organization_id_fkey
        FOREIGN KEY (to_stage_id, pipeline_id, organization_id)
        REFERENCES pipeline.stages (id, pipeline_id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT lead_moves_moved_by_organization_id_fkey FOREIGN KEY (moved_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (moved_by),
    CONSTRAINT lead_moves_entry_check CHECK ((from_stage_id IS NULL) = (time_in_stage IS NULL))
);

COMMENT ON TABLE pipeline.lead_moves IS
    'Every move of a lead, in the order of the id. Written by trigger alone.';
COMMENT ON COLUMN pipeline.lead_moves.from_stage_id IS
    'NULL: the lead entered the pipeline.';
COMMENT ON COLUMN pipeline.lead_moves.time_in_stage IS
    'How long the lead had been in the stage that it left.';
COMMENT ON COLUMN pipeline.lead_moves.moved_by IS
    'The user whom the session had set; NULL without one, or when the user is gone.';

CREATE INDEX lead_moves_position_id_pipeline_id_idx
    ON pipeline.lead_moves (position_id, pipeline_id);
CREATE INDEX lead_moves_from_stage_id_pipeline_id_idx
    ON pipeline.lead_moves (from_stage_id, pipeline_id);
CREATE INDEX lead_moves_to_stage_id_pipeline_id_idx
    ON pipeline.lead_moves (to_stage_id, pipeline_id);
CREATE INDEX lead_moves_moved_by_idx ON pipeline.lead_moves (moved_by);

ALTER TABLE pipeline.lead_positions ENABLE ROW LEVEL SECURITY;
ALTER TABLE pipeline.lead_moves ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_positions_tenant_policy ON pipeline.lead_positions
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY lead_moves_tenant_policy ON pipeline.lead_moves
    USING (organization_id = (SELECT users.current_organization_id()));

-- No times: they are what the history says.
GRANT SELECT,
    INSERT (organization_id, lead_id, pipeline_id, note),
    UPDATE (stage_id, note)
ON pipeline.lead_positions TO crm_app;
GRANT SELECT ON pipeline.lead_moves TO crm_app;
GRANT SELECT ON pipeline.lead_positions, pipeline.lead_moves TO crm_readonly;
