-- deals, down: drops the tables, newest first, and the trigger function. DESTROYS every deal.

DROP TABLE crm.deal_tags;  -- takes its trigger, indexes, policy, grants and comments along
DROP TABLE crm.deals;
DROP FUNCTION crm.stamp_deal();
