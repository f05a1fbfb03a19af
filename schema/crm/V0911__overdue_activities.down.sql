-- overdue_activities, down: drops the trigger and the functions, newest first.

DROP FUNCTION crm.mark_overdue_activities(integer);
DROP TRIGGER update_activity_status ON crm.activities;
DROP FUNCTION crm.update_activity_status();
