-- analyze, down: drops the function.

DROP FUNCTION utilities.analyze_tables(name);
