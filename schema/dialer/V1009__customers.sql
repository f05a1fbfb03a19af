-- dialer: customers, the contacts that were won, and their references.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0103 (generate_ulid); triggers V0201; users V0303;
-- V1002.
-- Locks: SHARE ROW EXCLUSIVE on users.users and dialer.contacts, for the foreign keys.

CREATE TABLE dialer.customers (
    id                  uuid          NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id             uuid          NOT NULL,
    contact_id          uuid          NOT NULL,
    customer_reference  varchar(50)   NOT NULL,
    company_name        varchar(255),
    industry            varchar(100),
    deal_value          numeric(12,2),
    deal_closed_date    date,
    contract_start_date date,
    contract_end_date   date,
    payment_terms       varchar(100),
    account_manager     varchar(255),
    notes               text,
    created_at          timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at          timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT customers_pkey PRIMARY KEY (id),
    CONSTRAINT customers_contact_id_key UNIQUE (contact_id),
    CONSTRAINT customers_customer_reference_key UNIQUE (customer_reference),
    CONSTRAINT customers_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    CONSTRAINT customers_contact_id_user_id_fkey FOREIGN KEY (contact_id, user_id)
        REFERENCES dialer.contacts (id, user_id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.customers IS
    'A contact that has become a customer, with the deal that was closed.';
COMMENT ON COLUMN dialer.customers.customer_reference IS
    'What the customer is called in letters; made when none is given.';

CREATE INDEX customers_user_id_idx ON dialer.customers (user_id);

-- No counter: it would tell each user how many customers the others win.
CREATE FUNCTION dialer.generate_customer_reference()
    RETURNS varchar
    LANGUAGE sql VOLATILE
    RETURN 'CUST-' || utilities.generate_ulid();

COMMENT ON FUNCTION dialer.generate_customer_reference() IS
    'A new customer reference: CUST- and a ULID. Later ones sort after earlier ones.';

-- The documented function returns a text, so that the trigger needs one of its own.
CREATE FUNCTION dialer.set_customer_reference()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.customer_reference := dialer.generate_customer_reference();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION dialer.set_customer_reference() IS
    'Trigger: a customer without a reference gets one.';

REVOKE ALL ON FUNCTION
    dialer.generate_customer_reference(),
    dialer.set_customer_reference()
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION dialer.generate_customer_reference() TO crm_app;

CREATE TRIGGER trigger_generate_customer_reference
    BEFORE INSERT ON dialer.customers
    FOR EACH ROW WHEN (coalesce(NEW.customer_reference, '') = '')
    EXECUTE FUNCTION dialer.set_customer_reference();

CREATE TRIGGER update_customers_updated_at
    BEFORE UPDATE ON dialer.customers
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.customers ENABLE ROW LEVEL SECURITY;

CREATE POLICY customers_tenant_policy ON dialer.customers
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON dialer.customers TO crm_app;
GRANT SELECT ON dialer.customers TO crm_readonly;
