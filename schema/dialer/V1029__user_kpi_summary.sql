-- dialer: the dashboard's figures in a materialized view, and whether it is out of date.
--
-- Needs: users V0301, V1004, V1019, V1020, V1021.
-- Locks: SHARE ROW EXCLUSIVE on dialer.calls, agent_analytics and user_analytics, for the
-- triggers.

-- security_invoker: the reader's own rights and row policies apply.
CREATE VIEW dialer.user_kpis
    WITH (security_invoker = true) AS
SELECT
    u.user_id,
    u.date,
    u.total_calls,
    dialer.percent(a.successful_calls, a.successful_calls + a.failed_calls)::numeric(5,2)
        AS success_rate,
    dialer.percent(u.qualified_leads, u.total_calls)::numeric(5,2) AS conversion_rate,
    jsonb_build_object(
        'engagement', dialer.mean(a.engagement_score_sum, a.engagement_score_count),
        'intent', dialer.mean(a.intent_score_sum, a.intent_score_count),
        'urgency', dialer.mean(a.urgency_score_sum, a.urgency_score_count),
        'budget', dialer.mean(a.budget_score_sum, a.budget_score_count),
        'fit', dialer.mean(a.fit_score_sum, a.fit_score_count),
        'total', dialer.mean(a.total_score_sum, a.total_score_count)
    ) AS avg_scores,
    u.qualified_leads,
    u.credits_used
FROM dialer.user_analytics AS u
JOIN (
    SELECT
        d.user_id,
        d.date,
        sum(d.successful_calls) AS successful_calls,
        sum(d.failed_calls) AS failed_calls,
        sum(d.engagement_score_sum) AS engagement_score_sum,
        sum(d.engagement_score_count) AS engagement_score_count,
        sum(d.intent_score_sum) AS intent_score_sum,
        sum(d.intent_score_count) AS intent_score_count,
        sum(d.urgency_score_sum) AS urgency_score_sum,
        sum(d.urgency_score_count) AS urgency_score_count,
        sum(d.budget_score_sum) AS budget_score_sum,
        sum(d.budget_score_count) AS budget_score_count,
        sum(d.fit_score_sum) AS fit_score_sum,
        sum(d.fit_score_count) AS fit_score_count,
        sum(d.total_score_sum) AS total_score_sum,
        sum(d.total_score_count) AS total_score_count
    FROM dialer.agent_analytics AS d
    WHERE d.hour IS NULL
    GROUP BY d.user_id, d.date
) AS a ON a.user_id = u.user_id AND a.date = u.date;

COMMENT ON VIEW dialer.user_kpis IS
    'Each user''s days as they are now; dialer.user_kpi_summary is a copy.';
COMMENT ON COLUMN dialer.user_kpis.success_rate IS
    'Successful calls, in percent of those that ended.';
COMMENT ON COLUMN dialer.user_kpis.conversion_rate IS
    'Qualified leads, in percent of all calls.';
COMMENT ON COLUMN dialer.user_kpis.avg_scores IS
    'Means over the leads: engagement, intent, urgency, budget, fit, total.';

GRANT SELECT ON dialer.user_kpis TO crm_app, crm_readonly;

CREATE MATERIALIZED VIEW dialer.user_kpi_summary AS
SELECT
    k.user_id,
    k.date,
    k.total_calls,
    k.success_rate,
    k.conversion_rate,
    k.avg_scores,
    k.qualified_leads,
    k.credits_used
FROM dialer.user_kpis AS k;

COMMENT ON MATERIALIZED VIEW dialer.user_kpi_summary IS
    'A copy of dialer.user_kpis, as of the last refresh. Row policies do not bind it: read it '
    'through dialer.get_user_kpi_summary().';

-- REFRESH CONCURRENTLY needs a unique index.
CREATE UNIQUE INDEX user_kpi_summary_user_id_date_key ON dialer.user_kpi_summary (user_id, date);
CREATE INDEX idx_user_kpi_summary_date ON dialer.user_kpi_summary (date);
CREATE INDEX idx_user_kpi_summary_performance
    ON dialer.user_kpi_summary (success_rate DESC, conversion_rate DESC);

-- One row a transaction, and not one for the view: nobody waits for another. And nothing is lost:
-- a refresh deletes the rows it sees, and those of transactions still open come after it.
CREATE TABLE dialer.user_kpi_changes (
    transaction_id xid8        NOT NULL DEFAULT pg_current_xact_id(),
    -- After a dump and restore, numbers of transactions come again; at another time.
    changed_at     timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT user_kpi_changes_pkey PRIMARY KEY (transaction_id, changed_at)
);

COMMENT ON TABLE dialer.user_kpi_changes IS
    'Transactions that have changed what dialer.user_kpi_summary shows, since its last refresh.';

CREATE FUNCTION dialer.note_user_kpi_change()
    RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    INSERT INTO dialer.user_kpi_changes DEFAULT VALUES ON CONFLICT DO NOTHING;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION dialer.note_user_kpi_change() IS
    'Trigger, FOR EACH STATEMENT: notes that dialer.user_kpi_summary is out of date.';

REVOKE ALL ON FUNCTION dialer.note_user_kpi_change() FROM PUBLIC;

CREATE TRIGGER trigger_refresh_user_kpi_summary
    AFTER INSERT OR UPDATE OR DELETE ON dialer.calls
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.note_user_kpi_change();

-- What the triggers on calls and leads write here is noted there.
CREATE TRIGGER trigger_refresh_user_kpi_summary
    AFTER INSERT OR UPDATE OR DELETE ON dialer.agent_analytics
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION dialer.note_user_kpi_change();

CREATE TRIGGER trigger_refresh_user_kpi_summary
    AFTER INSERT OR UPDATE OR DELETE ON dialer.user_analytics
    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION dialer.note_user_kpi_change();

CREATE TRIGGER trigger_refresh_user_kpi_summary
    AFTER INSERT OR UPDATE OR DELETE ON dialer.lead_analytics
    FOR EACH STATEMENT EXECUTE FUNCTION dialer.note_user_kpi_change();
