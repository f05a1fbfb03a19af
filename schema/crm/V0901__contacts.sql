-- crm: the schema, and the contacts.
--
-- Needs: utilities V0101 (roles), V0104 (is_e164, is_valid_email, normalize_email);
--        triggers V0201; users V0303; V0900.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and users.users, for the foreign keys.

CREATE SCHEMA crm;

COMMENT ON SCHEMA crm IS
    'Contacts with their property, messages, calls, e-mails, deals, activities, documents, and '
    'voice assistants.';

GRANT USAGE ON SCHEMA crm TO crm_app, crm_readonly, crm_maintenance;

CREATE TABLE crm.contacts (
    id                     uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id        uuid          NOT NULL DEFAULT users.current_organization_id(),
    assigned_to            uuid,
    first_name             varchar(100),
    last_name              varchar(100),
    company                varchar(255),
    job_title              varchar(255),
    email                  varchar(255),
    phone                  varchar(20),
    secondary_phone        varchar(20),
    contact_type           varchar(20)   NOT NULL DEFAULT 'lead',
    status                 varchar(20)   NOT NULL DEFAULT 'new',
    source                 varchar(100),
    street_address         varchar(255),
    city                   varchar(100),
    state                  varchar(100),
    postal_code            varchar(20),
    country                char(2),
    property_address       varchar(255),
    property_city          varchar(100),
    property_state         varchar(100),
    property_postal_code   varchar(20),
    property_type          varchar(20),
    bedrooms               smallint,
    bathrooms              numeric(4,1),
    square_feet            integer,
    lot_size_acres         numeric(10,4),
    year_built             smallint,
    estimated_value        numeric(15,2),
    mortgage_balance       numeric(15,2),
    last_sale_price        numeric(15,2),
    last_sale_date         date,
    do_not_call            boolean       NOT NULL DEFAULT false,
    do_not_text            boolean       NOT NULL DEFAULT false,
    do_not_email           boolean       NOT NULL DEFAULT false,
    notes                  text,
    metadata               jsonb         NOT NULL DEFAULT '{}',
    deleted_at             timestamptz,
    created_at             timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at             timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    -- left(): words that take more than 1 MB cannot be stored as tsvector; parts of compound words
    -- count again.
    search_vector          tsvector      GENERATED ALWAYS AS (
        setweight(to_tsvector('pg_catalog.english', coalesce(first_name, '') || ' '
            || coalesce(last_name, '') || ' ' || coalesce(company, '')), 'A')
        || setweight(to_tsvector('pg_catalog.english', coalesce(email, '') || ' '
            || coalesce(phone, '') || ' ' || coalesce(job_title, '')), 'B')
        || setweight(to_tsvector('pg_catalog.english', coalesce(street_address, '') || ' '
            || coalesce(city, '') || ' ' || coalesce(property_address, '') || ' '
            || coalesce(property_city, '')), 'C')
        || setweight(to_tsvector('pg_catalog.english', left(coalesce(notes, ''), 50000)), 'D')
    ) STORED,

    CONSTRAINT contacts_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT contacts_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT contacts_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT contacts_assigned_to_organization_id_fkey
        FOREIGN KEY (assigned_to, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (assigned_to),
    CONSTRAINT contacts_identified_check CHECK (num_nonnulls(
        nullif(btrim(first_name), ''), nullif(btrim(last_name), ''), nullif(btrim(company), ''),
        email, phone
    ) > 0),
    CONSTRAINT contacts_email_format_check CHECK (utilities.is_valid_email(email)),
    CONSTRAINT contacts_phone_e164_check CHECK (utilities.is_e164(phone)),
    CONSTRAINT contacts_secondary_phone_e164_check CHECK (utilities.is_e164(secondary_phone)),
    CONSTRAINT contacts_contact_type_check CHECK (contact_type IN (
        'lead', 'owner', 'seller', 'buyer', 'tenant', 'investor', 'agent', 'vendor', 'other'
    )),
    CONSTRAINT contacts_status_check CHECK (status IN (
        'new', 'active', 'qualified', 'nurturing', 'customer', 'inactive', 'do_not_contact'
    )),
    CONSTRAINT contacts_country_code_check CHECK ((country COLLATE "C") ~ '^[A-Z]{2}$'),
    CONSTRAINT contacts_property_type_check CHECK (property_type IN (
        'single_family', 'multi_family', 'condo', 'townhouse', 'mobile_home', 'land',
        'commercial', 'other'
    )),
    CONSTRAINT contacts_bedrooms_not_negative_check CHECK (bedrooms >= 0),
    CONSTRAINT contacts_bathrooms_not_negative_check CHECK (bathrooms >= 0 AND bathrooms < 'NaN'),
    CONSTRAINT contacts_square_feet_positive_check CHECK (square_feet > 0),
    CONSTRAINT contacts_lot_size_acres_positive_check
        CHECK (lot_size_acres > 0 AND lot_size_acres < 'NaN'),
    CONSTRAINT contacts_year_built_check CHECK (year_built BETWEEN 1000 AND 2999),
    CONSTRAINT contacts_estimated_value_not_negative_check
        CHECK (estimated_value >= 0 AND estimated_value < 'NaN'),
    CONSTRAINT contacts_mortgage_balance_not_negative_check
        CHECK (mortgage_balance >= 0 AND mortgage_balance < 'NaN'),
    CONSTRAINT contacts_last_sale_price_not_negative_check
        CHECK (last_sale_price >= 0 AND last_sale_price < 'NaN'),
    CONSTRAINT contacts_last_sale_after_building_check
        CHECK (extract(year FROM last_sale_date) >= year_built),
    CONSTRAINT contacts_deleted_after_creation_check CHECK (deleted_at >= created_at)
);

COMMENT ON TABLE crm.contacts IS
    'A person or company, and the property it is about. Set deleted_at to put one away; deleting '
    'the row deletes its messages, calls, e-mails, activities and deals.';
COMMENT ON COLUMN crm.contacts.assigned_to IS
    'The user who looks after the contact; NULL for nobody.';
COMMENT ON COLUMN crm.contacts.email IS
    'Stored in lower case: then it is found by a plain comparison.';
COMMENT ON COLUMN crm.contacts.phone IS
    'E.164, such as +12125551234; utilities.normalize_phone_e164() makes it.';
COMMENT ON COLUMN crm.contacts.source IS
    'Where the contact came from.';
COMMENT ON COLUMN crm.contacts.country IS
    'ISO 3166-1, two capital letters.';
COMMENT ON COLUMN crm.contacts.estimated_value IS
    'Of the property, as are the mortgage and the last sale.';
COMMENT ON COLUMN crm.contacts.metadata IS
    'Whatever else is known, as the application defines it.';
COMMENT ON COLUMN crm.contacts.deleted_at IS
    'When the contact was put away; NULL while it is in use.';
COMMENT ON COLUMN crm.contacts.search_vector IS
    'The words of the contact in their English stems, of notes the first 50,000 '
    'characters; crm.search_contacts() looks here.';

CREATE INDEX contacts_organization_id_created_at_idx
    ON crm.contacts (organization_id, created_at DESC);
CREATE INDEX contacts_organization_id_status_created_at_idx
    ON crm.contacts (organization_id, status, created_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX contacts_organization_id_name_status_idx
    ON crm.contacts (organization_id, last_name, first_name, status) WHERE deleted_at IS NULL;
CREATE INDEX contacts_organization_id_phone_idx ON crm.contacts (organization_id, phone);
CREATE INDEX contacts_organization_id_email_idx ON crm.contacts (organization_id, email);
CREATE INDEX contacts_assigned_to_status_idx ON crm.contacts (assigned_to, status);
-- With the organization (btree_gin): who searches for a common word reads no others' rows.
CREATE INDEX contacts_organization_id_search_vector_idx
    ON crm.contacts USING gin (organization_id, search_vector);
CREATE INDEX contacts_metadata_idx ON crm.contacts USING gin (metadata jsonb_path_ops);

CREATE FUNCTION crm.normalize_contact()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.email := utilities.normalize_email(NEW.email);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION crm.normalize_contact() IS
    'Trigger: cleans the e-mail address and makes it lower case.';

REVOKE ALL ON FUNCTION crm.normalize_contact() FROM PUBLIC;

CREATE TRIGGER normalize_contact
    BEFORE INSERT OR UPDATE OF email ON crm.contacts
    FOR EACH ROW EXECUTE FUNCTION crm.normalize_contact();

CREATE TRIGGER update_contacts_updated_at
    BEFORE UPDATE ON crm.contacts
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.contacts ENABLE ROW LEVEL SECURITY;

CREATE POLICY contacts_tenant_policy ON crm.contacts
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.contacts TO crm_app;
GRANT SELECT ON crm.contacts TO crm_readonly;
