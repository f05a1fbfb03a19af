-- pipeline: puts a lead into a pipeline, and moves it.
--
-- Needs: leads (leads); V0703.
--
-- Both run with the rights of the caller: what another organization has is not there.

CREATE OR REPLACE FUNCTION pipeline.enter_pipeline(
    lead_id uuid,
    pipeline_id uuid,
    note text DEFAULT NULL
)
    RETURNS uuid
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    entered record;
    position_id uuid;
BEGIN
    SELECT p.organization_id, p.name INTO entered
    FROM pipeline.pipelines AS p
    WHERE p.id = enter_pipeline.pipeline_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'pipeline "%" does not exist',
            coalesce(enter_pipeline.pipeline_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'SELECT id, name FROM pipeline.pipelines shows those that do.';
    END IF;

    PERFORM
    FROM leads.leads AS l
    WHERE l.id = enter_pipeline.lead_id
        AND l.organization_id = entered.organization_id
        AND l.deleted_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'lead "%" does not exist', coalesce(enter_pipeline.lead_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'Give a lead of the organization of the pipeline that is not deleted.';
    END IF;

    INSERT INTO pipeline.lead_positions (organization_id, lead_id, pipeline_id, note)
    VALUES (
        entered.organization_id,
        enter_pipeline.lead_id,
        enter_pipeline.pipeline_id,
        enter_pipeline.note
    )
    ON CONFLICT (lead_id, pipeline_id) WHERE closed_at IS NULL DO NOTHING
    RETURNING id INTO position_id;

    IF position_id IS NULL THEN
        RAISE EXCEPTION 'lead "%" is in pipeline "%" already',
            enter_pipeline.lead_id, entered.name
            USING ERRCODE = 'unique_violation',
                  HINT = 'Move it: pipeline.move_lead().';
    END IF;
    RETURN position_id;
END;
$$;

COMMENT ON FUNCTION pipeline.enter_pipeline(uuid, uuid, text) IS
    'Puts a lead into a pipeline, at its first stage; returns the id of the position. A lead '
    'that has come to a terminal stage may enter again.';

CREATE OR REPLACE FUNCTION pipeline.move_lead(
    lead_id uuid,
    pipeline_id uuid,
    to_stage_id uuid,
    note text DEFAULT NULL,
    from_stage_id uuid DEFAULT NULL
)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held record;
BEGIN
    SELECT p.id, p.stage_id INTO held
    FROM pipeline.lead_positions AS p
    WHERE p.lead_id = move_lead.lead_id
        AND p.pipeline_id = move_lead.pipeline_id
        AND p.closed_at IS NULL
    FOR NO KEY UPDATE;

    IF NOT FOUND THEN
        RAISE EXCEPTION 'lead "%" is not in pipeline "%"',
            coalesce(lead_id::text, 'NULL'), coalesce(pipeline_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'Let it enter first: pipeline.enter_pipeline().';
    ELSIF held.stage_id <> from_stage_id OR held.stage_id = to_stage_id THEN
        RAISE EXCEPTION 'lead "%" is in stage "%"',
            lead_id, (SELECT s.name FROM pipeline.stages AS s WHERE s.id = held.stage_id)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Somebody else has moved it; look again and decide anew.';
    ELSIF to_stage_id IS NULL THEN
        RAISE EXCEPTION 'no stage to move lead "%" to', lead_id
            USING ERRCODE = 'null_value_not_allowed';
    END IF;

    UPDATE pipeline.lead_positions AS p
    SET stage_id = to_stage_id, note = move_lead.note
    WHERE p.id = held.id;
END;
$$;

COMMENT ON FUNCTION pipeline.move_lead(uuid, uuid, uuid, text, uuid) IS
    'Moves a lead to another stage of the pipeline that it is in, if pipeline.transitions allows '
    'it. With from_stage_id, only if it still is there: of two who decide at once, one moves it.';

REVOKE ALL ON FUNCTION
    pipeline.enter_pipeline(uuid, uuid, text),
    pipeline.move_lead(uuid, uuid, uuid, text, uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    pipeline.enter_pipeline(uuid, uuid, text),
    pipeline.move_lead(uuid, uuid, uuid, text, uuid)
TO crm_app;
