-- log_lead, down: drops the function.

DROP FUNCTION campaign_api.log_lead(uuid, text, text, text, text, jsonb, text);
