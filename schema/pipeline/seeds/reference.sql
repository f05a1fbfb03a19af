-- pipeline: Pre-Sale, Sales and QC with their stages, for the default organization where it is.
-- The function leaves a pipeline of that name alone.

SELECT pipeline.create_default_pipelines(o.id)
FROM users.organizations AS o
WHERE o.id = '00000000-0000-0000-0000-000000000001';
