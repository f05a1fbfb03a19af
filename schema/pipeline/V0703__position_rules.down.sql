-- position rules, down: drops the triggers and their functions.

DROP TRIGGER check_stage_change ON pipeline.stages;
DROP TRIGGER record_move ON pipeline.lead_positions;
DROP TRIGGER check_position ON pipeline.lead_positions;
DROP FUNCTION pipeline.check_stage_change();
DROP FUNCTION pipeline.record_move();
DROP FUNCTION pipeline.check_position();
