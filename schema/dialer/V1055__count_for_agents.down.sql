-- count_for_agents, down: drops the function.

DROP FUNCTION dialer.count_for_agents(dialer.counted[], dialer.counted[]);
