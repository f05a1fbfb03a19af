-- lead moves, down: drops the functions, newest first.

DROP FUNCTION pipeline.move_lead(uuid, uuid, uuid, text, uuid);
DROP FUNCTION pipeline.enter_pipeline(uuid, uuid, text);
