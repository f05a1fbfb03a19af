-- Random statements of all kinds, a few rows each; the seed is set before.
DO $$
DECLARE
    dice float;
    picked uuid[];
    base constant timestamptz := '2026-01-01 00:00+00';
BEGIN
    FOR i IN 1..250 LOOP
        dice := random();
        picked := ARRAY(SELECT id FROM dialer.calls ORDER BY random() LIMIT 1 + random() * 3);
        CASE
        WHEN dice < 0.30 THEN
            INSERT INTO dialer.calls (user_id, agent_id, campaign_id, bolna_conversation_id,
                bolna_execution_id, phone_number, status, duration_seconds, started_at, created_at)
            SELECT a.user_id, a.id, CASE WHEN random() < 0.6 THEN k.id END, 'c', i || '-' || n, '+1',
                (ARRAY['initiated', 'in-progress', 'completed', 'failed', 'busy', 'no-answer'])
                    [1 + floor(random() * 6)::int],
                CASE WHEN random() < 0.7 THEN floor(random() * 500) END,
                CASE WHEN random() < 0.6 THEN base + random() * interval '3 days' END,
                base + random() * interval '3 days'
            FROM generate_series(1, 1 + floor(random() * 6)::int) AS n
            CROSS JOIN LATERAL (
                SELECT * FROM dialer.agents WHERE n > 0 ORDER BY random() LIMIT 1
            ) AS a
            JOIN dialer.call_campaigns AS k ON k.agent_id = a.id;
        WHEN dice < 0.48 THEN
            UPDATE dialer.calls SET
                status = (ARRAY['initiated', 'in-progress', 'completed', 'failed', 'busy',
                    'no-answer'])[1 + floor(random() * 6)::int],
                duration_seconds = CASE WHEN random() < 0.8 THEN floor(random() * 900) END
            WHERE id = ANY (picked);
        WHEN dice < 0.52 THEN
            UPDATE dialer.calls SET summary = 'round ' || i WHERE id = ANY (picked);
        WHEN dice < 0.62 THEN
            UPDATE dialer.calls SET started_at =
                CASE WHEN random() < 0.8 THEN base + random() * interval '3 days' END
            WHERE id = ANY (picked);
        WHEN dice < 0.68 THEN
            UPDATE dialer.calls AS c SET
                agent_id = (SELECT id FROM dialer.agents AS a WHERE a.user_id = c.user_id
                    ORDER BY random() LIMIT 1),
                campaign_id = (SELECT id FROM dialer.call_campaigns AS k
                    WHERE k.user_id = c.user_id ORDER BY random() LIMIT 1)
            WHERE id = ANY (picked);
        WHEN dice < 0.71 THEN
            -- To another user; the ledger does not let go of a call that is paid.
            UPDATE dialer.calls AS c SET (user_id, agent_id, campaign_id) = (
                SELECT a.user_id, a.id, NULL::uuid FROM dialer.agents AS a
                WHERE c.id IS NOT NULL ORDER BY random() LIMIT 1)
            WHERE id = ANY (picked) AND credits_used = 0;
        WHEN dice < 0.82 THEN
            INSERT INTO dialer.lead_analytics (call_id, user_id, agent_id, engagement_score,
                intent_score, fit_score, qualification_status, ai_analysis)
            SELECT id, user_id, agent_id,
                CASE WHEN random() < 0.8 THEN random() * 100 END,
                CASE WHEN random() < 0.8 THEN random() * 100 END,
                CASE WHEN random() < 0.3 THEN random() * 100 END,
                (ARRAY['qualified', 'unqualified', NULL])[1 + floor(random() * 3)::int],
                CASE WHEN random() < 0.5 THEN jsonb_build_object('cta_demo_clicks',
                    floor(random() * 4), 'cta_human_escalations', random() < 0.5) END
            FROM dialer.calls WHERE id = ANY (picked) ON CONFLICT DO NOTHING;
        WHEN dice < 0.88 THEN
            UPDATE dialer.lead_analytics SET intent_score = random() * 100,
                engagement_score = NULL, qualification_status = 'qualified'
            WHERE call_id = ANY (picked);
        WHEN dice < 0.91 THEN
            DELETE FROM dialer.lead_analytics WHERE call_id = ANY (picked);
        WHEN dice < 0.96 THEN
            INSERT INTO dialer.credit_transactions (user_id, amount, type, call_id)
            SELECT user_id, -1 - floor(random() * 3), 'usage', id
            FROM dialer.calls WHERE id = ANY (picked) ON CONFLICT DO NOTHING;
        ELSE
            DELETE FROM dialer.calls WHERE id = ANY (picked);
        END CASE;
    END LOOP;
END;
$$;
