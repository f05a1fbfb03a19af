-- performance, down: drops the functions, newest first.

DROP FUNCTION campaign_api.get_campaign_performance(uuid, date, date);
DROP FUNCTION campaign_api.list_campaigns();
