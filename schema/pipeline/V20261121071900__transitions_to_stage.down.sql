-- pipeline, down: the index for the stage that a move leads to.

DROP INDEX pipeline.transitions_to_stage_id_pipeline_id_idx;
