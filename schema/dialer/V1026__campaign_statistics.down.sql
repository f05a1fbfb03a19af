-- campaign_statistics, down: drops the triggers and their functions.

DROP TRIGGER update_campaign_statistics_on_delete ON dialer.calls;
DROP TRIGGER update_campaign_statistics_on_update ON dialer.calls;
DROP TRIGGER update_campaign_statistics ON dialer.calls;
DROP FUNCTION dialer.update_campaign_statistics_on_delete();
DROP FUNCTION dialer.update_campaign_statistics();
DROP FUNCTION dialer.count_for_campaigns(uuid[], text[], uuid[], text[]);
COMMENT ON COLUMN dialer.call_campaigns.failed_calls IS NULL;
COMMENT ON COLUMN dialer.call_campaigns.successful_calls IS NULL;
COMMENT ON COLUMN dialer.call_campaigns.completed_calls IS NULL;
COMMENT ON COLUMN dialer.call_campaigns.total_contacts IS NULL;
