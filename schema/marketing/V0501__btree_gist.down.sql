-- btree_gist, down: removes the extension, unless it was there before.

CALL utilities.remove_extension('btree_gist');
