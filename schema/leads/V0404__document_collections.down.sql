-- document_collections, down: drops the tables and the function, newest first. DESTROYS the
-- record of every document.

DROP TABLE leads.documents;
DROP FUNCTION leads.fill_organization_of_document();
DROP TABLE leads.document_collections;
