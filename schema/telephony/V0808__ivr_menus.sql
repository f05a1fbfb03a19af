-- telephony: IVR menus, and what each key in them does.
--
-- Needs: utilities V0102 (uuid_generate_v4), V0104 (is_e164); triggers V0201; users V0302
-- (organizations); V0803, V0806.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, telephony.extensions and
-- telephony.voicemail_boxes, for the foreign keys.

CREATE TABLE telephony.ivr_menus (
    id              uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id uuid        NOT NULL,
    name            text        NOT NULL,
    greeting        text,
    timeout_seconds integer     NOT NULL DEFAULT 5,
    max_attempts    integer     NOT NULL DEFAULT 3,
    is_active       boolean     NOT NULL DEFAULT true,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT ivr_menus_pkey PRIMARY KEY (id),
    CONSTRAINT ivr_menus_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT ivr_menus_organization_id_name_key UNIQUE (organization_id, name),
    CONSTRAINT ivr_menus_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT ivr_menus_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT ivr_menus_timeout_seconds_check CHECK (timeout_seconds BETWEEN 1 AND 120),
    CONSTRAINT ivr_menus_max_attempts_check CHECK (max_attempts BETWEEN 1 AND 20)
);

COMMENT ON TABLE telephony.ivr_menus IS
    'Menus that a caller goes through by keys.';
COMMENT ON COLUMN telephony.ivr_menus.greeting IS
    'The sound file that Asterisk plays, without its ending.';
COMMENT ON COLUMN telephony.ivr_menus.timeout_seconds IS
    'How long to wait for a key, after the greeting.';
COMMENT ON COLUMN telephony.ivr_menus.max_attempts IS
    'How often the menu is played before it ends the call.';

