-- pipeline: how many leads are in each stage, came to it, and how long they stay.
--
-- Needs: leads (leads); V0702.

-- security_invoker: the reader's own rights and row policies apply.
CREATE OR REPLACE VIEW pipeline.funnel
    WITH (security_invoker = true) AS
SELECT
    s.organization_id,
    s.pipeline_id,
    p.name AS pipeline_name,
    s.id AS stage_id,
    s.name AS stage_name,
    s.position,
    s.is_terminal,
    s.is_won,
    s.is_lost,
    here.lead_count,
    came.entry_count,
    round(
        came.entry_count
            / nullif(sum(here.position_count) OVER (PARTITION BY s.pipeline_id), 0),
        4
    ) AS entry_rate,
    gone.average_time_in_stage
FROM pipeline.stages AS s
JOIN pipeline.pipelines AS p ON p.id = s.pipeline_id
CROSS JOIN LATERAL (
    SELECT count(d.id) AS lead_count, count(*) AS position_count
    FROM pipeline.lead_positions AS l
    LEFT JOIN leads.leads AS d ON d.id = l.lead_id AND d.deleted_at IS NULL
    WHERE l.stage_id = s.id
) AS here
CROSS JOIN LATERAL (
    -- One that goes back and forth has come to a stage once.
    SELECT count(DISTINCT m.position_id) AS entry_count
    FROM pipeline.lead_moves AS m
    WHERE m.to_stage_id = s.id
) AS came
CROSS JOIN LATERAL (
    SELECT avg(m.time_in_stage) AS average_time_in_stage
    FROM pipeline.lead_moves AS m
    WHERE m.from_stage_id = s.id
) AS gone;

COMMENT ON VIEW pipeline.funnel IS
    'Each stage of each pipeline, with the leads in it and those that have come through.';
COMMENT ON COLUMN pipeline.funnel.lead_count IS
    'Leads that are in the stage; in a terminal one, that have ended there. Not those put away.';
COMMENT ON COLUMN pipeline.funnel.entry_count IS
    'Passes through the pipeline that have come to the stage, however often.';
COMMENT ON COLUMN pipeline.funnel.entry_rate IS
    'Their share of all passes, from 0 to 1; NULL while no lead has entered.';
COMMENT ON COLUMN pipeline.funnel.average_time_in_stage IS
    'Of those that have left it; NULL while none has.';

GRANT SELECT ON pipeline.funnel TO crm_app, crm_readonly;
