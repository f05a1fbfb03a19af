-- user_kpi_summary, down: drops the triggers, their function, the notes and the views.

DROP TRIGGER trigger_refresh_user_kpi_summary ON dialer.lead_analytics;
DROP TRIGGER trigger_refresh_user_kpi_summary ON dialer.user_analytics;
DROP TRIGGER trigger_refresh_user_kpi_summary ON dialer.agent_analytics;
DROP TRIGGER trigger_refresh_user_kpi_summary ON dialer.calls;
DROP FUNCTION dialer.note_user_kpi_change();
DROP TABLE dialer.user_kpi_changes;
DROP MATERIALIZED VIEW dialer.user_kpi_summary;  -- takes its indexes and comments along
DROP VIEW dialer.user_kpis;
