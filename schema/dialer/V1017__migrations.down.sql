-- migrations, down: drops the table. DESTROYS the application's list.

DROP TABLE dialer.migrations;  -- takes its sequence, grants and comments along
