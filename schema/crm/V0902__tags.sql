-- crm: tags, and which contacts have them.
--
-- Needs: triggers V0201; users V0302; V0901.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations and crm.contacts, for the foreign keys.

CREATE TABLE crm.tags (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    name            varchar(100) NOT NULL,
    color           varchar(7)   NOT NULL DEFAULT '#6b7280',
    description     text,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT tags_pkey PRIMARY KEY (id),
    CONSTRAINT tags_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT tags_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT tags_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT tags_color_format_check CHECK ((color COLLATE "C") ~ '^#[0-9A-Fa-f]{6}$')
);

COMMENT ON TABLE crm.tags IS
    'A word that groups contacts or deals.';
COMMENT ON COLUMN crm.tags.name IS
    'Unique in the organization; capitals make no difference.';
COMMENT ON COLUMN crm.tags.color IS
    'How it is shown: # and six hexadecimal digits.';

CREATE UNIQUE INDEX tags_organization_id_name_lower_key
    ON crm.tags (organization_id, lower(name));

CREATE TABLE crm.contact_tags (
    id              uuid        NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid        NOT NULL DEFAULT users.current_organization_id(),
    contact_id      uuid        NOT NULL,
    tag_id          uuid        NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT contact_tags_pkey PRIMARY KEY (id),
    -- With the organization: nobody can find out what tags others' contacts have.
    CONSTRAINT contact_tags_contact_id_tag_id_organization_id_key
        UNIQUE (contact_id, tag_id, organization_id),
    CONSTRAINT contact_tags_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT contact_tags_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT contact_tags_tag_id_organization_id_fkey
        FOREIGN KEY (tag_id, organization_id)
        REFERENCES crm.tags (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE crm.contact_tags IS
    'Which contact has which tag.';

CREATE INDEX contact_tags_organization_id_idx ON crm.contact_tags (organization_id);
CREATE INDEX contact_tags_tag_id_idx ON crm.contact_tags (tag_id);

CREATE TRIGGER update_tags_updated_at
    BEFORE UPDATE ON crm.tags
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER update_contact_tags_updated_at
    BEFORE UPDATE ON crm.contact_tags
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm.contact_tags ENABLE ROW LEVEL SECURITY;

CREATE POLICY tags_tenant_policy ON crm.tags
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY contact_tags_tenant_policy ON crm.contact_tags
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.tags, crm.contact_tags TO crm_app;
GRANT SELECT ON crm.tags, crm.contact_tags TO crm_readonly;
