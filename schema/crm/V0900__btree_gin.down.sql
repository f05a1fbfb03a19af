-- btree_gin, down: removes the extension, unless it was there before.

CALL utilities.remove_extension('btree_gin');
