-- Munich: its patients of the Pbc3 trial, already in the study's units (umol/L, g/L, IU/L).
-- The outcome is known for whoever had it within two years and for whoever was followed for longer.
SELECT ptno                                AS patient_id,
       (status > 0 AND days <= 730)::INT   AS event2y,
       sex                                 AS male,
       age,
       stage,
       bili                                AS bilirubin,
       alb                                 AS albumin,
       alkph                               AS alp,
       asptr                               AS ast
FROM read_csv('Pbc3.csv', delim = ';', header = true, nullstr = 'NA')
WHERE unit = 5
  AND ((status > 0 AND days <= 730) OR days > 730)
