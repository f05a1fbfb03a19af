-- leads: the funnel of an organization, and what the leads of a user cost by source.
--
-- Needs: V0401, V0402, V0405, V0409.

CREATE OR REPLACE FUNCTION leads.calculate_funnel_conversion(
    organization uuid,
    since timestamptz DEFAULT now() - interval '30 days',
    until timestamptz DEFAULT 'infinity'
)
    RETURNS TABLE (
        to_status varchar,
        count bigint,
        prev_count bigint,
        conversion_rate double precision
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
    WITH documented (status, stage_order) AS (
        VALUES
            ('new', 1), ('contacted', 2), ('qualified', 3), ('nurturing', 4), ('hot', 5),
            ('recruited', 6), ('cold', NULL), ('dnc', NULL)
    ), stages AS (
        SELECT d.status, CASE WHEN s.status IS NULL THEN d.stage_order ELSE s.stage_order END
            AS stage_order
        FROM documented AS d
        LEFT JOIN leads.lead_statuses AS s ON s.status = d.status
    ), reached AS (
        -- Leads, not moves: one that goes back and forth is still one.
        SELECT h.to_status, count(DISTINCT h.lead_id) AS count
        FROM leads.lead_status_history AS h
        WHERE h.organization_id = calculate_funnel_conversion.organization
            AND h.changed_at > since AND h.changed_at <= until
        GROUP BY h.to_status
    ), funnel AS (
        SELECT
            s.status,
            s.stage_order,
            coalesce(r.count, 0) AS count,
            CASE WHEN s.stage_order IS NOT NULL
                THEN lag(coalesce(r.count, 0)) OVER (ORDER BY s.stage_order)
            END AS prev_count
        FROM stages AS s
        LEFT JOIN reached AS r ON r.to_status = s.status
    )
    SELECT
        f.status,
        f.count,
        f.prev_count,
        f.count::double precision / nullif(f.prev_count, 0)
    FROM funnel AS f
    ORDER BY f.stage_order, f.status
$$;

COMMENT ON FUNCTION leads.calculate_funnel_conversion(uuid, timestamptz, timestamptz) IS
    'How many leads of an organization came to each status in a time (since < t <= until), and '
    'as a part of those who came to the stage before. In the order of lead_statuses, or the '
    'documented one where it has no row; statuses beside the funnel come last.';

CREATE OR REPLACE FUNCTION leads.calculate_lead_roi(user_id uuid)
    RETURNS TABLE (
        source varchar,
        total_leads bigint,
        recruited bigint,
        total_cost numeric,
        cost_per_lead numeric,
        conversion_rate double precision,
        cost_per_recruit numeric
    )
    LANGUAGE sql STABLE
    SET search_path = pg_catalog, pg_temp
AS $$
    WITH metrics AS (
        SELECT
            l.source,
            count(*) AS total_leads,
            count(*) FILTER (WHERE l.status = 'recruited') AS recruited
        FROM leads.leads AS l
        WHERE l.user_id = calculate_lead_roi.user_id
        GROUP BY l.source
    ), costs AS (
        SELECT c.source, sum(c.cost_usd) AS total_cost
        FROM leads.lead_source_costs AS c
        WHERE c.user_id = calculate_lead_roi.user_id
        GROUP BY c.source
    ), both_sides AS (
        SELECT
            coalesce(m.source, c.source) AS source,
            coalesce(m.total_leads, 0) AS total_leads,
            coalesce(m.recruited, 0) AS recruited,
            coalesce(c.total_cost, 0) AS total_cost
        FROM metrics AS m
        FULL JOIN costs AS c ON c.source = m.source
    )
    SELECT
        b.source,
        b.total_leads,
        b.recruited,
        b.total_cost,
        b.total_cost / nullif(b.total_leads, 0),
        b.recruited::double precision / nullif(b.total_leads, 0),
        b.total_cost / nullif(b.recruited, 0)
    FROM both_sides AS b
    ORDER BY b.source
$$;

COMMENT ON FUNCTION leads.calculate_lead_roi(uuid) IS
    'What the leads of a user brought and cost, by source, over all months. A source with costs '
    'and no leads is shown too.';

REVOKE ALL ON FUNCTION
    leads.calculate_funnel_conversion(uuid, timestamptz, timestamptz),
    leads.calculate_lead_roi(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION
    leads.calculate_funnel_conversion(uuid, timestamptz, timestamptz),
    leads.calculate_lead_roi(uuid)
TO crm_app, crm_readonly;
