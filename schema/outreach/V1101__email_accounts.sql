-- outreach: the schema, and the mailboxes that mails are sent from.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_valid_email); triggers V0201; users V0303.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and users.users, for the foreign keys.

CREATE SCHEMA outreach;

COMMENT ON SCHEMA outreach IS
    'Cold e-mail: accounts, campaigns, leads, queue, activities, templates, unsubscribes.';

GRANT USAGE ON SCHEMA outreach TO crm_app, crm_readonly, crm_maintenance;

-- It cannot prove that something is encrypted, but a password or a JSON document is turned away.
-- 40 characters of base64 are 12 bytes of nonce, 16 of tag and at least one of text.
CREATE FUNCTION outreach.is_ciphertext(value text)
    RETURNS boolean
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (value COLLATE "C") ~ '^v[0-9]+:[A-Za-z0-9_.-]+:[A-Za-z0-9+/_-]{38,}={0,2}$'
        OR (value COLLATE "C") ~ (
            '^-----BEGIN PGP MESSAGE-----\r?\n.*\r?\n[A-Za-z0-9+/]{38,}.*'
            '\r?\n-----END PGP MESSAGE-----\s*$'
        );

COMMENT ON FUNCTION outreach.is_ciphertext(text) IS
    'Whether the text has the form of something encrypted: v<version>:<key id>:<base64>, or an '
    'armored PGP message.';

CREATE TABLE outreach.email_accounts (
    id                    uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id               uuid,
    organization_id       uuid         NOT NULL DEFAULT users.current_organization_id(),
    email                 varchar(255) NOT NULL,
    provider              varchar(50),
    credentials_encrypted text,
    settings              jsonb        DEFAULT '{}',
    health_score          integer      NOT NULL DEFAULT 100,
    warmup_status         varchar(50)  NOT NULL DEFAULT 'pending',
    daily_limit           integer      NOT NULL DEFAULT 50,
    current_sent_today    integer      NOT NULL DEFAULT 0,
    sent_on               date         NOT NULL
        DEFAULT (CURRENT_TIMESTAMP AT TIME ZONE 'UTC')::date,
    last_sent_at          timestamptz,
    created_at            timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at            timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT email_accounts_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT email_accounts_id_organization_id_key UNIQUE (id, organization_id),
    -- A mailbox that is there twice would send twice its limit.
    CONSTRAINT email_accounts_organization_id_email_key UNIQUE (organization_id, email),
    CONSTRAINT email_accounts_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT email_accounts_user_id_organization_id_fkey
        FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT email_accounts_email_format_check
        CHECK (utilities.is_valid_email(email) AND email = lower(email COLLATE "C")),
    CONSTRAINT email_accounts_provider_check CHECK (provider IN ('gmail', 'outlook', 'smtp')),
    CONSTRAINT email_accounts_credentials_ciphertext_check
        CHECK (outreach.is_ciphertext(credentials_encrypted)),
    CONSTRAINT email_accounts_health_score_range_check CHECK (health_score BETWEEN 0 AND 100),
    CONSTRAINT email_accounts_daily_limit_not_negative_check CHECK (daily_limit >= 0),
    CONSTRAINT email_accounts_sent_today_not_negative_check CHECK (current_sent_today >= 0)
);

COMMENT ON TABLE outreach.email_accounts IS
    'A mailbox that mails are sent from.';
COMMENT ON COLUMN outreach.email_accounts.user_id IS
    'Whose mailbox it is; NULL for one of the organization as a whole.';
COMMENT ON COLUMN outreach.email_accounts.email IS
    'In lower case.';
COMMENT ON COLUMN outreach.email_accounts.credentials_encrypted IS
    'What logs in to the provider, encrypted by the application with a key that is not in the '
    'database; see outreach.is_ciphertext() for the form.';
COMMENT ON COLUMN outreach.email_accounts.settings IS
    'The account''s own settings, as the application defines them.';
COMMENT ON COLUMN outreach.email_accounts.health_score IS
    'The reputation of the mailbox, 0 to 100; below 50 it does not send.';
