-- targets, down: drops the tables and their function. DESTROYS every target and achievement.

DROP TABLE marketing.achievements;  -- takes its trigger, indexes, policy and grants along
DROP TABLE marketing.targets;
DROP FUNCTION marketing.is_metric(text);
