-- pipeline: what a position may become, whoever writes it, and the history of it.
--
-- Needs: users V0303, V0702.
-- Locks: SHARE ROW EXCLUSIVE on pipeline.lead_positions and pipeline.stages, for the triggers.
--
-- A mover holds the row of the position from before the check to the commit: of two at once, the
-- second is checked against the stage where the first has put the lead.

CREATE FUNCTION pipeline.check_position()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    stage record;
    current_name text;
    allowed text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT s.id, s.is_terminal, p.name AS pipeline_name, p.is_active INTO stage
        FROM pipeline.stages AS s
        JOIN pipeline.pipelines AS p ON p.id = s.pipeline_id
        WHERE s.pipeline_id = NEW.pipeline_id AND s.organization_id = NEW.organization_id
        ORDER BY s.position
        LIMIT 1
        FOR SHARE OF s;

        IF NOT FOUND OR stage.is_terminal THEN
            RAISE EXCEPTION 'pipeline "%" has no stage to enter at', NEW.pipeline_id
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Its first stage must be there, and not terminal.';
        ELSIF NOT stage.is_active THEN
            RAISE EXCEPTION 'pipeline "%" takes no leads', stage.pipeline_name
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      HINT = 'Set its is_active, or choose another.';
        ELSIF NEW.stage_id <> stage.id THEN
            RAISE EXCEPTION 'a lead enters pipeline "%" at its first stage', NEW.pipeline_id
                USING ERRCODE = 'check_violation',
                      HINT = 'Leave stage_id out, then move the lead.';
        END IF;
        NEW.stage_id := stage.id;
        NEW.stage_entered_at := NEW.entered_at;
        NEW.closed_at := NULL;
        RETURN NEW;
    ELSIF NEW.stage_id = OLD.stage_id THEN
        RETURN NEW;
    ELSIF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'lead "%" has left pipeline "%"', OLD.lead_id, OLD.pipeline_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'It may enter again: pipeline.enter_pipeline().';
    END IF;

    SELECT s.is_terminal INTO stage
    FROM pipeline.stages AS s
    JOIN pipeline.transitions AS t ON t.to_stage_id = s.id
    WHERE t.pipeline_id = OLD.pipeline_id
        AND t.from_stage_id = OLD.stage_id
        AND t.to_stage_id = NEW.stage_id
    FOR SHARE OF s;

    IF NOT FOUND THEN
        SELECT s.name INTO current_name FROM pipeline.stages AS s WHERE s.id = OLD.stage_id;
        SELECT string_agg(format('"%s"', s.name), ', ' ORDER BY s.position) INTO allowed
        FROM pipeline.transitions AS t
        JOIN pipeline.stages AS s ON s.id = t.to_stage_id
        WHERE t.pipeline_id = OLD.pipeline_id AND t.from_stage_id = OLD.stage_id;

        RAISE EXCEPTION 'a lead may not move from stage "%" to "%"',
            current_name,
            coalesce(
                (SELECT s.name FROM pipeline.stages AS s WHERE s.id = NEW.stage_id),
                NEW.stage_id::text
            )
            USING ERRCODE = 'check_violation',
                  HINT = CASE
                      WHEN allowed IS NULL THEN 'No move from there is in pipeline.transitions.'
                      ELSE format('Allowed: %s.', allowed)
                  END;
    END IF;

    -- Not now(): that is when the transaction began, maybe before the last move.
    NEW.stage_entered_at := greatest(clock_timestamp(), OLD.stage_entered_at);
    IF stage.is_terminal THEN
        NEW.closed_at := NEW.stage_entered_at;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION pipeline.check_position() IS
    'Trigger: a lead enters an active pipeline, at the first stage, and makes only the moves in '
    'pipeline.transitions; at a terminal stage its position is closed.';

-- SECURITY DEFINER: nobody else writes the history. It repeats a row that the writer was allowed.
CREATE FUNCTION pipeline.record_move()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    from_stage_id uuid;
    time_in_stage interval;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.stage_id = OLD.stage_id THEN
            RETURN NULL;
        END IF;
        from_stage_id := OLD.stage_id;
        time_in_stage := NEW.stage_entered_at - OLD.stage_entered_at;
    END IF;

    INSERT INTO pipeline.lead_moves (
        organization_id, pipeline_id, position_id, from_stage_id, to_stage_id, moved_at,
        time_in_stage, moved_by, note
    )
    VALUES (
        NEW.organization_id,
        NEW.pipeline_id,
        NEW.id,
        from_stage_id,
        NEW.stage_id,
        NEW.stage_entered_at,
        time_in_stage,
        -- The setting may name a user of no organization, or one that is gone.
        (
            SELECT u.id
            FROM users.users AS u
            WHERE u.id = (SELECT users.current_user_id())
                AND u.organization_id = NEW.organization_id
        ),
        NEW.note
    );
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION pipeline.record_move() IS
    'Trigger: writes each entry and each move of a lead into pipeline.lead_moves.';

CREATE FUNCTION pipeline.check_stage_change()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Who moves a lead here holds the stage in share mode: none comes in between.
    IF EXISTS (
        SELECT
        FROM pipeline.lead_positions AS p
        WHERE p.stage_id = OLD.id
    ) THEN
        RAISE EXCEPTION 'stage "%" has leads in it and cannot change whether it is terminal',
            OLD.name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Make a new stage, and let the leads move there.';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION pipeline.check_stage_change() IS
    'Trigger: a stage with leads in it stays terminal, or stays not.';

REVOKE ALL ON FUNCTION
    pipeline.check_position(),
    pipeline.record_move(),
    pipeline.check_stage_change()
FROM PUBLIC;

CREATE TRIGGER check_position
    BEFORE INSERT OR UPDATE OF stage_id ON pipeline.lead_positions
    FOR EACH ROW EXECUTE FUNCTION pipeline.check_position();

CREATE TRIGGER record_move
    AFTER INSERT OR UPDATE OF stage_id ON pipeline.lead_positions
    FOR EACH ROW EXECUTE FUNCTION pipeline.record_move();

CREATE TRIGGER check_stage_change
    BEFORE UPDATE OF is_terminal ON pipeline.stages
    FOR EACH ROW WHEN (NEW.is_terminal <> OLD.is_terminal)
    EXECUTE FUNCTION pipeline.check_stage_change();
