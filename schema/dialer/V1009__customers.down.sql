-- customers, down: drops the table and its functions. DESTROYS every customer.

DROP TABLE dialer.customers;  -- takes its triggers, indexes, policy, grants and comments along
DROP FUNCTION dialer.set_customer_reference();
DROP FUNCTION dialer.generate_customer_reference();
