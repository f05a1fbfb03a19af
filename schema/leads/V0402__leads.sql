-- leads: the leads.
--
-- Needs: utilities V0102 (uuid_generate_v4, pg_trgm), V0104 (is_e164, is_valid_email);
--        users V0303; V0401.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and users.users, for the foreign keys.

CREATE TABLE leads.leads (
    id                 uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id            uuid,
    organization_id    uuid         NOT NULL,
    tenant_id          uuid         NOT NULL,
    first_name         varchar(100) NOT NULL DEFAULT '',
    last_name          varchar(100) NOT NULL DEFAULT '',
    phone_number       varchar(20),
    email              varchar(255),
    status             varchar(20)  NOT NULL DEFAULT 'new',
    lead_score         integer,
    lead_score_factors jsonb,
    tags               text[]       DEFAULT '{}',
    source             varchar(100),
    last_contact_date  timestamptz,
    metadata           jsonb        DEFAULT '{}',
    deleted_at         timestamptz,
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT leads_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT leads_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT leads_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT leads_user_id_organization_id_fkey FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (user_id),
    CONSTRAINT leads_tenant_id_is_organization_check CHECK (tenant_id = organization_id),
    CONSTRAINT leads_phone_number_e164_check CHECK (utilities.is_e164(phone_number)),
    CONSTRAINT leads_email_format_check CHECK (utilities.is_valid_email(email)),
    CONSTRAINT leads_status_check CHECK (
        status IN ('new', 'contacted', 'qualified', 'nurturing', 'hot', 'cold', 'recruited', 'dnc')
    ),
    CONSTRAINT leads_lead_score_check CHECK (lead_score >= 0 AND lead_score <= 100)
);

COMMENT ON TABLE leads.leads IS
    'A person who may become a customer. Set deleted_at to put a lead away; deleting the row '
    'deletes all that is known about it, its history too.';
COMMENT ON COLUMN leads.leads.user_id IS
    'The user who works on the lead, of the same organization; NULL for nobody.';
COMMENT ON COLUMN leads.leads.tenant_id IS
    'The same as organization_id, and filled from it; each is when the other is given.';
COMMENT ON COLUMN leads.leads.phone_number IS
    'E.164, such as +12125551234; among the leads not put away, one of it in an organization.';
COMMENT ON COLUMN leads.leads.lead_score IS
    'From 0 to 100; NULL while it has not been scored.';
COMMENT ON COLUMN leads.leads.lead_score_factors IS
    'What the score is made of: {"qualification": 40, "engagement": 25, …, "total": 85}.';
COMMENT ON COLUMN leads.leads.metadata IS
    'Whatever else is known, as the application defines it.';
COMMENT ON COLUMN leads.leads.deleted_at IS
    'When the lead was put away; NULL while it is in use.';

CREATE INDEX idx_leads_user_id ON leads.leads (user_id);
CREATE INDEX idx_leads_status ON leads.leads (status);
CREATE INDEX idx_leads_lead_score ON leads.leads (lead_score DESC);
CREATE INDEX idx_leads_phone_number ON leads.leads (phone_number);
CREATE INDEX idx_leads_tags ON leads.leads USING gin (tags);
CREATE INDEX idx_leads_search_name ON leads.leads
    USING gin ((first_name || ' ' || last_name) extensions.gin_trgm_ops);

CREATE UNIQUE INDEX idx_leads_phone_unique
    ON leads.leads (phone_number, organization_id)
    WHERE deleted_at IS NULL;

-- What the policy adds to each query, with the order in which leads are worked on.
CREATE INDEX leads_organization_id_lead_score_idx
    ON leads.leads (organization_id, lead_score DESC);
CREATE INDEX leads_metadata_idx ON leads.leads USING gin (metadata jsonb_path_ops);

CREATE FUNCTION leads.fill_lead()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.organization_id := coalesce(
        NEW.organization_id, NEW.tenant_id, users.current_organization_id()
    );
    NEW.tenant_id := coalesce(NEW.tenant_id, NEW.organization_id);
    -- NULL in one of the names would hide the other one from idx_leads_search_name.
    NEW.first_name := coalesce(NEW.first_name, '');
    NEW.last_name := coalesce(NEW.last_name, '');
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.fill_lead() IS
    'Trigger: fills organization and tenant from each other, or from the session, and makes a '
    'missing name an empty one.';

CREATE FUNCTION leads.update_leads_updated_at()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.update_leads_updated_at() IS
    'Trigger: sets updated_at to the time of the transaction.';

CREATE FUNCTION leads.fill_organization_of_lead()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Under the policy on leads: the lead of another organization is not there.
    SELECT l.organization_id INTO NEW.organization_id
    FROM leads.leads AS l
    WHERE l.id = NEW.lead_id;

    IF NOT FOUND AND NEW.lead_id IS NOT NULL THEN
        RAISE EXCEPTION 'lead "%" does not exist', NEW.lead_id
            USING ERRCODE = 'foreign_key_violation',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'lead_id';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.fill_organization_of_lead() IS
    'Trigger, for tables that belong to a lead: fills organization_id from it.';

REVOKE ALL ON FUNCTION
    leads.fill_lead(),
    leads.update_leads_updated_at(),
    leads.fill_organization_of_lead()
FROM PUBLIC;

CREATE TRIGGER fill_lead
    BEFORE INSERT OR UPDATE OF organization_id, tenant_id, first_name, last_name ON leads.leads
    FOR EACH ROW EXECUTE FUNCTION leads.fill_lead();

CREATE TRIGGER trigger_leads_updated_at
    BEFORE UPDATE ON leads.leads
    FOR EACH ROW EXECUTE FUNCTION leads.update_leads_updated_at();

ALTER TABLE leads.leads ENABLE ROW LEVEL SECURITY;

CREATE POLICY tenant_isolation_policy ON leads.leads
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.leads TO crm_app;
GRANT SELECT ON leads.leads TO crm_readonly;