CREATE TABLE telephony.ivr_menu_options (
    id               uuid        NOT NULL DEFAULT extensions.uuid_generate_v4(),
    organization_id  uuid        NOT NULL,
    ivr_menu_id      uuid        NOT NULL,
    digit            text        NOT NULL,
    description      text,
    action           text        NOT NULL,
    extension_id     uuid,
    voicemail_box_id bigint,
    target_menu_id   uuid,
    target           text,
    created_at       timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at       timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT ivr_menu_options_pkey PRIMARY KEY (id),
    CONSTRAINT ivr_menu_options_ivr_menu_id_digit_key UNIQUE (ivr_menu_id, digit),
    CONSTRAINT ivr_menu_options_ivr_menu_id_organization_id_fkey
        FOREIGN KEY (ivr_menu_id, organization_id)
        REFERENCES telephony.ivr_menus (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT ivr_menu_options_extension_id_organization_id_fkey
        FOREIGN KEY (extension_id, organization_id)
        REFERENCES telephony.extensions (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT ivr_menu_options_voicemail_box_id_organization_id_fkey
        FOREIGN KEY (voicemail_box_id, organization_id)
        REFERENCES telephony.voicemail_boxes (uniqueid, organization_id) ON DELETE RESTRICT,
    CONSTRAINT ivr_menu_options_target_menu_id_organization_id_fkey
        FOREIGN KEY (target_menu_id, organization_id)
        REFERENCES telephony.ivr_menus (id, organization_id) ON DELETE RESTRICT,
    CONSTRAINT ivr_menu_options_digit_check CHECK ((digit COLLATE "C") ~ '^[0-9*#ti]$'),
    CONSTRAINT ivr_menu_options_action_check CHECK (action IN (
        'extension', 'voicemail', 'menu', 'external', 'queue', 'playback', 'repeat', 'hangup'
    )),
    -- One target, of the kind that the action wants, or none.
    CONSTRAINT ivr_menu_options_target_fits_check CHECK (
        (extension_id IS NOT NULL) = (action = 'extension')
        AND (voicemail_box_id IS NOT NULL) = (action = 'voicemail')
        AND (target_menu_id IS NOT NULL) = (action = 'menu')
        AND (target IS NOT NULL) = (action IN ('external', 'queue', 'playback'))
        AND target <> ''
        AND (action <> 'external' OR utilities.is_e164(target))
        AND target_menu_id <> ivr_menu_id
    )
);

COMMENT ON TABLE telephony.ivr_menu_options IS
    'What a key does in a menu. While a menu leads to an extension, box or menu, that cannot be '
    'deleted.';
COMMENT ON COLUMN telephony.ivr_menu_options.digit IS
    'The key; t when none is pressed in time, i when one that the menu does not have.';
COMMENT ON COLUMN telephony.ivr_menu_options.target IS
    'Of external the number in E.164 form, of queue its name, of playback the sound file.';

CREATE INDEX ivr_menu_options_extension_id_idx ON telephony.ivr_menu_options (extension_id);
CREATE INDEX ivr_menu_options_voicemail_box_id_idx
    ON telephony.ivr_menu_options (voicemail_box_id);
CREATE INDEX ivr_menu_options_target_menu_id_idx ON telephony.ivr_menu_options (target_menu_id);

-- A caller may go in circles by pressing keys; a line that nobody presses a key on may not.
CREATE FUNCTION telephony.refuse_endless_ivr()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    -- Two who close a circle at once, each with its half, would not see each other.
    PERFORM pg_advisory_xact_lock(
        hashtextextended('telephony.ivr_menu_options ' || NEW.organization_id, 0)
    );
    IF EXISTS (
        WITH RECURSIVE way (menu_id) AS (
            SELECT NEW.target_menu_id
            UNION
            SELECT o.target_menu_id
            FROM way AS w
            JOIN telephony.ivr_menu_options AS o ON o.ivr_menu_id = w.menu_id
            WHERE o.digit = 't' AND o.target_menu_id IS NOT NULL
        )
        SELECT FROM way AS w WHERE w.menu_id = NEW.ivr_menu_id
    ) THEN
        RAISE EXCEPTION 'the time-outs of menu "%" lead back to it', NEW.ivr_menu_id
            USING ERRCODE = 'check_violation',
                  HINT = 'Let one of the menus on the way hang up or lead somewhere else.',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'target_menu_id';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION telephony.refuse_endless_ivr() IS
    'Trigger: refuses a time-out that leads through others back to its own menu.';

REVOKE ALL ON FUNCTION telephony.refuse_endless_ivr() FROM PUBLIC;

CREATE TRIGGER refuse_endless_ivr
    AFTER INSERT OR UPDATE OF ivr_menu_id, digit, target_menu_id ON telephony.ivr_menu_options
    FOR EACH ROW WHEN (NEW.digit = 't' AND NEW.target_menu_id IS NOT NULL)
    EXECUTE FUNCTION telephony.refuse_endless_ivr();

CREATE TRIGGER update_ivr_menus_updated_at
    BEFORE UPDATE ON telephony.ivr_menus
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_ivr_menu_options_updated_at
    BEFORE UPDATE ON telephony.ivr_menu_options
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE telephony.ivr_menus ENABLE ROW LEVEL SECURITY;
ALTER TABLE telephony.ivr_menu_options ENABLE ROW LEVEL SECURITY;

CREATE POLICY ivr_menus_tenant_policy ON telephony.ivr_menus
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY ivr_menu_options_tenant_policy ON telephony.ivr_menu_options
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY ivr_menus_asterisk_policy ON telephony.ivr_menus
    FOR SELECT TO crm_asterisk USING (true);
CREATE POLICY ivr_menu_options_asterisk_policy ON telephony.ivr_menu_options
    FOR SELECT TO crm_asterisk USING (true);

GRANT SELECT, INSERT, UPDATE, DELETE ON telephony.ivr_menus, telephony.ivr_menu_options TO crm_app;
GRANT SELECT ON telephony.ivr_menus, telephony.ivr_menu_options TO crm_readonly, crm_asterisk;
