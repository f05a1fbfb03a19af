-- agents, down: drops the table and the schema. DESTROYS every agent.

DROP TABLE dialer.agents;  -- takes its trigger, indexes, policy, grants and comments along
DROP SCHEMA dialer;
