-- ivr_menus, down: drops the tables and the trigger function. DESTROYS every menu.

DROP TABLE telephony.ivr_menu_options;  -- takes its triggers, indexes, policy, grants along
DROP FUNCTION telephony.refuse_endless_ivr();
DROP TABLE telephony.ivr_menus;
