-- dialer: a user's telephone numbers at Twilio, and the server that sends the user's mail.
--
-- Needs: utilities V0102 (uuid_generate_v4), triggers V0201, users V0303, V1001 (schema).
-- Locks: SHARE ROW EXCLUSIVE on users.users, for the foreign keys.

CREATE TABLE dialer.phone_numbers (
    id            uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id       uuid         NOT NULL,
    phone_number  varchar(50)  NOT NULL,
    friendly_name varchar(255),
    country_code  varchar(5),
    is_active     boolean      NOT NULL DEFAULT true,
    capabilities  jsonb        DEFAULT '{}',
    twilio_sid    varchar(255),
    created_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT phone_numbers_pkey PRIMARY KEY (id),
    CONSTRAINT phone_numbers_phone_number_key UNIQUE (phone_number),
    CONSTRAINT phone_numbers_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE
);

COMMENT ON TABLE dialer.phone_numbers IS
    'A telephone number that a user has at Twilio.';
COMMENT ON COLUMN dialer.phone_numbers.capabilities IS
    'What it can do: voice, sms, mms.';
COMMENT ON COLUMN dialer.phone_numbers.twilio_sid IS
    'The number''s id at Twilio.';

CREATE INDEX phone_numbers_user_id_idx ON dialer.phone_numbers (user_id);

CREATE TRIGGER update_phone_numbers_updated_at
    BEFORE UPDATE ON dialer.phone_numbers
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TABLE dialer.user_email_settings (
    id            uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    user_id       uuid         NOT NULL,
    smtp_host     varchar(255) NOT NULL,
    smtp_port     integer      NOT NULL DEFAULT 587,
    smtp_secure   boolean      NOT NULL DEFAULT false,
    smtp_user     varchar(255) NOT NULL,
    smtp_password text         NOT NULL,
    from_email    varchar(255) NOT NULL,
    from_name     varchar(255),
    created_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at    timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT user_email_settings_pkey PRIMARY KEY (id),
    CONSTRAINT user_email_settings_user_id_key UNIQUE (user_id),
    CONSTRAINT user_email_settings_user_id_fkey FOREIGN KEY (user_id)
        REFERENCES users.users (id) ON DELETE CASCADE,
    -- Whether it is encrypted cannot be seen, but few passwords look like it: nonce and tag alone
    -- are 38 characters of base64.
    CONSTRAINT user_email_settings_smtp_password_encrypted_check CHECK (
        smtp_password ~ '^[A-Za-z0-9+/=_:.$-]{38,}$'
        OR smtp_password LIKE '-----BEGIN PGP MESSAGE-----%'
    )
);

COMMENT ON TABLE dialer.user_email_settings IS
    'The mail server that a user''s mail is sent through.';
COMMENT ON COLUMN dialer.user_email_settings.smtp_secure IS
    'Whether the connection is encrypted from the start, not only by STARTTLS.';
COMMENT ON COLUMN dialer.user_email_settings.smtp_password IS
    'Encrypted by the application, which keeps the key: base64, hexadecimal or PGP armour.';

CREATE TRIGGER update_user_email_settings_updated_at
    BEFORE UPDATE ON dialer.user_email_settings
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE dialer.phone_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE dialer.user_email_settings ENABLE ROW LEVEL SECURITY;

CREATE POLICY phone_numbers_tenant_policy ON dialer.phone_numbers
    USING (user_id = (SELECT users.current_user_id()));
CREATE POLICY user_email_settings_tenant_policy ON dialer.user_email_settings
    USING (user_id = (SELECT users.current_user_id()));

GRANT SELECT, INSERT, UPDATE, DELETE
    ON dialer.phone_numbers, dialer.user_email_settings TO crm_app;
GRANT SELECT ON dialer.phone_numbers TO crm_readonly;
-- Everything but smtp_password.
GRANT SELECT (
    id, user_id, smtp_host, smtp_port, smtp_secure, smtp_user, from_email, from_name, created_at,
    updated_at
) ON dialer.user_email_settings TO crm_readonly;
