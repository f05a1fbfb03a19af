-- counted, down: drops the functions and the types.

DROP FUNCTION dialer.cta_clicks(jsonb);
DROP FUNCTION dialer.lock_figures(uuid[]);
DROP TYPE dialer.agent_figures;
DROP TYPE dialer.counted;
