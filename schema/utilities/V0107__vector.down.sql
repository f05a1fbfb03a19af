-- vector, down: removes the extension, if the way up created it.

CALL utilities.remove_extension('vector');
