-- counted, down: drops the functions and the types.

DROP FUNCTION dialer.cta_clicks(jsonb);
DROP FUNCTION dialer.lock_figures(uuid[]);
DROP TYPE dialer.user_figures;
DROP TYPE dialer.lead_figures;
DROP TYPE dialer.counted_lead;
DROP TYPE dialer.call_figures;
DROP TYPE dialer.counted_call;
