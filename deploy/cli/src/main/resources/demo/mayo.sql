-- Mayo Clinic: American units and words, harmonised with the study (mg/dL x 17.1 = umol/L bilirubin,
-- g/dL x 10 = g/L albumin, sex in letters). The file has row numbers in front, without a name in its header.
-- The outcome is known for whoever had it within two years and for whoever was followed for longer.
SELECT id                                  AS patient_id,
       (status > 0 AND time <= 730)::INT   AS event2y,
       (sex = 'm')::INT                    AS male,
       age,
       stage,
       bili * 17.1                         AS bilirubin,
       albumin * 10                        AS albumin,
       alk_phos                            AS alp,
       ast
FROM read_csv('mypbc.txt.gz', delim = ' ', quote = '"', skip = 1, header = false, nullstr = 'NA',
              columns = {'row': 'INT', 'id': 'INT', 'time': 'INT', 'status': 'INT', 'trt': 'INT',
                         'age': 'DOUBLE', 'sex': 'VARCHAR', 'ascites': 'INT', 'hepato': 'INT',
                         'spiders': 'INT', 'edema': 'DOUBLE', 'bili': 'DOUBLE', 'chol': 'DOUBLE',
                         'albumin': 'DOUBLE', 'copper': 'DOUBLE', 'alk_phos': 'DOUBLE', 'ast': 'DOUBLE',
                         'trig': 'DOUBLE', 'platelet': 'DOUBLE', 'protime': 'DOUBLE', 'stage': 'INT'})
WHERE (status > 0 AND time <= 730) OR time > 730
