-- A made-up hospital, written in the study's columns and units. Nobody's data.
SELECT patient_id, event2y, male, age, stage, bilirubin, albumin, alp, ast
FROM read_csv('synthetic.csv', header = true)
