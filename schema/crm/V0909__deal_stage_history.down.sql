-- deal_stage_history, down: drops the triggers on deals, their function and the table. DESTROYS
-- the history of every deal.

DROP TRIGGER log_deal_stage_change ON crm.deals;
DROP TRIGGER log_new_deal_stage ON crm.deals;
DROP FUNCTION crm.log_deal_stage_change();
DROP TABLE crm.deal_stage_history;  -- takes its trigger, indexes, policy, grants, comments along
