-- leads: numbers that an organization must not call.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_e164, normalize_phone_e164);
--        users V0302; V0401.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE leads.dnc_list (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    phone_number    varchar(20)  NOT NULL,
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    reason          text,
    source          varchar(100),
    added_at        timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT dnc_list_pkey PRIMARY KEY (id),
    CONSTRAINT dnc_list_phone_number_organization_id_key UNIQUE (phone_number, organization_id),
    CONSTRAINT dnc_list_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT dnc_list_phone_number_e164_check CHECK (utilities.is_e164(phone_number))
);

COMMENT ON TABLE leads.dnc_list IS
    'Do not call: numbers that nobody of the organization may call, with or without a lead.';
COMMENT ON COLUMN leads.dnc_list.source IS
    'Where it came from: the person, a public register, a complaint.';

CREATE INDEX dnc_list_organization_id_idx ON leads.dnc_list (organization_id);

ALTER TABLE leads.dnc_list ENABLE ROW LEVEL SECURITY;

CREATE POLICY org_dnc_policy ON leads.dnc_list
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.dnc_list TO crm_app;
GRANT SELECT ON leads.dnc_list TO crm_readonly;

CREATE FUNCTION leads.is_on_dnc_list(phone text, organization uuid)
    RETURNS boolean
    LANGUAGE plpgsql STABLE STRICT
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    e164 CONSTANT text := utilities.normalize_phone_e164(phone);
BEGIN
    -- "No" must not mean "cannot tell": then somebody is called who must not be.
    IF e164 IS NULL THEN
        RAISE EXCEPTION 'not a phone number: "%"', left(phone, 40)
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Give it with its country code, such as +12125551234.';
    ELSIF row_security_active('leads.dnc_list')
        AND organization IS DISTINCT FROM users.current_organization_id()
    THEN
        RAISE EXCEPTION 'the list of organization "%" cannot be seen', organization
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Set app.current_org_id to the organization first.';
    END IF;

    RETURN EXISTS (
        SELECT
        FROM leads.dnc_list AS d
        WHERE d.phone_number = e164 AND d.organization_id = organization
    );
END;
$$;

COMMENT ON FUNCTION leads.is_on_dnc_list(text, uuid) IS
    'Whether the organization must not call the number. NULL for NULL; an error where it cannot '
    'tell: the text is no number, or the organization is not the one of the session.';

REVOKE ALL ON FUNCTION leads.is_on_dnc_list(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION leads.is_on_dnc_list(text, uuid) TO crm_app, crm_readonly;
