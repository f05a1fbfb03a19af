-- lead positions, down: drops the tables. DESTROYS where every lead stands, and its history.

DROP TABLE pipeline.lead_moves;  -- takes its indexes, policy and grants along
DROP TABLE pipeline.lead_positions;
