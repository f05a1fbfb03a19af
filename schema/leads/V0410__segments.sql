-- leads: segments, saved filters on leads.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0303; V0402, V0409
--        (fill_organization_of_user).
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign key.

CREATE TABLE leads.segments (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id         uuid         NOT NULL,
    organization_id uuid         NOT NULL,
    name            varchar(255) NOT NULL,
    filter          jsonb        NOT NULL DEFAULT '{}',
    lead_count      integer      NOT NULL DEFAULT 0,
    counted_at      timestamptz,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT segments_pkey PRIMARY KEY (id),
    CONSTRAINT segments_user_id_organization_id_fkey FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT segments_filter_object_check CHECK (jsonb_typeof(filter) = 'object'),
    CONSTRAINT segments_lead_count_not_negative_check CHECK (lead_count >= 0)
);

COMMENT ON TABLE leads.segments IS
    'A filter that a user has saved, and how many leads it found.';
COMMENT ON COLUMN leads.segments.filter IS
    'What segment_condition() understands: {"status": ["hot", "qualified"], "min_score": 70}.';
COMMENT ON COLUMN leads.segments.lead_count IS
    'As of counted_at; refresh_segment() counts again.';
COMMENT ON COLUMN leads.segments.counted_at IS
    'When the leads were counted; NULL when they never were.';

CREATE INDEX segments_user_id_idx ON leads.segments (user_id);
CREATE INDEX segments_organization_id_idx ON leads.segments (organization_id);

CREATE TRIGGER fill_organization_of_user
    BEFORE INSERT ON leads.segments
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_user();

CREATE TRIGGER update_segments_updated_at
    BEFORE UPDATE ON leads.segments
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.segments ENABLE ROW LEVEL SECURITY;

CREATE POLICY segments_tenant_policy ON leads.segments
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.segments TO crm_app;
GRANT SELECT ON leads.segments TO crm_readonly;

-- A condition is made of fixed text and quoted literals, whatever is in the filter; with the
-- values in it the planner can choose among the indexes.
CREATE FUNCTION leads.segment_condition(filter jsonb)
    RETURNS text
    LANGUAGE plpgsql STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    field record;
    one text;
    many text[];
    conditions text[] := ARRAY['l.deleted_at IS NULL'];
BEGIN
    FOR field IN SELECT * FROM jsonb_each(filter) LOOP
        one := field.value #>> '{}';
        many := CASE jsonb_typeof(field.value)
            WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text(field.value))
            ELSE ARRAY[one]
        END;
        conditions := conditions || CASE field.key
            WHEN 'status' THEN format('l.status = ANY (%L::text[])', many)
            WHEN 'source' THEN format('l.source = ANY (%L::text[])', many)
            WHEN 'user_id' THEN format('l.user_id = ANY (%L::uuid[])', many::uuid[])
            WHEN 'tags_any' THEN format('l.tags && %L::text[]', many)
            WHEN 'tags_all' THEN format('l.tags @> %L::text[]', many)
            WHEN 'min_score' THEN format('l.lead_score >= %L::integer', one::integer)
            WHEN 'max_score' THEN format('l.lead_score <= %L::integer', one::integer)
            -- What jsonb_path_exists() asks, in the form that an index answers.
            WHEN 'metadata' THEN format('l.metadata @? %L::jsonpath', one::jsonpath)
        END;
        IF conditions[cardinality(conditions)] IS NULL THEN
            RAISE EXCEPTION 'unknown field in a filter: "%"', field.key
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Fields are status, source, user_id, tags_any, tags_all, '
                          'min_score, max_score, and metadata with a JSON path.';
        END IF;
    END LOOP;
    RETURN array_to_string(conditions, ' AND ');
END;
$$;

COMMENT ON FUNCTION leads.segment_condition(jsonb) IS
    'The SQL condition on leads.leads AS l that a filter stands for: all of its fields hold. '
    'status, source, user_id: one of these; tags_any, tags_all; min_score, max_score; metadata: '
    'a JSON path that finds something. Leads put away are left out.';

CREATE FUNCTION leads.segment_leads(segment_id uuid)
    RETURNS SETOF leads.leads
    LANGUAGE plpgsql STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    segment leads.segments;
BEGIN
    SELECT * INTO segment FROM leads.segments AS s WHERE s.id = segment_id;
    RETURN QUERY EXECUTE
        'SELECT l.* FROM leads.leads AS l WHERE l.organization_id = $1 AND '
        || leads.segment_condition(coalesce(segment.filter, '{}'))
        USING segment.organization_id;
END;
$$;

COMMENT ON FUNCTION leads.segment_leads(uuid) IS
    'The leads of a segment, in no order; none when there is no such segment.';

CREATE FUNCTION leads.refresh_segment(segment_id uuid)
    RETURNS integer
    LANGUAGE plpgsql STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    segment leads.segments;
    found_leads integer;
BEGIN
    SELECT * INTO segment FROM leads.segments AS s WHERE s.id = segment_id;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;

    EXECUTE
        'SELECT count(*) FROM leads.leads AS l WHERE l.organization_id = $1 AND '
        || leads.segment_condition(segment.filter)
        INTO found_leads USING segment.organization_id;

    UPDATE leads.segments AS s
    SET lead_count = found_leads, counted_at = now()
    WHERE s.id = segment_id;
    RETURN found_leads;
END;
$$;

COMMENT ON FUNCTION leads.refresh_segment(uuid) IS
    'Counts the leads of a segment anew and returns how many; NULL when there is no such segment.';

REVOKE ALL ON FUNCTION
    leads.segment_condition(jsonb),
    leads.segment_leads(uuid),
    leads.refresh_segment(uuid)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION leads.segment_condition(jsonb), leads.segment_leads(uuid)
    TO crm_app, crm_readonly;
GRANT EXECUTE ON FUNCTION leads.refresh_segment(uuid) TO crm_app;
