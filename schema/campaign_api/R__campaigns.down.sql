-- campaigns, down: drops the functions, newest first.

DROP FUNCTION campaign_api.finish_campaign(uuid);
DROP FUNCTION campaign_api.pause_campaign(uuid);
DROP FUNCTION campaign_api.create_campaign(text, date, date, text, text);
DROP FUNCTION campaign_api.set_campaign_status(uuid, text, text[]);
DROP FUNCTION campaign_api.lock_own_campaign(uuid);
DROP FUNCTION campaign_api.own_campaign(uuid);
DROP FUNCTION campaign_api.current_vendor();
