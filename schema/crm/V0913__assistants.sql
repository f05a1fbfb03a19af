-- crm: assistants, the AI voices that call and answer, and the phone numbers they use.
--
-- Needs: utilities V0104 (is_e164); triggers V0201; users V0302; V0901 (the schema).
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, for the foreign keys.

CREATE TABLE crm.assistants (
    id                   uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id      uuid          NOT NULL DEFAULT users.current_organization_id(),
    name                 varchar(255)  NOT NULL,
    description          text,
    status               varchar(20)   NOT NULL DEFAULT 'draft',
    vapi_assistant_id    varchar(100),
    model_provider       varchar(50),
    model                varchar(100),
    voice_provider       varchar(50),
    voice_id             varchar(100),
    language             varchar(10)   NOT NULL DEFAULT 'en-US',
    system_prompt        text,
    first_message        text,
    temperature          numeric(3,2),
    max_duration_seconds integer,
    cost_per_minute      numeric(10,4),
    capabilities         text[]        NOT NULL DEFAULT '{}',
    settings             jsonb         NOT NULL DEFAULT '{}',
    created_at           timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at           timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT assistants_pkey PRIMARY KEY (id),
    CONSTRAINT assistants_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT assistants_organization_id_vapi_assistant_id_key
        UNIQUE (organization_id, vapi_assistant_id),
    CONSTRAINT assistants_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT assistants_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT assistants_status_check
        CHECK (status IN ('draft', 'active', 'inactive', 'archived')),
    CONSTRAINT assistants_temperature_check CHECK (temperature BETWEEN 0 AND 2),
    CONSTRAINT assistants_max_duration_seconds_positive_check CHECK (max_duration_seconds > 0),
    CONSTRAINT assistants_cost_per_minute_not_negative_check
        CHECK (cost_per_minute >= 0 AND cost_per_minute < 'NaN')
);

COMMENT ON TABLE crm.assistants IS
    'An AI voice assistant and how it is set up.';
COMMENT ON COLUMN crm.assistants.vapi_assistant_id IS
    'Its id at VAPI; NULL until it is created there.';
COMMENT ON COLUMN crm.assistants.system_prompt IS
    'What the model is told before each call.';
COMMENT ON COLUMN crm.assistants.first_message IS
    'What it says first.';
COMMENT ON COLUMN crm.assistants.capabilities IS
    'What it can do, such as book_appointment or transfer_call, as the application defines it.';
COMMENT ON COLUMN crm.assistants.settings IS
    'What else VAPI is told: tools, transcriber, analysis plan.';

CREATE INDEX assistants_organization_id_name_status_idx
    ON crm.assistants (organization_id, name, status);
CREATE INDEX assistants_organization_id_active_idx
    ON crm.assistants (organization_id, name) WHERE status = 'active';
CREATE INDEX assistants_capabilities_idx ON crm.assistants USING gin (capabilities);

CREATE TABLE crm.phone_numbers (
    id              uuid          NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid          NOT NULL DEFAULT users.current_organization_id(),
    assistant_id    uuid,
    phone_number    varchar(20)   NOT NULL,
    label           varchar(100),
    provider        varchar(20)   NOT NULL DEFAULT 'vapi',
    external_id     varchar(255),
    status          varchar(20)   NOT NULL DEFAULT 'active',
    capabilities    text[]        NOT NULL DEFAULT '{voice}',
    monthly_cost    numeric(10,4),
    purchased_at    timestamptz,
    released_at     timestamptz,
    metadata        jsonb         NOT NULL DEFAULT '{}',
    created_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz   NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT phone_numbers_pkey PRIMARY KEY (id),
    CONSTRAINT phone_numbers_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT phone_numbers_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT phone_numbers_assistant_id_organization_id_fkey
        FOREIGN KEY (assistant_id, organization_id)
        REFERENCES crm.assistants (id, organization_id) ON DELETE SET NULL (assistant_id),
    CONSTRAINT phone_numbers_phone_number_e164_check CHECK (utilities.is_e164(phone_number)),
    CONSTRAINT phone_numbers_provider_check
        CHECK (provider IN ('vapi', 'twilio', 'vonage', 'telnyx', 'sip', 'other')),
    CONSTRAINT phone_numbers_status_check
        CHECK (status IN ('active', 'inactive', 'suspended', 'released')),
    CONSTRAINT phone_numbers_capabilities_check
        CHECK (capabilities <@ ARRAY['voice', 'sms', 'mms', 'fax']),
    CONSTRAINT phone_numbers_monthly_cost_not_negative_check
        CHECK (monthly_cost >= 0 AND monthly_cost < 'NaN'),
    CONSTRAINT phone_numbers_released_after_purchase_check CHECK (released_at >= purchased_at)
);

COMMENT ON TABLE crm.phone_numbers IS
    'A phone number that the organization calls from or is called at.';
COMMENT ON COLUMN crm.phone_numbers.assistant_id IS
    'The assistant that answers and calls; NULL for none.';
COMMENT ON COLUMN crm.phone_numbers.external_id IS
    'Its id at the provider.';
COMMENT ON COLUMN crm.phone_numbers.capabilities IS
    'Some of voice, sms, mms, fax.';

-- Of one organization, not of all: nobody can find out or block what others have.
CREATE UNIQUE INDEX phone_numbers_organization_id_phone_number_in_use_key
    ON crm.phone_numbers (organization_id, phone_number) WHERE status <> 'released';
CREATE INDEX phone_numbers_organization_id_status_idx
    ON crm.phone_numbers (organization_id, status);
CREATE INDEX phone_numbers_assistant_id_idx ON crm.phone_numbers (assistant_id);
CREATE INDEX phone_numbers_capabilities_idx ON crm.phone_numbers USING gin (capabilities);

CREATE TRIGGER update_assistants_updated_at
    BEFORE UPDATE ON crm.assistants
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_phone_numbers_updated_at
    BEFORE UPDATE ON crm.phone_numbers
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.assistants ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.phone_numbers ENABLE ROW LEVEL SECURITY;

CREATE POLICY assistants_tenant_policy ON crm.assistants
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY phone_numbers_tenant_policy ON crm.phone_numbers
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.assistants, crm.phone_numbers TO crm_app;
GRANT SELECT ON crm.assistants, crm.phone_numbers TO crm_readonly;
