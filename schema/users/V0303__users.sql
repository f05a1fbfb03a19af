-- users: the users of all modules, in organizations or on their own.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_valid_email); triggers; V0302.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign key.

CREATE TABLE users.users (
    id                 uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id    uuid,
    email              varchar(255) NOT NULL,
    name               varchar(255) NOT NULL,
    first_name         varchar(100),
    last_name          varchar(100),
    role               varchar(50)  NOT NULL DEFAULT 'user',
    credits            integer      NOT NULL DEFAULT 15,
    is_active          boolean      NOT NULL DEFAULT true,
    auth_provider      varchar(50)  NOT NULL DEFAULT 'email',
    stack_auth_user_id varchar(255),
    email_verified     boolean      NOT NULL DEFAULT false,
    password_hash      varchar(255),
    company            varchar(255),
    website            varchar(255),
    location           varchar(255),
    bio                text,
    phone              varchar(50),
    settings           jsonb        DEFAULT '{}',
    created_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at         timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT users_pkey PRIMARY KEY (id),
    -- For foreign keys that also say that both rows belong to one organization.
    CONSTRAINT users_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT users_email_key UNIQUE (email),
    CONSTRAINT users_stack_auth_user_id_key UNIQUE (stack_auth_user_id),
    CONSTRAINT users_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT users_email_format_check CHECK (utilities.is_valid_email(email)),
    CONSTRAINT users_role_check CHECK (role IN ('user', 'admin', 'super_admin')),
    CONSTRAINT users_credits_not_negative_check CHECK (credits >= 0),
    CONSTRAINT users_auth_provider_check
        CHECK (auth_provider IN ('email', 'google', 'linkedin', 'github')),
    CONSTRAINT users_password_hash_bcrypt_check CHECK (triggers.is_bcrypt_hash(password_hash))
);

COMMENT ON TABLE users.users IS
    'A person who works with the platform. Deleting one deletes what belongs to it.';
COMMENT ON COLUMN users.users.organization_id IS
    'The organization the user works in; NULL for one who works alone.';
COMMENT ON COLUMN users.users.email IS
    'The login name, as typed; two addresses that differ only in case are one.';
COMMENT ON COLUMN users.users.name IS
    'Full name. When it is not given: first and last name, else what stands before the @.';
COMMENT ON COLUMN users.users.credits IS
    'Call credits left; each call takes some.';
COMMENT ON COLUMN users.users.auth_provider IS
    'Who vouches for the user: email is our own password, the rest are OAuth providers.';
COMMENT ON COLUMN users.users.stack_auth_user_id IS
    'The user''s id at Stack Auth; NULL without.';
COMMENT ON COLUMN users.users.password_hash IS
    'Bcrypt. A plain password written here is hashed before it is stored; NULL: no password, '
    'and so no login with one.';
COMMENT ON COLUMN users.users.location IS
    'Where the user is, or a time zone name.';
COMMENT ON COLUMN users.users.settings IS
    'The user''s own settings, as the application defines them.';

CREATE INDEX users_organization_id_idx ON users.users (organization_id);

-- Nobody takes over an account by writing its address in capitals. Log-ins look here.
CREATE UNIQUE INDEX users_email_lower_key ON users.users (lower(email));

CREATE FUNCTION users.fill_user_name()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.name = OLD.name
        AND OLD.name = btrim(concat_ws(' ', OLD.first_name, OLD.last_name))
    THEN
        NEW.name := NULL;  -- it came from the parts, and follows them
    END IF;
    NEW.name := coalesce(
        NEW.name,
        nullif(btrim(concat_ws(' ', NEW.first_name, NEW.last_name)), ''),
        split_part(NEW.email, '@', 1)
    );
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION users.fill_user_name() IS
    'Trigger: gives a user without a name the first and last name, or the local part of the '
    'address. A name made so follows the first and last name.';

REVOKE ALL ON FUNCTION users.fill_user_name() FROM PUBLIC;

CREATE TRIGGER fill_user_name
    BEFORE INSERT OR UPDATE OF name, first_name, last_name ON users.users
    FOR EACH ROW EXECUTE FUNCTION users.fill_user_name();

CREATE TRIGGER hash_user_password
    BEFORE INSERT OR UPDATE OF password_hash ON users.users
    FOR EACH ROW EXECUTE FUNCTION triggers.hash_password();

CREATE TRIGGER update_users_updated_at
    BEFORE UPDATE ON users.users
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE users.users ENABLE ROW LEVEL SECURITY;

-- A user sees itself and its organization. It writes itself only while it is in the current
-- organization, or in none: naming a user does not open another organization.
CREATE POLICY users_tenant_policy ON users.users
    USING (
        organization_id = (SELECT users.current_organization_id())
        OR id = (SELECT users.current_user_id())
    )
    WITH CHECK (
        organization_id = (SELECT users.current_organization_id())
        OR (organization_id IS NULL AND id = (SELECT users.current_user_id()))
    );

-- Everything but password_hash may be read; users.verify_password() compares it.
GRANT SELECT (
    id, organization_id, email, name, first_name, last_name, role, credits, is_active,
    auth_provider, stack_auth_user_id, email_verified, company, website, location, bio, phone,
    settings, created_at, updated_at
) ON users.users TO crm_app, crm_readonly;
GRANT INSERT, UPDATE, DELETE ON users.users TO crm_app;
