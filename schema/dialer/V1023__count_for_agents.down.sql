-- count_for_agents, down: drops the functions.

DROP FUNCTION dialer.count_leads(dialer.counted_lead[], dialer.counted_lead[]);
DROP FUNCTION dialer.count_calls(dialer.counted_call[], dialer.counted_call[]);
