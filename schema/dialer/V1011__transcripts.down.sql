-- transcripts, down: drops the table. DESTROYS every transcript.

DROP TABLE dialer.transcripts;  -- takes its indexes, policy, grants and comments along
