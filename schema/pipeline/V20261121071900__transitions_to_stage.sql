-- pipeline: an index for the stage that a move leads to.
--
-- Needs: V0701 (transitions).
-- Locks: SHARE on pipeline.transitions, a small table.

-- A stage that goes takes the moves to it along; the primary key begins with where they come from.
CREATE INDEX transitions_to_stage_id_pipeline_id_idx
    ON pipeline.transitions (to_stage_id, pipeline_id);
