-- pipeline: the three pipelines that an organization starts with.
--
-- Needs: V0701.

CREATE OR REPLACE FUNCTION pipeline.create_default_pipelines(organization_id uuid)
    RETURNS integer
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    created integer;
BEGIN
    WITH created_pipelines AS (
        INSERT INTO pipeline.pipelines (organization_id, name, description)
        VALUES
            (
                create_default_pipelines.organization_id, 'Pre-Sale',
                'From the first contact to a lead that sales can work with.'
            ),
            (
                create_default_pipelines.organization_id, 'Sales',
                'From a qualified lead to a signed contract.'
            ),
            (
                create_default_pipelines.organization_id, 'QC',
                'Whether a sale is what was promised.'
            )
        -- One that is there stays as it is, whatever has become of it.
        ON CONFLICT (organization_id, lower(name)) DO NOTHING
        RETURNING id, organization_id, name
    ), default_stages (pipeline_name, position, name, outcome) AS (
        VALUES
            ('Pre-Sale', 1, 'New',            NULL),
            ('Pre-Sale', 2, 'Contacted',      NULL),
            ('Pre-Sale', 3, 'Interested',     NULL),
            ('Pre-Sale', 4, 'Qualified',      'won'),
            ('Pre-Sale', 5, 'Not Interested', 'lost'),
            ('Sales',    1, 'Open',           NULL),
            ('Sales',    2, 'Proposal',       NULL),
            ('Sales',    3, 'Negotiation',    NULL),
            ('Sales',    4, 'Won',            'won'),
            ('Sales',    5, 'Lost',           'lost'),
            ('QC',       1, 'Received',       NULL),
            ('QC',       2, 'In Review',      NULL),
            ('QC',       3, 'Correction',     NULL),
            ('QC',       4, 'Approved',       'won'),
            ('QC',       5, 'Rejected',       'lost')
    ), created_stages AS (
        INSERT INTO pipeline.stages (
            organization_id, pipeline_id, name, position, is_terminal, is_won, is_lost
        )
        SELECT
            p.organization_id,
            p.id,
            d.name,
            d.position,
            d.outcome IS NOT NULL,
            d.outcome IS NOT DISTINCT FROM 'won',
            d.outcome IS NOT DISTINCT FROM 'lost'
        FROM created_pipelines AS p
        JOIN default_stages AS d ON d.pipeline_name = p.name
        RETURNING id, pipeline_id, name
    ), default_transitions (pipeline_name, from_name, to_name) AS (
        VALUES
            ('Pre-Sale', 'New',         'Contacted'),
            ('Pre-Sale', 'New',         'Not Interested'),
            ('Pre-Sale', 'Contacted',   'Interested'),
            ('Pre-Sale', 'Contacted',   'Not Interested'),
            ('Pre-Sale', 'Interested',  'Contacted'),
            ('Pre-Sale', 'Interested',  'Qualified'),
            ('Pre-Sale', 'Interested',  'Not Interested'),
            ('Sales',    'Open',        'Proposal'),
            ('Sales',    'Open',        'Lost'),
            ('Sales',    'Proposal',    'Negotiation'),
            ('Sales',    'Proposal',    'Won'),
            ('Sales',    'Proposal',    'Lost'),
            ('Sales',    'Negotiation', 'Proposal'),
            ('Sales',    'Negotiation', 'Won'),
            ('Sales',    'Negotiation', 'Lost'),
            ('QC',       'Received',    'In Review'),
            ('QC',       'In Review',   'Correction'),
            ('QC',       'In Review',   'Approved'),
            ('QC',       'In Review',   'Rejected'),
            ('QC',       'Correction',  'In Review'),
            ('QC',       'Correction',  'Rejected')
    ), created_transitions AS (
        INSERT INTO pipeline.transitions (
            organization_id, pipeline_id, from_stage_id, to_stage_id
        )
        SELECT p.organization_id, p.id, f.id, t.id
        FROM created_pipelines AS p
        JOIN default_transitions AS d ON d.pipeline_name = p.name
        JOIN created_stages AS f ON f.pipeline_id = p.id AND f.name = d.from_name
        JOIN created_stages AS t ON t.pipeline_id = p.id AND t.name = d.to_name
    )
    SELECT count(*) INTO created FROM created_pipelines;
    RETURN created;
END;
$$;

COMMENT ON FUNCTION pipeline.create_default_pipelines(uuid) IS
    'Gives an organization the pipelines Pre-Sale, Sales and QC, with stages and transitions; '
    'returns how many were missing. One of that name that is there is left alone.';

REVOKE ALL ON FUNCTION pipeline.create_default_pipelines(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pipeline.create_default_pipelines(uuid) TO crm_app;
