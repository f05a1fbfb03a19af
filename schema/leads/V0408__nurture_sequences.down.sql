-- nurture_sequences, down: drops the tables, newest first. DESTROYS every sequence and how far
-- leads are in it.

DROP TABLE leads.lead_sequence_enrollments;
DROP TABLE leads.nurture_sequences;
