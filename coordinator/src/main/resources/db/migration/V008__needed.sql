-- How many inputs a sum of the job holds at least; of what is there already it is not known that it is more than the threshold.
ALTER TABLE job ADD COLUMN needed INTEGER NOT NULL DEFAULT 0;

UPDATE job SET needed = threshold;
