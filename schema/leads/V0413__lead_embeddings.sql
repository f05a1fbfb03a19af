-- crmdb: requires extension vector
-- leads: leads as vectors, and those that resemble one. Nothing else depends on it.
--
-- Needs: utilities V0107 (vector); triggers V0201; V0402.
-- Locks: SHARE ROW EXCLUSIVE on leads.leads, for the foreign key.

CREATE TABLE leads.lead_embeddings (
    lead_id         uuid                    NOT NULL,
    organization_id uuid                    NOT NULL,
    model           varchar(100)            NOT NULL,
    embedding       extensions.vector(1536) NOT NULL,
    created_at      timestamptz             NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz             NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT lead_embeddings_pkey PRIMARY KEY (lead_id, organization_id, model),
    CONSTRAINT lead_embeddings_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.lead_embeddings IS
    'What a model makes of the text about a lead: near vectors are similar leads.';
COMMENT ON COLUMN leads.lead_embeddings.organization_id IS
    'The organization of the lead; filled from it.';
COMMENT ON COLUMN leads.lead_embeddings.model IS
    'The model that made the vector; those of different models cannot be compared.';
COMMENT ON COLUMN leads.lead_embeddings.embedding IS
    '1536 numbers; a model with fewer is padded with zeros, which changes no distance.';

-- No approximate index over all organizations: the policy would throw most of what it finds
-- away, and a small organization would find nothing. Its own vectors are compared exactly.
CREATE INDEX lead_embeddings_organization_id_model_idx
    ON leads.lead_embeddings (organization_id, model);

CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.lead_embeddings
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();

CREATE TRIGGER update_lead_embeddings_updated_at
    BEFORE UPDATE ON leads.lead_embeddings
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE leads.lead_embeddings ENABLE ROW LEVEL SECURITY;

CREATE POLICY lead_embeddings_tenant_policy ON leads.lead_embeddings
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.lead_embeddings TO crm_app;
GRANT SELECT ON leads.lead_embeddings TO crm_readonly;

CREATE FUNCTION leads.find_similar_leads(lead_id uuid, max_leads integer DEFAULT 10)
    RETURNS TABLE (similar_lead_id uuid, model varchar, similarity double precision)
    LANGUAGE sql STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
    SELECT n.lead_id, n.model, 1 - (n.embedding OPERATOR(extensions.<=>) e.embedding)
    FROM leads.lead_embeddings AS e
    JOIN leads.lead_embeddings AS n
        ON n.organization_id = e.organization_id
        AND n.model = e.model
        AND n.lead_id <> e.lead_id
    JOIN leads.leads AS l ON l.id = n.lead_id AND l.deleted_at IS NULL
    WHERE e.lead_id = find_similar_leads.lead_id
    ORDER BY n.embedding OPERATOR(extensions.<=>) e.embedding, n.lead_id
    LIMIT max_leads
$$;

COMMENT ON FUNCTION leads.find_similar_leads(uuid, integer) IS
    'The leads of the same organization that resemble a lead most, best first, with the cosine '
    'similarity (1: the same). Leads put away are left out.';

REVOKE ALL ON FUNCTION leads.find_similar_leads(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leads.find_similar_leads(uuid, integer) TO crm_app, crm_readonly;
