-- default pipelines, down: drops the function. What it made stays.

DROP FUNCTION pipeline.create_default_pipelines(uuid);
