-- system_config, down: drops the functions and the table. DESTROYS every setting.

DROP POLICY system_config_admin_policy ON dialer.system_config;  -- asks is_super_admin()
DROP FUNCTION dialer.is_super_admin();
DROP FUNCTION dialer.config_integer(text);
DROP TABLE dialer.system_config;  -- takes its trigger, policy, grants and comments along
