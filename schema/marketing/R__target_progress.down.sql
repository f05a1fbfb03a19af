-- target_progress, down: drops the view.

DROP VIEW marketing.target_progress;
