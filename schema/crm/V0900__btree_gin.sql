-- crm: extension btree_gin, so that a search finds the words of one organization by one index.
--
-- Needs: utilities V0102 (install_extension); the right to create trusted extensions.
-- Locks: nothing.

CALL utilities.install_extension('btree_gin');
