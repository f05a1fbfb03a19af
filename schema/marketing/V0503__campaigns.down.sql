-- campaigns, down: drops the tables. DESTROYS every campaign and source.

DROP TABLE marketing.campaigns;  -- takes its trigger, indexes, policy and grants along
DROP TABLE marketing.sources;
