-- Of a job that has ended only what it has released is kept, in artifact; what it worked on goes with its end.
DELETE FROM model_state WHERE job_id IN (SELECT id FROM job WHERE ended_millis IS NOT NULL);
