-- crm: deals, the sales opportunities, and their tags.
--
-- Needs: triggers V0201; users V0303; V0900, V0901, V0902.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts and crm.tags, for
-- the foreign keys.

CREATE TABLE crm.deals (
    id                  uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id     uuid          NOT NULL DEFAULT users.current_organization_id(),
    contact_id          uuid          NOT NULL,
    assigned_to         uuid,
    title               varchar(255)  NOT NULL,
    description         text,
    stage               varchar(20)   NOT NULL DEFAULT 'lead',
    priority            varchar(10)   NOT NULL DEFAULT 'medium',
    value               numeric(15,2),
    currency            char(3)       NOT NULL DEFAULT 'USD',
    probability         smallint,
    offer_amount        numeric(15,2),
    commission_amount   numeric(15,2),
    property_address    varchar(255),
    source              varchar(100),
    expected_close_date date,
    stage_changed_at    timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    closed_at           timestamptz,
    lost_reason         text,
    notes               text,
    metadata            jsonb         NOT NULL DEFAULT '{}',
    created_at          timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at          timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    search_vector       tsvector      GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.english', title), 'A')
        || setweight(to_tsvector('pg_catalog.english', coalesce(property_address, '')), 'B')
        || setweight(
            to_tsvector('pg_catalog.english', left(coalesce(description, ''), 50000)), 'C'
        )
        || setweight(to_tsvector('pg_catalog.english', left(coalesce(notes, ''), 50000)), 'D')
    ) STORED,

    CONSTRAINT deals_pkey PRIMARY KEY (id),
    CONSTRAINT deals_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT deals_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT deals_contact_id_organization_id_fkey FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT deals_assigned_to_organization_id_fkey
        FOREIGN KEY (assigned_to, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT deals_title_not_blank_check CHECK (btrim(title) <> ''),
    CONSTRAINT deals_stage_check CHECK (stage IN (
        'lead', 'qualified', 'appointment', 'offer', 'negotiation', 'under_contract',
        'closed_won', 'closed_lost'
    )),
    CONSTRAINT deals_priority_check CHECK (priority IN ('low', 'medium', 'high', 'urgent')),
    CONSTRAINT deals_value_not_negative_check CHECK (value >= 0 AND value < 'NaN'),
    CONSTRAINT deals_currency_code_check CHECK ((currency COLLATE "C") ~ '^[A-Z]{3}$'),
    CONSTRAINT deals_probability_check CHECK (probability BETWEEN 0 AND 100),
    CONSTRAINT deals_offer_amount_not_negative_check
        CHECK (offer_amount >= 0 AND offer_amount < 'NaN'),
    CONSTRAINT deals_commission_amount_not_negative_check
        CHECK (commission_amount >= 0 AND commission_amount < 'NaN'),
    CONSTRAINT deals_stage_changed_at_finite_check CHECK (isfinite(stage_changed_at)),
    CONSTRAINT deals_closed_at_check
        CHECK ((closed_at IS NOT NULL) = (stage IN ('closed_won', 'closed_lost'))),
    CONSTRAINT deals_closed_after_creation_check CHECK (closed_at >= created_at)
);

COMMENT ON TABLE crm.deals IS
    'A sale that may come about with a contact.';
COMMENT ON COLUMN crm.deals.stage IS
    'How far it is; closed_won and closed_lost end it. Each change is in deal_stage_history.';
COMMENT ON COLUMN crm.deals.currency IS
    'ISO 4217, of all amounts of the deal.';
COMMENT ON COLUMN crm.deals.probability IS
    'In percent; NULL when nobody has said.';
COMMENT ON COLUMN crm.deals.stage_changed_at IS
    'Since when it is in its stage; set by trigger. An import may give a time that has passed.';
COMMENT ON COLUMN crm.deals.closed_at IS
    'When it was won or lost; set by trigger where it is not given, NULL while it is open.';
COMMENT ON COLUMN crm.deals.search_vector IS
    'The words of the deal in their English stems, of description and notes the first 50,000 '
    'characters; crm.search_deals() looks here.';

CREATE INDEX deals_organization_id_created_at_idx
    ON crm.deals (organization_id, created_at DESC);
CREATE INDEX deals_organization_id_stage_created_at_idx
    ON crm.deals (organization_id, stage, created_at DESC);
CREATE INDEX deals_organization_id_open_idx
    ON crm.deals (organization_id, expected_close_date, stage) WHERE closed_at IS NULL;
CREATE INDEX deals_contact_id_stage_idx ON crm.deals (contact_id, stage);
CREATE INDEX deals_assigned_to_stage_idx ON crm.deals (assigned_to, stage);
CREATE INDEX deals_organization_id_search_vector_idx
    ON crm.deals USING gin (organization_id, search_vector);
CREATE INDEX deals_metadata_idx ON crm.deals USING gin (metadata jsonb_path_ops);

CREATE TABLE crm.deal_tags (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid        NOT NULL DEFAULT users.current_organization_id(),
    deal_id         uuid        NOT NULL,
    tag_id          uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT deal_tags_pkey PRIMARY KEY (id),
    -- With the organization: nobody can find out what tags others' deals have.
    CONSTRAINT deal_tags_deal_id_tag_id_organization_id_key
        UNIQUE (deal_id, tag_id, organization_id),
    CONSTRAINT deal_tags_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT deal_tags_deal_id_organization_id_fkey FOREIGN KEY (deal_id, organization_id)
        REFERENCES crm.deals (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT deal_tags_tag_id_organization_id_fkey FOREIGN KEY (tag_id, organization_id)
        REFERENCES crm.tags (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE crm.deal_tags IS
    'Which deal has which tag.';

CREATE INDEX deal_tags_organization_id_idx ON crm.deal_tags (organization_id);
CREATE INDEX deal_tags_tag_id_idx ON crm.deal_tags (tag_id);

CREATE FUNCTION crm.stamp_deal()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- The clock, since the transaction may have begun before another changed the deal.
    NEW.stage_changed_at := CASE
        WHEN TG_OP = 'INSERT' THEN least(NEW.stage_changed_at, clock_timestamp())
        WHEN NEW.stage = OLD.stage THEN OLD.stage_changed_at
        ELSE greatest(clock_timestamp(), OLD.stage_changed_at)
    END;
    NEW.closed_at := CASE
        WHEN NEW.stage IN ('closed_won', 'closed_lost')
            THEN coalesce(NEW.closed_at, greatest(CURRENT_TIMESTAMP, NEW.created_at))
    END;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION crm.stamp_deal() IS
    'Trigger: sets since when a deal is in its stage, and when it was closed.';

REVOKE ALL ON FUNCTION crm.stamp_deal() FROM PUBLIC;

CREATE TRIGGER stamp_deal
    BEFORE INSERT OR UPDATE OF stage, stage_changed_at, closed_at ON crm.deals
    FOR EACH ROW EXECUTE FUNCTION crm.stamp_deal();

CREATE TRIGGER update_deals_updated_at
    BEFORE UPDATE ON crm.deals
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_deal_tags_updated_at
    BEFORE UPDATE ON crm.deal_tags
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.deals ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.deal_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY deals_tenant_policy ON crm.deals
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY deal_tags_tenant_policy ON crm.deal_tags
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.deals, crm.deal_tags TO crm_app;
GRANT SELECT ON crm.deals, crm.deal_tags TO crm_readonly;
