-- pipelines, down: drops the tables and the schema. DESTROYS every pipeline and its stages.

DROP TABLE pipeline.transitions;  -- takes its index, policy and grants along
DROP TABLE pipeline.stages;
DROP TABLE pipeline.pipelines;
DROP SCHEMA pipeline;
