-- campaigns, down: drops the table. DESTROYS every campaign.

DROP TABLE outreach.campaigns;  -- takes its trigger, indexes, policy, grants and comments along
