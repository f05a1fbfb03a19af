-- crmdb: requires extension vector
-- utilities: vectors, for similarity search.
--
-- Needs: V0102; the right to create the extension, which is not a trusted one.
-- Locks: nothing.

CALL utilities.install_extension('vector');
