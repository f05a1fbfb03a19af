-- daily_analytics, down: drops the triggers and their functions.

DROP TRIGGER trg_leads_daily_analytics_on_delete ON dialer.lead_analytics;
DROP TRIGGER trg_leads_daily_analytics_on_update ON dialer.lead_analytics;
DROP TRIGGER trg_leads_daily_analytics ON dialer.lead_analytics;
DROP TRIGGER trg_calls_daily_analytics_on_delete ON dialer.calls;
DROP TRIGGER trg_calls_daily_analytics_on_update ON dialer.calls;
DROP TRIGGER trg_calls_daily_analytics ON dialer.calls;
DROP FUNCTION dialer.update_agent_scores_from_lead_analytics();
DROP FUNCTION dialer.update_agent_analytics_from_calls();
