-- outreach: addresses that want no more mails.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (normalize_email); users V0303; V1102.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE outreach.unsubscribes (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    email           varchar(255) NOT NULL,
    campaign_id     uuid,
    reason          varchar(100),
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT unsubscribes_pkey PRIMARY KEY (id),
    CONSTRAINT unsubscribes_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT unsubscribes_campaign_id_organization_id_fkey
        FOREIGN KEY (campaign_id, organization_id)
        REFERENCES outreach.campaigns (id, organization_id) ON DELETE SET NULL (campaign_id),
    -- Not even while triggers are off is an address stored so that it is not found.
    CONSTRAINT unsubscribes_email_normalized_check
        CHECK (email = utilities.normalize_email(email))
);

COMMENT ON TABLE outreach.unsubscribes IS
    'Addresses that the organization may not write to, in no campaign. Deleting the rows of an '
    'address subscribes it again.';
COMMENT ON COLUMN outreach.unsubscribes.email IS
    'In lower case. An address may unsubscribe more than once.';
COMMENT ON COLUMN outreach.unsubscribes.campaign_id IS
    'The campaign whose mail it came from; NULL when unknown.';

CREATE INDEX unsubscribes_organization_id_email_idx
    ON outreach.unsubscribes (organization_id, email);
CREATE INDEX unsubscribes_campaign_id_idx ON outreach.unsubscribes (campaign_id);

CREATE TRIGGER normalize_unsubscribe_email
    BEFORE INSERT OR UPDATE OF email ON outreach.unsubscribes
    FOR EACH ROW EXECUTE FUNCTION outreach.normalize_email_column();

ALTER TABLE outreach.unsubscribes ENABLE ROW LEVEL SECURITY;

CREATE POLICY unsubscribes_tenant_policy ON outreach.unsubscribes
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, DELETE ON outreach.unsubscribes TO crm_app;
GRANT SELECT ON outreach.unsubscribes TO crm_readonly;

CREATE FUNCTION outreach.is_unsubscribed(
    email text,
    organization_id uuid DEFAULT users.current_organization_id()
)
    RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN EXISTS (
        SELECT
        FROM outreach.unsubscribes AS u
        WHERE u.organization_id = is_unsubscribed.organization_id
            AND u.email = utilities.normalize_email(is_unsubscribed.email)
    );

COMMENT ON FUNCTION outreach.is_unsubscribed(text, uuid) IS
    'Whether the address wants no more mails of the organization, however it is written.';

-- One lock for each organization, and not one for each address: a transaction that queues a
-- million mails holds one, and nobody can take two of them in opposite orders.
CREATE FUNCTION outreach.lock_addresses(organization_id uuid, exclusive boolean)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    space CONSTANT integer := 'outreach.unsubscribes'::regclass::oid::integer;
    key CONSTANT integer := hashtext(organization_id::text);
BEGIN
    -- Under a stricter isolation what others committed while this waited would stay unseen.
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'mails and unsubscribes cannot be written in a "%" transaction',
            current_setting('transaction_isolation')
            USING ERRCODE = 'feature_not_supported',
                  HINT = 'Use READ COMMITTED.';
    END IF;
    IF exclusive THEN
        PERFORM pg_advisory_xact_lock(space, key);
    ELSE
        PERFORM pg_advisory_xact_lock_shared(space, key);
    END IF;
END;
$$;

COMMENT ON FUNCTION outreach.lock_addresses(uuid, boolean) IS
    'Keeps queueing (shared) apart from what decides whether an address may be queued '
    '(exclusive), within an organization, to the end of the transaction.';

REVOKE ALL ON FUNCTION
    outreach.is_unsubscribed(text, uuid),
    outreach.lock_addresses(uuid, boolean)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION outreach.is_unsubscribed(text, uuid) TO crm_app, crm_readonly;
GRANT EXECUTE ON FUNCTION outreach.lock_addresses(uuid, boolean) TO crm_app;