COMMENT ON COLUMN outreach.email_accounts.warmup_status IS
    'The mailbox sends while this is warming or completed.';
COMMENT ON COLUMN outreach.email_accounts.daily_limit IS
    'How many mails a day, in UTC, at most.';
COMMENT ON COLUMN outreach.email_accounts.current_sent_today IS
    'How many mails were handed out for sending on the day sent_on. Attempts count, as they do '
    'for the provider.';
COMMENT ON COLUMN outreach.email_accounts.sent_on IS
    'The day, in UTC, that current_sent_today counts.';
COMMENT ON COLUMN outreach.email_accounts.last_sent_at IS
    'When a mail was last handed out for sending.';

CREATE INDEX email_accounts_user_id_idx ON outreach.email_accounts (user_id);

CREATE FUNCTION outreach.normalize_email_column()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.email := utilities.normalize_email(NEW.email);
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION outreach.normalize_email_column() IS
    'Trigger: stores an e-mail address cleaned and in lower case, so that equal ones are equal.';

-- Whoever counts is held to the limit, not only claim_next_email().
CREATE FUNCTION outreach.count_sent_today()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    today CONSTANT date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    IF OLD.sent_on < today AND NEW.sent_on = OLD.sent_on THEN
        NEW.current_sent_today := NEW.current_sent_today - OLD.current_sent_today;
        NEW.sent_on := today;
    END IF;
    IF NEW.current_sent_today > NEW.daily_limit THEN
        RAISE EXCEPTION 'account "%" has reached its daily limit of %', NEW.email, NEW.daily_limit
            USING ERRCODE = 'check_violation',
                  HINT = 'Wait for the next day in UTC, or raise daily_limit.',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'current_sent_today';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION outreach.count_sent_today() IS
    'Trigger: what is added to current_sent_today counts for today, and not beyond daily_limit.';

CREATE FUNCTION outreach.remaining_today(account outreach.email_accounts)
    RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE
        WHEN account.health_score < 50 THEN 0
        WHEN account.warmup_status NOT IN ('warming', 'completed') THEN 0
        WHEN account.sent_on < (now() AT TIME ZONE 'UTC')::date THEN account.daily_limit
        ELSE greatest(account.daily_limit - account.current_sent_today, 0)
    END;

COMMENT ON FUNCTION outreach.remaining_today(outreach.email_accounts) IS
    'How many mails the account may still send today: SELECT remaining_today(a) FROM '
    'email_accounts AS a. None while it is unhealthy or not warmed up.';

REVOKE ALL ON FUNCTION
    outreach.is_ciphertext(text),
    outreach.normalize_email_column(),
    outreach.count_sent_today(),
    outreach.remaining_today(outreach.email_accounts)
FROM PUBLIC;

GRANT EXECUTE ON FUNCTION outreach.is_ciphertext(text) TO crm_app;
GRANT EXECUTE ON FUNCTION outreach.remaining_today(outreach.email_accounts) TO crm_app;

CREATE TRIGGER normalize_email_account_email
    BEFORE INSERT OR UPDATE OF email ON outreach.email_accounts
    FOR EACH ROW EXECUTE FUNCTION outreach.normalize_email_column();

CREATE TRIGGER count_sent_today
    BEFORE UPDATE OF current_sent_today ON outreach.email_accounts
    FOR EACH ROW WHEN (NEW.current_sent_today > OLD.current_sent_today)
    EXECUTE FUNCTION outreach.count_sent_today();

CREATE TRIGGER update_email_accounts_updated_at
    BEFORE UPDATE ON outreach.email_accounts
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE outreach.email_accounts ENABLE ROW LEVEL SECURITY;

CREATE POLICY email_accounts_tenant_policy ON outreach.email_accounts
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON outreach.email_accounts TO crm_app;
-- Everything but the credentials.
GRANT SELECT (
    id, user_id, organization_id, email, provider, settings, health_score, warmup_status,
    daily_limit, current_sent_today, sent_on, last_sent_at, created_at, updated_at
) ON outreach.email_accounts TO crm_readonly;
