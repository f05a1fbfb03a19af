-- crm: documents, the files of contacts, deals and activities.
--
-- Needs: triggers V0201; users V0303; V0901, V0908, V0910.
-- Locks: SHARE ROW EXCLUSIVE on users.organizations, users.users, crm.contacts, crm.deals and
-- crm.activities, for the foreign keys.

CREATE TABLE crm.documents (
    id              uuid         NOT NULL DEFAULT gen_random_uuid(),
    organization_id uuid         NOT NULL DEFAULT users.current_organization_id(),
    contact_id      uuid,
    deal_id         uuid,
    activity_id     uuid,
    uploaded_by     uuid,
    name            varchar(255) NOT NULL,
    description     text,
    document_type   varchar(20)  NOT NULL DEFAULT 'other',
    storage_path    text         NOT NULL,
    mime_type       varchar(255),
    size_bytes      bigint,
    sha256          bytea,
    tags            text[]       NOT NULL DEFAULT '{}',
    signed_at       timestamptz,
    expires_at      timestamptz,
    metadata        jsonb        NOT NULL DEFAULT '{}',
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT documents_organization_id_fkey FOREIGN KEY (organization_id)
        REFERENCES users.organizations (id) ON DELETE RESTRICT,
    CONSTRAINT documents_contact_id_organization_id_fkey
        FOREIGN KEY (contact_id, organization_id)
        REFERENCES crm.contacts (id, organization_id) ON DELETE SET NULL (contact_id),
    CONSTRAINT documents_deal_id_organization_id_fkey FOREIGN KEY (deal_id, organization_id)
        REFERENCES crm.deals (id, organization_id) ON DELETE SET NULL (deal_id),
    CONSTRAINT documents_activity_id_organization_id_fkey
        FOREIGN KEY (activity_id, organization_id)
        REFERENCES crm.activities (id, organization_id) ON DELETE SET NULL (activity_id),
    CONSTRAINT documents_uploaded_by_organization_id_fkey
        FOREIGN KEY (uploaded_by, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (uploaded_by),
    CONSTRAINT documents_one_owner_check
        CHECK (num_nonnulls(contact_id, deal_id, activity_id) <= 1),
    CONSTRAINT documents_name_not_blank_check CHECK (btrim(name) <> ''),
    CONSTRAINT documents_document_type_check CHECK (document_type IN (
        'contract', 'agreement', 'disclosure', 'inspection', 'appraisal', 'invoice', 'photo',
        'identification', 'other'
    )),
    CONSTRAINT documents_size_bytes_not_negative_check CHECK (size_bytes >= 0),
    CONSTRAINT documents_sha256_length_check CHECK (octet_length(sha256) = 32),
    CONSTRAINT documents_expires_after_signing_check CHECK (expires_at > signed_at)
);

COMMENT ON TABLE crm.documents IS
    'A file that belongs to a contact, a deal or an activity. What it belonged to may be deleted; '
    'the file is then still known, and can be removed from where it is kept.';
COMMENT ON COLUMN crm.documents.storage_path IS
    'Where the file is kept, as the application names it; its content is not in the database.';
COMMENT ON COLUMN crm.documents.sha256 IS
    'The hash of the content.';

CREATE INDEX documents_organization_id_created_at_idx
    ON crm.documents (organization_id, created_at DESC);
CREATE INDEX documents_contact_id_idx ON crm.documents (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX documents_deal_id_idx ON crm.documents (deal_id) WHERE deal_id IS NOT NULL;
CREATE INDEX documents_activity_id_idx
    ON crm.documents (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX documents_uploaded_by_idx ON crm.documents (uploaded_by);
CREATE INDEX documents_tags_idx ON crm.documents USING gin (tags);

CREATE TRIGGER update_documents_updated_at
    BEFORE UPDATE ON crm.documents
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

ALTER TABLE crm.documents ENABLE ROW LEVEL SECURITY;

CREATE POLICY documents_tenant_policy ON crm.documents
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON crm.documents TO crm_app;
GRANT SELECT ON crm.documents TO crm_readonly;
