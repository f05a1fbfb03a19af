-- marketing: extension btree_gist, so that periods of one campaign or vendor cannot overlap.
--
-- Needs: utilities V0102 (install_extension); the right to create trusted extensions.
-- Locks: nothing.

CALL utilities.install_extension('btree_gist');
