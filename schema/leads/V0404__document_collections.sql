-- leads: the documents that a lead has handed in, by collection.
--
-- Needs: utilities V0102 (uuid_generate_v4); triggers V0201; users V0303; V0402.
-- Locks: SHARE ROW EXCLUSIVE on users.users and leads.leads, for the foreign keys.

CREATE TABLE leads.document_collections (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    lead_id         uuid         NOT NULL,
    organization_id uuid         NOT NULL,
    name            varchar(255) NOT NULL,
    description     text,
    completed_at    timestamptz,
    created_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,
    updated_at      timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT document_collections_pkey PRIMARY KEY (id),
    CONSTRAINT document_collections_id_organization_id_key UNIQUE (id, organization_id),
    CONSTRAINT document_collections_lead_id_organization_id_fkey
        FOREIGN KEY (lead_id, organization_id)
        REFERENCES leads.leads (id, organization_id) ON DELETE CASCADE
);

COMMENT ON TABLE leads.document_collections IS
    'Documents of a lead that belong together, such as those of an application.';
COMMENT ON COLUMN leads.document_collections.organization_id IS
    'The organization of the lead; filled from it.';
COMMENT ON COLUMN leads.document_collections.completed_at IS
    'When nothing was missing any more; NULL while something is.';

CREATE INDEX document_collections_lead_id_idx ON leads.document_collections (lead_id);
CREATE INDEX document_collections_organization_id_idx
    ON leads.document_collections (organization_id);

CREATE TABLE leads.documents (
    id              uuid         NOT NULL DEFAULT extensions.uuid_generate_v4(),
    collection_id   uuid         NOT NULL,
    organization_id uuid         NOT NULL,
    user_id         uuid,
    file_name       varchar(255) NOT NULL,
    mime_type       varchar(255),
    size_bytes      bigint,
    storage_url     text,
    metadata        jsonb        DEFAULT '{}',
    uploaded_at     timestamptz  NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT documents_pkey PRIMARY KEY (id),
    CONSTRAINT documents_collection_id_organization_id_fkey
        FOREIGN KEY (collection_id, organization_id)
        REFERENCES leads.document_collections (id, organization_id) ON DELETE CASCADE,
    CONSTRAINT documents_user_id_organization_id_fkey
        FOREIGN KEY (user_id, organization_id)
        REFERENCES users.users (id, organization_id) ON DELETE SET NULL (user_id),
    CONSTRAINT documents_size_bytes_not_negative_check CHECK (size_bytes >= 0)
);

COMMENT ON TABLE leads.documents IS
    'A document of a collection. The file itself is stored elsewhere.';
COMMENT ON COLUMN leads.documents.organization_id IS
    'The organization of the collection; filled from it.';
COMMENT ON COLUMN leads.documents.user_id IS
    'Who uploaded it; NULL for the lead itself, or one who has left.';
COMMENT ON COLUMN leads.documents.storage_url IS
    'Where the file is; NULL while it is awaited.';

CREATE INDEX documents_collection_id_idx ON leads.documents (collection_id);
CREATE INDEX documents_user_id_idx ON leads.documents (user_id);
CREATE INDEX documents_organization_id_idx ON leads.documents (organization_id);

CREATE FUNCTION leads.fill_organization_of_document()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    SELECT c.organization_id INTO NEW.organization_id
    FROM leads.document_collections AS c
    WHERE c.id = NEW.collection_id;

    IF NOT FOUND AND NEW.collection_id IS NOT NULL THEN
        RAISE EXCEPTION 'document collection "%" does not exist', NEW.collection_id
            USING ERRCODE = 'foreign_key_violation',
                  SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME, COLUMN = 'collection_id';
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION leads.fill_organization_of_document() IS
    'Trigger: fills organization_id of a document from its collection.';

REVOKE ALL ON FUNCTION leads.fill_organization_of_document() FROM PUBLIC;

CREATE TRIGGER fill_organization_of_lead
    BEFORE INSERT ON leads.document_collections
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_lead();

CREATE TRIGGER update_document_collections_updated_at
    BEFORE UPDATE ON leads.document_collections
    FOR EACH ROW EXECUTE FUNCTION triggers.update_updated_at_column();

CREATE TRIGGER fill_organization_of_document
    BEFORE INSERT ON leads.documents
    FOR EACH ROW WHEN (NEW.organization_id IS NULL)
    EXECUTE FUNCTION leads.fill_organization_of_document();

ALTER TABLE leads.document_collections ENABLE ROW LEVEL SECURITY;
ALTER TABLE leads.documents ENABLE ROW LEVEL SECURITY;

CREATE POLICY document_collections_tenant_policy ON leads.document_collections
    USING (organization_id = (SELECT users.current_organization_id()));
CREATE POLICY documents_tenant_policy ON leads.documents
    USING (organization_id = (SELECT users.current_organization_id()));

GRANT SELECT, INSERT, UPDATE, DELETE ON leads.document_collections, leads.documents TO crm_app;
GRANT SELECT ON leads.document_collections, leads.documents TO crm_readonly;
