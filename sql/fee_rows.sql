-- The rows of the fee tables. Written by tools/fee-rows from fees/*.csv: change those, and run it.

-- Size tiers. The older tables' own tiers (small, medium and large oversize) have no dimensions in
-- any source.
INSERT INTO rfba.size_tier (program, marketplace, position, size_tier, longest_side, median_side,
                            shortest_side, length_and_girth, weight, weight_divisor, least_side,
                            effective_from, source, shipped)
SELECT p.program, p.marketplace, v.*,
       'Amazon, FBA product size tiers; dimensional weight: Seller Central help G53Z9EKF8VVZVH29',
       true
FROM (VALUES
    (10, 'small_standard', 15,   12,   0.75, NULL, 1,    NULL, NULL, date '-infinity'),
    (20, 'large_standard', 18,   14,   8,    NULL, 20,   139,  NULL, '-infinity'),
    (30, 'small_bulky',    37,   28,   20,   NULL, 50,   139,  2,    '2026-01-15'),
    (40, 'large_bulky',    59,   33,   33,   130,  50,   139,  2,    '2024-02-05'),
    (50, 'xl_0_50',        NULL, NULL, NULL, NULL, 50,   139,  2,    '2024-02-05'),
    (60, 'xl_50_70',       NULL, NULL, NULL, NULL, 70,   139,  2,    '2024-02-05'),
    (70, 'xl_70_150',      NULL, NULL, NULL, NULL, 150,  139,  2,    '2024-02-05'),
    (80, 'xl_150_plus',    NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-02-05')
) v (position, size_tier)
JOIN (VALUES
    ('FBA', 'US'), ('RF', 'CA'), ('RF', 'MX'), ('RF', 'BR')
) p (program, marketplace) ON p.program = 'FBA' OR v.size_tier <> 'small_bulky';

-- Fulfilment fees.

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'CA', 'RF', 'standard', 'nonpeak', '2024-02-05', '2024-10-14', '2024', 'high',
       'Seller Central help G57UH6FFZUJ5DX3W, 2024 fees for Remote Fulfillment with FBA', true, v.*
FROM (VALUES
    ('small_standard',    0,    2, 'oz',  8.21, NULL, NULL, NULL),
    ('small_standard',    2,    4, 'oz',  8.38, NULL, NULL, NULL),
    ('small_standard',    4,    6, 'oz',  8.55, NULL, NULL, NULL),
    ('small_standard',    6,    8, 'oz',  8.69, NULL, NULL, NULL),
    ('small_standard',    8,   10, 'oz',  8.83, NULL, NULL, NULL),
    ('small_standard',   10,   12, 'oz',  8.97, NULL, NULL, NULL),
    ('small_standard',   12,   14, 'oz',  9.11, NULL, NULL, NULL),
    ('small_standard',   14,   16, 'oz',  9.29, NULL, NULL, NULL),
    ('large_standard',    0,    4, 'oz',  9.46, NULL, NULL, NULL),
    ('large_standard',    4,    8, 'oz',  9.82, NULL, NULL, NULL),
    ('large_standard',    8,   12, 'oz', 10.26, NULL, NULL, NULL),
    ('large_standard',   12,   16, 'oz', 10.63, NULL, NULL, NULL),
    ('large_standard',    1, 1.25, 'lb', 12.05, NULL, NULL, NULL),
    ('large_standard', 1.25,  1.5, 'lb', 12.75, NULL, NULL, NULL),
    ('large_standard',  1.5, 1.75, 'lb', 12.98, NULL, NULL, NULL),
    ('large_standard', 1.75,    2, 'lb', 13.63, NULL, NULL, NULL),
    ('large_standard',    2, 2.25, 'lb', 13.84, NULL, NULL, NULL),
    ('large_standard', 2.25,  2.5, 'lb', 14.29, NULL, NULL, NULL),
    ('large_standard',  2.5, 2.75, 'lb', 14.44, NULL, NULL, NULL),
    ('large_standard', 2.75,    3, 'lb', 15.08, NULL, NULL, NULL),
    ('large_standard',    3,   20, 'lb', 15.61, 0.11, 0.25,    3),
    ('large_bulky',       0,   50, 'lb', 20.08, 0.80,    1,    1),
    ('xl_0_50',           0,   50, 'lb', 37.43, 0.80,    1,    1),
    ('xl_50_70',         50,   70, 'lb', 71.76, 0.80,    1,   51)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'CA', 'RF', 'standard', 'peak', '2024-10-15', '2025-01-14', '2024', 'high',
       'Seller Central help G57UH6FFZUJ5DX3W, 2024 fees for Remote Fulfillment with FBA', true, v.*
FROM (VALUES
    ('small_standard',    0,    2, 'oz',  8.70, NULL, NULL, NULL),
    ('small_standard',    2,    4, 'oz',  8.88, NULL, NULL, NULL),
    ('small_standard',    4,    6, 'oz',  9.05, NULL, NULL, NULL),
    ('small_standard',    6,    8, 'oz',  9.21, NULL, NULL, NULL),
    ('small_standard',    8,   10, 'oz',  9.36, NULL, NULL, NULL),
    ('small_standard',   10,   12, 'oz',  9.51, NULL, NULL, NULL),
    ('small_standard',   12,   14, 'oz',  9.67, NULL, NULL, NULL),
    ('small_standard',   14,   16, 'oz',  9.87, NULL, NULL, NULL),
    ('large_standard',    0,    4, 'oz', 10.08, NULL, NULL, NULL),
    ('large_standard',    4,    8, 'oz', 10.47, NULL, NULL, NULL),
    ('large_standard',    8,   12, 'oz', 10.95, NULL, NULL, NULL),
    ('large_standard',   12,   16, 'oz', 11.36, NULL, NULL, NULL),
    ('large_standard',    1, 1.25, 'lb', 12.82, NULL, NULL, NULL),
    ('large_standard', 1.25,  1.5, 'lb', 13.56, NULL, NULL, NULL),
    ('large_standard',  1.5, 1.75, 'lb', 13.83, NULL, NULL, NULL),
    ('large_standard', 1.75,    2, 'lb', 14.52, NULL, NULL, NULL),
    ('large_standard',    2, 2.25, 'lb', 14.79, NULL, NULL, NULL),
    ('large_standard', 2.25,  2.5, 'lb', 15.32, NULL, NULL, NULL),
    ('large_standard',  2.5, 2.75, 'lb', 15.57, NULL, NULL, NULL),
    ('large_standard', 2.75,    3, 'lb', 16.30, NULL, NULL, NULL),
    ('large_standard',    3,   20, 'lb', 16.95, 0.11, 0.25,    3),
    ('large_bulky',       0,   50, 'lb', 21.84, 0.80,    1,    1),
    ('xl_0_50',           0,   50, 'lb', 39.64, 0.80,    1,    1),
    ('xl_50_70',         50,   70, 'lb', 75.32, 0.80,    1,   51)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'CA', 'RF', 'standard', 'nonpeak', '2025-01-15', '2024', 'high',
       'Seller Central help G57UH6FFZUJ5DX3W, 2024 fees for Remote Fulfillment with FBA',
       'page says fees revert to non-peak rates on 2025-01-15; end date unknown; rows <=2 oz and 2+-4 oz confirmed still charged Jun-Sep 2025 by settlement data',
       true, v.*
FROM (VALUES
    ('small_standard',    0,    2, 'oz',  8.21, NULL, NULL, NULL),
    ('small_standard',    2,    4, 'oz',  8.38, NULL, NULL, NULL),
    ('small_standard',    4,    6, 'oz',  8.55, NULL, NULL, NULL),
    ('small_standard',    6,    8, 'oz',  8.69, NULL, NULL, NULL),
    ('small_standard',    8,   10, 'oz',  8.83, NULL, NULL, NULL),
    ('small_standard',   10,   12, 'oz',  8.97, NULL, NULL, NULL),
    ('small_standard',   12,   14, 'oz',  9.11, NULL, NULL, NULL),
    ('small_standard',   14,   16, 'oz',  9.29, NULL, NULL, NULL),
    ('large_standard',    0,    4, 'oz',  9.46, NULL, NULL, NULL),
    ('large_standard',    4,    8, 'oz',  9.82, NULL, NULL, NULL),
    ('large_standard',    8,   12, 'oz', 10.26, NULL, NULL, NULL),
    ('large_standard',   12,   16, 'oz', 10.63, NULL, NULL, NULL),
    ('large_standard',    1, 1.25, 'lb', 12.05, NULL, NULL, NULL),
    ('large_standard', 1.25,  1.5, 'lb', 12.75, NULL, NULL, NULL),
    ('large_standard',  1.5, 1.75, 'lb', 12.98, NULL, NULL, NULL),
    ('large_standard', 1.75,    2, 'lb', 13.63, NULL, NULL, NULL),
    ('large_standard',    2, 2.25, 'lb', 13.84, NULL, NULL, NULL),
    ('large_standard', 2.25,  2.5, 'lb', 14.29, NULL, NULL, NULL),
    ('large_standard',  2.5, 2.75, 'lb', 14.44, NULL, NULL, NULL),
    ('large_standard', 2.75,    3, 'lb', 15.08, NULL, NULL, NULL),
    ('large_standard',    3,   20, 'lb', 15.61, 0.11, 0.25,    3),
    ('large_bulky',       0,   50, 'lb', 20.08, 0.80,    1,    1),
    ('xl_0_50',           0,   50, 'lb', 37.43, 0.80,    1,    1),
    ('xl_50_70',         50,   70, 'lb', 71.76, 0.80,    1,   51)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'CA', 'RF', 'standard', 'all_year', true, 'undated-6oz-bands',
       'high (amounts) / none (dates)', 'Seller Central help GZPT8XN3YNMRXFEZ (amazon.ca)',
       'page carries no effective date; states the fees apply year round; superseded by 2024 table',
       true, v.*
FROM (VALUES
    ('small_standard',   0,   6, 'oz',  7.22, NULL, NULL, NULL),
    ('small_standard',   6,  12, 'oz',  7.55, NULL, NULL, NULL),
    ('small_standard',  12,  16, 'oz',  7.85, NULL, NULL, NULL),
    ('large_standard',   0,   6, 'oz',  8.70, NULL, NULL, NULL),
    ('large_standard',   6,  12, 'oz',  9.04, NULL, NULL, NULL),
    ('large_standard',  12,  16, 'oz',  9.30, NULL, NULL, NULL),
    ('large_standard',   1,   2, 'lb', 10.90, NULL, NULL, NULL),
    ('large_standard',   2,   3, 'lb', 12.79, NULL, NULL, NULL),
    ('large_standard',   3,  20, 'lb', 12.79, 0.80,    1,    3),
    ('small_oversize',   0,  70, 'lb', 18.64, 0.80,    1,    2),
    ('medium_oversize',  0, 150, 'lb', 32.15, 0.80,    1,    2)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'MX', 'RF', 'standard', 'all_year', true, 'undated-6oz-bands',
       'high (amounts) / none (dates)', 'Seller Central help GZPT8XN3YNMRXFEZ (amazon.ca)',
       'page carries no effective date; states the fees apply year round; superseded by 2024 table',
       true, v.*
FROM (VALUES
    ('small_standard',   0,   6, 'oz', 102.39, NULL, NULL, NULL),
    ('small_standard',   6,  12, 'oz', 107.37, NULL, NULL, NULL),
    ('small_standard',  12,  16, 'oz', 110.36, NULL, NULL, NULL),
    ('large_standard',   0,   6, 'oz', 121.02, NULL, NULL, NULL),
    ('large_standard',   6,  12, 'oz', 125.53, NULL, NULL, NULL),
    ('large_standard',  12,  16, 'oz', 129.83, NULL, NULL, NULL),
    ('large_standard',   1,   2, 'lb', 147.74, NULL, NULL, NULL),
    ('large_standard',   2,   3, 'lb', 159.70, NULL, NULL, NULL),
    ('large_standard',   3,  20, 'lb', 159.70, 6.90,    1,    3),
    ('small_oversize',   0,  70, 'lb', 213.06, 6.90,    1,    2),
    ('medium_oversize',  0, 150, 'lb', 379.92, 6.90,    1,    2)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, reference, table_version, confidence, source, note,
                                  shipped, size_tier, weight_over, weight_unit, amount)
SELECT 'CA', 'RF', 'standard', 'all_year', '2025-06-01', '2025-09-30', true, 'observed',
       'observation',
       'public transcription (canada-price-parity.mjs: settlement data, 57 units Jun-Sep 2025)',
       'three SKUs; equals the 2024 non-peak small_standard <=2 oz cell', true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 8.21)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, reference, table_version, confidence, source, note,
                                  shipped, size_tier, weight_over, weight_unit, amount)
SELECT 'CA', 'RF', 'standard', 'all_year', '2025-06-01', '2025-09-30', true, 'observed',
       'observation',
       'public transcription (canada-price-parity.mjs: settlement data, 57 units Jun-Sep 2025)',
       'one SKU (3-Pack); equals the 2024 non-peak small_standard 2+ to 4 oz cell', true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 8.38)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, reference, table_version, confidence, source, note,
                                  shipped, size_tier, weight_over, weight_unit, amount)
SELECT 'MX', 'RF', 'standard', 'all_year', '2025-08-01', '2025-09-30', true, 'observed',
       'observation',
       'public transcription (settlement table, MX 2 units Aug-Sep 2025, BR 5 units Nov 2025)',
       'per-unit average of 2 units; same product family as the CAD 8.21 row; candidate MX <=2 oz cell (inference)',
       true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 136.84)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, reference, table_version, confidence, source, note,
                                  shipped, size_tier, weight_over, weight_unit, amount)
SELECT 'BR', 'RF', 'standard', 'all_year', '2025-11-01', '2025-11-30', true, 'observed',
       'observation',
       'public transcription (settlement table, MX 2 units Aug-Sep 2025, BR 5 units Nov 2025)',
       'per-unit average of 5 units; inside the Oct-Jan peak window; candidate BR cell (inference)',
       true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 37.00)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_unit, amount)
SELECT 'CA', 'RF', 'standard', 'all_year', true, 'observed', 'observation',
       'public transcription (React RF calculator defaults)',
       'default value in a calculator, undated, paired with US FBA 3.28 and USD/CAD 1.30', true,
       v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 6.97)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_unit, amount)
SELECT 'MX', 'RF', 'standard', 'all_year', true, 'observed', 'observation',
       'public transcription (React RF calculator defaults)',
       'default value in a calculator, undated', true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 97.64)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_unit, amount)
SELECT 'MX', 'RF', 'standard', 'all_year', true, 'observed', 'observation',
       'public transcription (sophie-fees.js comment)',
       'approximate value quoted for NARF small standard, undated, author marks it as estimate',
       true, v.*
FROM (VALUES
    ('(not stated)', 0, 'lb', 122.87)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, price_over, price_up_to,
                                  amount)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2026-01-15', '2026', 'medium-high',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT); a second public transcription agrees',
       'edge handling of the bands assumed by source', true, v.*
FROM (VALUES
    ('small_standard',  0,  2, 'oz',    0, 9.99, 2.43),
    ('small_standard',  2,  4, 'oz',    0, 9.99, 2.49),
    ('small_standard',  4,  6, 'oz',    0, 9.99, 2.56),
    ('small_standard',  6,  8, 'oz',    0, 9.99, 2.66),
    ('small_standard',  8, 10, 'oz',    0, 9.99, 2.77),
    ('small_standard', 10, 12, 'oz',    0, 9.99, 2.82),
    ('small_standard', 12, 14, 'oz',    0, 9.99, 2.92),
    ('small_standard', 14, 16, 'oz',    0, 9.99, 2.95),
    ('small_standard',  0,  2, 'oz', 9.99,   50, 3.32),
    ('small_standard',  2,  4, 'oz', 9.99,   50, 3.42),
    ('small_standard',  4,  6, 'oz', 9.99,   50, 3.45),
    ('small_standard',  6,  8, 'oz', 9.99,   50, 3.54),
    ('small_standard',  8, 10, 'oz', 9.99,   50, 3.68),
    ('small_standard', 10, 12, 'oz', 9.99,   50, 3.78),
    ('small_standard', 12, 14, 'oz', 9.99,   50, 3.91),
    ('small_standard', 14, 16, 'oz', 9.99,   50, 3.96),
    ('small_standard',  0,  2, 'oz',   50, NULL, 3.58),
    ('small_standard',  2,  4, 'oz',   50, NULL, 3.68),
    ('small_standard',  4,  6, 'oz',   50, NULL, 3.71),
    ('small_standard',  6,  8, 'oz',   50, NULL, 3.80),
    ('small_standard',  8, 10, 'oz',   50, NULL, 3.94),
    ('small_standard', 10, 12, 'oz',   50, NULL, 4.04),
    ('small_standard', 12, 14, 'oz',   50, NULL, 4.17),
    ('small_standard', 14, 16, 'oz',   50, NULL, 4.22),
    ('large_standard',  0,  4, 'oz',    0, 9.99, 2.91),
    ('large_standard',  4,  8, 'oz',    0, 9.99, 3.13),
    ('large_standard',  8, 12, 'oz',    0, 9.99, 3.38),
    ('large_standard', 12, 16, 'oz',    0, 9.99, 3.78),
    ('large_standard', 16, 20, 'oz',    0, 9.99, 4.22),
    ('large_standard', 20, 24, 'oz',    0, 9.99, 4.60),
    ('large_standard', 24, 28, 'oz',    0, 9.99, 4.75),
    ('large_standard', 28, 32, 'oz',    0, 9.99, 5.00),
    ('large_standard', 32, 36, 'oz',    0, 9.99, 5.10),
    ('large_standard', 36, 40, 'oz',    0, 9.99, 5.28),
    ('large_standard', 40, 44, 'oz',    0, 9.99, 5.44),
    ('large_standard', 44, 48, 'oz',    0, 9.99, 5.85),
    ('large_standard',  0,  4, 'oz', 9.99,   50, 3.73),
    ('large_standard',  4,  8, 'oz', 9.99,   50, 3.95),
    ('large_standard',  8, 12, 'oz', 9.99,   50, 4.20),
    ('large_standard', 12, 16, 'oz', 9.99,   50, 4.60),
    ('large_standard', 16, 20, 'oz', 9.99,   50, 5.04),
    ('large_standard', 20, 24, 'oz', 9.99,   50, 5.42),
    ('large_standard', 24, 28, 'oz', 9.99,   50, 5.57),
    ('large_standard', 28, 32, 'oz', 9.99,   50, 5.82),
    ('large_standard', 32, 36, 'oz', 9.99,   50, 5.92),
    ('large_standard', 36, 40, 'oz', 9.99,   50, 6.10),
    ('large_standard', 40, 44, 'oz', 9.99,   50, 6.26),
    ('large_standard', 44, 48, 'oz', 9.99,   50, 6.67),
    ('large_standard',  0,  4, 'oz',   50, NULL, 3.99),
    ('large_standard',  4,  8, 'oz',   50, NULL, 4.21),
    ('large_standard',  8, 12, 'oz',   50, NULL, 4.46),
    ('large_standard', 12, 16, 'oz',   50, NULL, 4.86),
    ('large_standard', 16, 20, 'oz',   50, NULL, 5.30),
    ('large_standard', 20, 24, 'oz',   50, NULL, 5.68),
    ('large_standard', 24, 28, 'oz',   50, NULL, 5.83),
    ('large_standard', 28, 32, 'oz',   50, NULL, 6.08),
    ('large_standard', 32, 36, 'oz',   50, NULL, 6.18),
    ('large_standard', 36, 40, 'oz',   50, NULL, 6.36),
    ('large_standard', 40, 44, 'oz',   50, NULL, 6.52),
    ('large_standard', 44, 48, 'oz',   50, NULL, 6.93)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, price_over, price_up_to,
                                  amount, increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2026-01-15', '2026', 'medium-high',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT); a second public transcription agrees',
       'increment rounded up', true, v.*
FROM (VALUES
    ('large_standard', 48, 320, 'oz',    0, 9.99, 6.15, 0.08, 4, 48),
    ('large_standard', 48, 320, 'oz', 9.99,   50, 6.97, 0.08, 4, 48),
    ('large_standard', 48, 320, 'oz',   50, NULL, 7.23, 0.08, 4, 48)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  table_version, confidence, source, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, price_over, price_up_to,
                                  amount, increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2026-01-15', '2026', 'medium',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT)', true, v.*
FROM (VALUES
    ('small_bulky',  0,  50, 'lb',    0, 9.99,  6.78, 0.38, 1,  1),
    ('small_bulky',  0,  50, 'lb', 9.99,   50,  7.55, 0.38, 1,  1),
    ('large_bulky',  0,  50, 'lb',    0, 9.99,  8.58, 0.38, 1,  1),
    ('large_bulky',  0,  50, 'lb', 9.99,   50,  9.35, 0.38, 1,  1),
    ('xl_0_50',      0,  50, 'lb',    0, 9.99, 25.56, 0.38, 1,  1),
    ('xl_0_50',      0,  50, 'lb', 9.99,   50, 26.33, 0.38, 1,  1),
    ('xl_50_70',    50,  70, 'lb',    0, 9.99, 36.55, 0.75, 1, 51),
    ('xl_50_70',    50,  70, 'lb', 9.99,   50, 37.32, 0.75, 1, 51),
    ('xl_70_150',   70, 150, 'lb',    0, 9.99, 50.55, 0.75, 1, 71),
    ('xl_70_150',   70, 150, 'lb', 9.99,   50, 51.32, 0.75, 1, 71)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, price_over, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2026-01-15', '2026', 'low',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT)',
       'cell assumed by source (equal to 10-50 band)', true, v.*
FROM (VALUES
    ('small_bulky',  0,  50, 'lb', 50,  7.55, 0.38, 1,  1),
    ('large_bulky',  0,  50, 'lb', 50,  9.35, 0.38, 1,  1),
    ('xl_0_50',      0,  50, 'lb', 50, 26.33, 0.38, 1,  1),
    ('xl_50_70',    50,  70, 'lb', 50, 37.32, 0.75, 1, 51),
    ('xl_70_150',   70, 150, 'lb', 50, 51.32, 0.75, 1, 71)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, price_over,
                                  price_up_to, amount)
SELECT 'US', 'FBA', 'standard', 'peak', '2026-10-15', '2027-01-14', '2026', 'medium',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT)',
       'edge handling of the bands assumed by source', true, v.*
FROM (VALUES
    ('small_standard',  0,  2, 'oz',    0, 9.99, 2.62),
    ('small_standard',  2,  4, 'oz',    0, 9.99, 2.68),
    ('small_standard',  4,  6, 'oz',    0, 9.99, 2.76),
    ('small_standard',  6,  8, 'oz',    0, 9.99, 2.86),
    ('small_standard',  8, 10, 'oz',    0, 9.99, 2.98),
    ('small_standard', 10, 12, 'oz',    0, 9.99, 3.03),
    ('small_standard', 12, 14, 'oz',    0, 9.99, 3.14),
    ('small_standard', 14, 16, 'oz',    0, 9.99, 3.17),
    ('small_standard',  0,  2, 'oz', 9.99,   50, 3.51),
    ('small_standard',  2,  4, 'oz', 9.99,   50, 3.61),
    ('small_standard',  4,  6, 'oz', 9.99,   50, 3.65),
    ('small_standard',  6,  8, 'oz', 9.99,   50, 3.74),
    ('small_standard',  8, 10, 'oz', 9.99,   50, 3.89),
    ('small_standard', 10, 12, 'oz', 9.99,   50, 3.99),
    ('small_standard', 12, 14, 'oz', 9.99,   50, 4.13),
    ('small_standard', 14, 16, 'oz', 9.99,   50, 4.18),
    ('small_standard',  0,  2, 'oz',   50, NULL, 3.77),
    ('small_standard',  2,  4, 'oz',   50, NULL, 3.87),
    ('small_standard',  4,  6, 'oz',   50, NULL, 3.91),
    ('small_standard',  6,  8, 'oz',   50, NULL, 4.00),
    ('small_standard',  8, 10, 'oz',   50, NULL, 4.15),
    ('small_standard', 10, 12, 'oz',   50, NULL, 4.25),
    ('small_standard', 12, 14, 'oz',   50, NULL, 4.39),
    ('small_standard', 14, 16, 'oz',   50, NULL, 4.44),
    ('large_standard',  0,  4, 'oz',    0, 9.99, 3.15),
    ('large_standard',  4,  8, 'oz',    0, 9.99, 3.39),
    ('large_standard',  8, 12, 'oz',    0, 9.99, 3.66),
    ('large_standard', 12, 16, 'oz',    0, 9.99, 4.07),
    ('large_standard', 16, 20, 'oz',    0, 9.99, 4.52),
    ('large_standard', 20, 24, 'oz',    0, 9.99, 4.91),
    ('large_standard', 24, 28, 'oz',    0, 9.99, 5.07),
    ('large_standard', 28, 32, 'oz',    0, 9.99, 5.33),
    ('large_standard', 32, 36, 'oz',    0, 9.99, 5.47),
    ('large_standard', 36, 40, 'oz',    0, 9.99, 5.67),
    ('large_standard', 40, 44, 'oz',    0, 9.99, 5.84),
    ('large_standard', 44, 48, 'oz',    0, 9.99, 6.26),
    ('large_standard',  0,  4, 'oz', 9.99,   50, 3.97),
    ('large_standard',  4,  8, 'oz', 9.99,   50, 4.21),
    ('large_standard',  8, 12, 'oz', 9.99,   50, 4.48),
    ('large_standard', 12, 16, 'oz', 9.99,   50, 4.89),
    ('large_standard', 16, 20, 'oz', 9.99,   50, 5.34),
    ('large_standard', 20, 24, 'oz', 9.99,   50, 5.73),
    ('large_standard', 24, 28, 'oz', 9.99,   50, 5.89),
    ('large_standard', 28, 32, 'oz', 9.99,   50, 6.15),
    ('large_standard', 32, 36, 'oz', 9.99,   50, 6.29),
    ('large_standard', 36, 40, 'oz', 9.99,   50, 6.49),
    ('large_standard', 40, 44, 'oz', 9.99,   50, 6.66),
    ('large_standard', 44, 48, 'oz', 9.99,   50, 7.08),
    ('large_standard',  0,  4, 'oz',   50, NULL, 4.23),
    ('large_standard',  4,  8, 'oz',   50, NULL, 4.47),
    ('large_standard',  8, 12, 'oz',   50, NULL, 4.74),
    ('large_standard', 12, 16, 'oz',   50, NULL, 5.15),
    ('large_standard', 16, 20, 'oz',   50, NULL, 5.60),
    ('large_standard', 20, 24, 'oz',   50, NULL, 5.99),
    ('large_standard', 24, 28, 'oz',   50, NULL, 6.15),
    ('large_standard', 28, 32, 'oz',   50, NULL, 6.41),
    ('large_standard', 32, 36, 'oz',   50, NULL, 6.55),
    ('large_standard', 36, 40, 'oz',   50, NULL, 6.75),
    ('large_standard', 40, 44, 'oz',   50, NULL, 6.92),
    ('large_standard', 44, 48, 'oz',   50, NULL, 7.34)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, price_over,
                                  price_up_to, amount, increment_amount, increment_weight,
                                  increment_over)
SELECT 'US', 'FBA', 'standard', 'peak', '2026-10-15', '2027-01-14', '2026', 'medium',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT)', 'increment rounded up',
       true, v.*
FROM (VALUES
    ('large_standard', 48, 320, 'oz',    0, 9.99, 6.69, 0.08, 4, 48),
    ('large_standard', 48, 320, 'oz', 9.99,   50, 7.51, 0.08, 4, 48),
    ('large_standard', 48, 320, 'oz',   50, NULL, 7.77, 0.08, 4, 48)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, price_over,
                                  price_up_to, amount, increment_amount, increment_weight,
                                  increment_over)
SELECT 'US', 'FBA', 'standard', 'peak', '2026-10-15', '2027-01-14', '2026', 'medium',
       'dataset us-2026.2 of the PyPI package measure-mcp 0.1.0 (MIT)', true, v.*
FROM (VALUES
    ('small_bulky',   0,   50, 'lb',    0, 9.99,   7.82, 0.38, 1,   1),
    ('small_bulky',   0,   50, 'lb', 9.99,   50,   8.59, 0.38, 1,   1),
    ('small_bulky',   0,   50, 'lb',   50, NULL,   8.59, 0.38, 1,   1),
    ('large_bulky',   0,   50, 'lb',    0, 9.99,   9.62, 0.38, 1,   1),
    ('large_bulky',   0,   50, 'lb', 9.99,   50,  10.39, 0.38, 1,   1),
    ('large_bulky',   0,   50, 'lb',   50, NULL,  10.39, 0.38, 1,   1),
    ('xl_0_50',       0,   50, 'lb',    0, 9.99,  28.29, 0.38, 1,   1),
    ('xl_0_50',       0,   50, 'lb', 9.99,   50,  29.06, 0.38, 1,   1),
    ('xl_0_50',       0,   50, 'lb',   50, NULL,  29.06, 0.38, 1,   1),
    ('xl_50_70',     50,   70, 'lb',    0, 9.99,  39.36, 0.75, 1,  51),
    ('xl_50_70',     50,   70, 'lb', 9.99,   50,  40.13, 0.75, 1,  51),
    ('xl_50_70',     50,   70, 'lb',   50, NULL,  40.13, 0.75, 1,  51),
    ('xl_70_150',    70,  150, 'lb',    0, 9.99,  54.97, 0.75, 1,  71),
    ('xl_70_150',    70,  150, 'lb', 9.99,   50,  55.74, 0.75, 1,  71),
    ('xl_70_150',    70,  150, 'lb',   50, NULL,  55.74, 0.75, 1,  71),
    ('xl_150_plus', 150, NULL, 'lb',    0, 9.99, 202.69, 0.19, 1, 151),
    ('xl_150_plus', 150, NULL, 'lb', 9.99,   50, 203.46, 0.19, 1, 151),
    ('xl_150_plus', 150, NULL, 'lb',   50, NULL, 203.46, 0.19, 1, 151)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2024-04-15', '2026-01-14', '2024',
       'low-medium (dates inferred)',
       'public transcription (multi-platform fee JSON, en-US block; the source itself marks this block NOT VERIFIED and dates it 2026-01-15)',
       'source labels it 2026 but it disagrees with two 2026 tables and shows no price bands; inference: this is the table in force 2024-04-15..2026-01-14',
       true, v.*
FROM (VALUES
    ('small_standard',  0,   2, 'oz',  3.06, NULL, NULL, NULL),
    ('small_standard',  2,   4, 'oz',  3.15, NULL, NULL, NULL),
    ('small_standard',  4,   6, 'oz',  3.24, NULL, NULL, NULL),
    ('small_standard',  6,   8, 'oz',  3.33, NULL, NULL, NULL),
    ('small_standard',  8,  10, 'oz',  3.43, NULL, NULL, NULL),
    ('small_standard', 10,  12, 'oz',  3.53, NULL, NULL, NULL),
    ('small_standard', 12,  14, 'oz',  3.60, NULL, NULL, NULL),
    ('small_standard', 14,  16, 'oz',  3.65, NULL, NULL, NULL),
    ('large_standard',  0,   4, 'oz',  3.68, NULL, NULL, NULL),
    ('large_standard',  4,   8, 'oz',  3.90, NULL, NULL, NULL),
    ('large_standard',  8,  12, 'oz',  4.15, NULL, NULL, NULL),
    ('large_standard', 12,  16, 'oz',  4.55, NULL, NULL, NULL),
    ('large_standard', 16,  20, 'oz',  4.99, NULL, NULL, NULL),
    ('large_standard', 20,  24, 'oz',  5.37, NULL, NULL, NULL),
    ('large_standard', 24,  28, 'oz',  5.52, NULL, NULL, NULL),
    ('large_standard', 28,  32, 'oz',  5.77, NULL, NULL, NULL),
    ('large_standard', 32,  36, 'oz',  5.87, NULL, NULL, NULL),
    ('large_standard', 36,  40, 'oz',  6.05, NULL, NULL, NULL),
    ('large_standard', 40,  44, 'oz',  6.21, NULL, NULL, NULL),
    ('large_standard', 44,  48, 'oz',  6.62, NULL, NULL, NULL),
    ('large_standard', 48, 320, 'oz',  6.92, 0.08,    4,   48),
    ('large_bulky',     0,  50, 'lb',  9.61, 0.38,    1,    1),
    ('xl_0_50',         0,  50, 'lb', 26.33, 0.38,    1,    1)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2024-04-15', '2026-01-14', '2024',
       'low-medium (dates inferred)',
       'public transcription (multi-platform fee JSON, en-US block; the source itself marks this block NOT VERIFIED and dates it 2026-01-15)',
       'source labels it 2026 but it disagrees with two 2026 tables and shows no price bands; inference: this is the table in force 2024-04-15..2026-01-14; increments over 50 lb per this source; 51 lb in the other sources',
       true, v.*
FROM (VALUES
    ('xl_50_70', 50, 70, 'lb', 40.12, 0.75, 1, 50)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2024-04-15', '2026-01-14', '2024',
       'low-medium (dates inferred)',
       'public transcription (multi-platform fee JSON, en-US block; the source itself marks this block NOT VERIFIED and dates it 2026-01-15)',
       'source labels it 2026 but it disagrees with two 2026 tables and shows no price bands; inference: this is the table in force 2024-04-15..2026-01-14; increments over 70 lb per this source; 71 lb in the other sources',
       true, v.*
FROM (VALUES
    ('xl_70_150', 70, 150, 'lb', 54.81, 0.75, 1, 70)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_unit, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2024-04-15', '2026-01-14', '2024',
       'low-medium (dates inferred)',
       'public transcription (multi-platform fee JSON, en-US block; the source itself marks this block NOT VERIFIED and dates it 2026-01-15)',
       'source labels it 2026 but it disagrees with two 2026 tables and shows no price bands; inference: this is the table in force 2024-04-15..2026-01-14; increments over 150 lb per this source; 151 lb in the other sources',
       true, v.*
FROM (VALUES
    ('xl_150_plus', 150, 'lb', 194.95, 0.19, 1, 150)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, reference,
                                  table_version, confidence, source, note, shipped, size_tier,
                                  weight_over, weight_up_to, weight_unit, price_up_to, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'all_year', true, 'low-price-2024-capture',
       'high (amounts) / none (dates)', 'Seller Central help GJTAVU7P2W2VE8Q9, low-price FBA fees',
       'products priced under USD 10; page says each rate is USD 0.77 below standard FBA; capture undated (inference: peak 2024-25 rates)',
       true, v.*
FROM (VALUES
    ('small_standard',   0,    2, 'oz', 9.99,   2.48, NULL, NULL, NULL),
    ('small_standard',   2,    4, 'oz', 9.99,   2.57, NULL, NULL, NULL),
    ('small_standard',   4,    6, 'oz', 9.99,   2.67, NULL, NULL, NULL),
    ('small_standard',   6,    8, 'oz', 9.99,   2.76, NULL, NULL, NULL),
    ('small_standard',   8,   10, 'oz', 9.99,   2.87, NULL, NULL, NULL),
    ('small_standard',  10,   12, 'oz', 9.99,   2.97, NULL, NULL, NULL),
    ('small_standard',  12,   14, 'oz', 9.99,   3.05, NULL, NULL, NULL),
    ('small_standard',  14,   16, 'oz', 9.99,   3.10, NULL, NULL, NULL),
    ('large_standard',   0,    4, 'oz', 9.99,   3.15, NULL, NULL, NULL),
    ('large_standard',   4,    8, 'oz', 9.99,   3.39, NULL, NULL, NULL),
    ('large_standard',   8,   12, 'oz', 9.99,   3.66, NULL, NULL, NULL),
    ('large_standard',  12,   16, 'oz', 9.99,   4.07, NULL, NULL, NULL),
    ('large_standard',  16,   20, 'oz', 9.99,   4.52, NULL, NULL, NULL),
    ('large_standard',  20,   24, 'oz', 9.99,   4.91, NULL, NULL, NULL),
    ('large_standard',  24,   28, 'oz', 9.99,   5.07, NULL, NULL, NULL),
    ('large_standard',  28,   32, 'oz', 9.99,   5.33, NULL, NULL, NULL),
    ('large_standard',  32,   36, 'oz', 9.99,   5.47, NULL, NULL, NULL),
    ('large_standard',  36,   40, 'oz', 9.99,   5.67, NULL, NULL, NULL),
    ('large_standard',  40,   44, 'oz', 9.99,   5.84, NULL, NULL, NULL),
    ('large_standard',  44,   48, 'oz', 9.99,   6.26, NULL, NULL, NULL),
    ('large_standard',  48,  320, 'oz', 9.99,   6.69, 0.08,    4,   48),
    ('large_bulky',      0,   50, 'lb', 9.99,   9.88, 0.38,    1,    1),
    ('xl_0_50',          0,   50, 'lb', 9.99,  28.29, 0.38,    1,    1),
    ('xl_50_70',        50,   70, 'lb', 9.99,  42.16, 0.75,    1,   51),
    ('xl_70_150',       70,  150, 'lb', 9.99,  58.46, 0.75,    1,   71),
    ('xl_150_plus',    150, NULL, 'lb', 9.99, 202.69, 0.19,    1,  151)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_to,
                                  reference, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'nonpeak', '2023-10-14', true, '2023', 'medium',
       'https://huggingface.co/datasets/zaursamedov1/test (excerpt quoting Amazon 2023 page)',
       'single cell', true, v.*
FROM (VALUES
    ('small_standard', 0,   4, 'oz',  3.22, NULL, NULL, NULL),
    ('large_oversize', 0, 150, 'lb', 89.98, 0.83,    1,   90)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  effective_to, table_version, confidence, source, note, shipped,
                                  size_tier, weight_over, weight_up_to, weight_unit, amount,
                                  increment_amount, increment_weight, increment_over)
SELECT 'US', 'FBA', 'standard', 'peak', '2023-10-15', '2024-01-14', '2023', 'medium',
       'https://huggingface.co/datasets/zaursamedov1/test (excerpt quoting Amazon 2023 page)',
       'single cell', true, v.*
FROM (VALUES
    ('small_standard', 0,   4, 'oz',  3.42, NULL, NULL, NULL),
    ('large_oversize', 0, 150, 'lb', 92.48, 0.83,    1,   90)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  source, note, shipped, size_tier, weight_over, weight_up_to,
                                  weight_unit, price_over, price_up_to, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'MX', 'FBA', 'standard', 'all_year', '2026-06-04',
       'vender.amazon.com.mx/precios as verified 2026-09-03 publicly', 'IVA included', true, v.*
FROM (VALUES
    ('envelope',   0,  0.1, 'kg',      0, 149.99, 27.00, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 149.99, 298.99, 33.00, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 298.99, 498.99, 49.00, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 498.99,   NULL, 60.00, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg',      0, 149.99, 27.20, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 149.99, 298.99, 34.00, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 298.99, 498.99, 50.00, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 498.99,   NULL, 60.40, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg',      0, 149.99, 27.40, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 149.99, 298.99, 35.00, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 298.99, 498.99, 51.00, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 498.99,   NULL, 60.80, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg',      0, 149.99, 27.60, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 149.99, 298.99, 36.00, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 298.99, 498.99, 52.00, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 498.99,   NULL, 61.20, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg',      0, 149.99, 27.80, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 149.99, 298.99, 37.00, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 298.99, 498.99, 53.00, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 498.99,   NULL, 61.50, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg',      0, 149.99, 28.00, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 149.99, 298.99, 33.00, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 298.99, 498.99, 50.00, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 498.99,   NULL, 61.80, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg',      0, 149.99, 28.05, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 149.99, 298.99, 34.00, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 298.99, 498.99, 51.00, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 498.99,   NULL, 63.00, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg',      0, 149.99, 28.10, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 149.99, 298.99, 35.00, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 298.99, 498.99, 52.00, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 498.99,   NULL, 64.00, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg',      0, 149.99, 28.15, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 149.99, 298.99, 36.00, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 298.99, 498.99, 53.00, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 498.99,   NULL, 66.00, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg',      0, 149.99, 28.20, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 149.99, 298.99, 37.00, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 298.99, 498.99, 54.00, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 498.99,   NULL, 67.00, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg',      0, 149.99, 28.25, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 149.99, 298.99, 37.50, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 298.99, 498.99, 55.00, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 498.99,   NULL, 68.30, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg',      0, 149.99, 28.30, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 149.99, 298.99, 38.00, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 298.99, 498.99, 56.00, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 498.99,   NULL, 69.60, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg',      0, 149.99, 28.35, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 149.99, 298.99, 38.50, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 298.99, 498.99, 57.00, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 498.99,   NULL, 71.00, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg',      0, 149.99, 28.40, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 149.99, 298.99, 39.00, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 298.99, 498.99, 58.00, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 498.99,   NULL, 72.00, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg',      0, 149.99, 28.45, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 149.99, 298.99, 39.50, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 298.99, 498.99, 59.00, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 498.99,   NULL, 72.70, NULL, NULL, NULL),
    ('standard', 1.0, NULL, 'kg',      0, 149.99, 28.50, 1.15, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 149.99, 298.99, 40.00, 1.15, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 298.99, 498.99, 60.00, 1.75, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 498.99,   NULL, 72.80, 1.50, 0.25,  1.0)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  reference, source, note, shipped, size_tier, weight_over,
                                  weight_unit, price_over, price_up_to, amount)
SELECT 'MX', 'FBA', 'standard', 'all_year', '2026-06-04', true,
       'vender.amazon.com.mx/precios as verified 2026-09-03 publicly',
       'IVA included; base only; source says higher weights not public', true, v.*
FROM (VALUES
    ('large', 0, 'kg',      0, 149.99, 32.00),
    ('large', 0, 'kg', 149.99, 298.99, 38.00),
    ('large', 0, 'kg', 298.99, 498.99, 61.00),
    ('large', 0, 'kg', 498.99,   NULL, 75.40)
) v;

INSERT INTO rfba.fulfillment_fee (marketplace, program, product_class, period, effective_from,
                                  source, note, shipped, size_tier, weight_over, weight_up_to,
                                  weight_unit, price_over, price_up_to, amount, increment_amount,
                                  increment_weight, increment_over)
SELECT 'MX', 'FBA', 'health_grocery_alcohol', 'all_year', '2026-06-04',
       'vender.amazon.com.mx/precios as verified 2026-09-03 publicly', 'IVA included', true, v.*
FROM (VALUES
    ('envelope',   0,  0.1, 'kg',      0, 149.99,  4.50, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 149.99, 298.99,  5.50, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 298.99, 498.99, 14.00, NULL, NULL, NULL),
    ('envelope',   0,  0.1, 'kg', 498.99,   NULL, 60.00, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg',      0, 149.99,  4.60, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 149.99, 298.99,  5.60, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 298.99, 498.99, 14.10, NULL, NULL, NULL),
    ('envelope', 0.1,  0.2, 'kg', 498.99,   NULL, 60.40, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg',      0, 149.99,  4.70, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 149.99, 298.99,  5.70, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 298.99, 498.99, 14.20, NULL, NULL, NULL),
    ('envelope', 0.2,  0.3, 'kg', 498.99,   NULL, 60.80, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg',      0, 149.99,  4.80, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 149.99, 298.99,  5.80, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 298.99, 498.99, 14.30, NULL, NULL, NULL),
    ('envelope', 0.3,  0.4, 'kg', 498.99,   NULL, 61.20, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg',      0, 149.99,  4.90, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 149.99, 298.99,  5.90, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 298.99, 498.99, 14.40, NULL, NULL, NULL),
    ('envelope', 0.4, NULL, 'kg', 498.99,   NULL, 61.50, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg',      0, 149.99,  5.00, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 149.99, 298.99,  6.00, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 298.99, 498.99, 14.50, NULL, NULL, NULL),
    ('standard',   0,  0.1, 'kg', 498.99,   NULL, 61.80, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg',      0, 149.99,  5.10, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 149.99, 298.99,  6.10, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 298.99, 498.99, 14.60, NULL, NULL, NULL),
    ('standard', 0.1,  0.2, 'kg', 498.99,   NULL, 63.00, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg',      0, 149.99,  5.20, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 149.99, 298.99,  6.20, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 298.99, 498.99, 14.70, NULL, NULL, NULL),
    ('standard', 0.2,  0.3, 'kg', 498.99,   NULL, 64.00, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg',      0, 149.99,  5.30, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 149.99, 298.99,  6.30, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 298.99, 498.99, 14.80, NULL, NULL, NULL),
    ('standard', 0.3,  0.4, 'kg', 498.99,   NULL, 66.00, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg',      0, 149.99,  5.40, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 149.99, 298.99,  6.40, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 298.99, 498.99, 14.90, NULL, NULL, NULL),
    ('standard', 0.4,  0.5, 'kg', 498.99,   NULL, 67.00, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg',      0, 149.99,  5.50, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 149.99, 298.99,  6.50, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 298.99, 498.99, 15.00, NULL, NULL, NULL),
    ('standard', 0.5,  0.6, 'kg', 498.99,   NULL, 68.30, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg',      0, 149.99,  5.60, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 149.99, 298.99,  6.60, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 298.99, 498.99, 15.10, NULL, NULL, NULL),
    ('standard', 0.6,  0.7, 'kg', 498.99,   NULL, 69.60, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg',      0, 149.99,  5.70, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 149.99, 298.99,  6.70, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 298.99, 498.99, 15.20, NULL, NULL, NULL),
    ('standard', 0.7,  0.8, 'kg', 498.99,   NULL, 71.00, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg',      0, 149.99,  5.80, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 149.99, 298.99,  6.80, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 298.99, 498.99, 15.30, NULL, NULL, NULL),
    ('standard', 0.8,  0.9, 'kg', 498.99,   NULL, 72.00, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg',      0, 149.99,  5.90, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 149.99, 298.99,  6.90, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 298.99, 498.99, 15.40, NULL, NULL, NULL),
    ('standard', 0.9,  1.0, 'kg', 498.99,   NULL, 72.70, NULL, NULL, NULL),
    ('standard', 1.0, NULL, 'kg',      0, 149.99,  6.00, 0.15, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 149.99, 298.99,  7.00, 0.30, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 298.99, 498.99, 15.50, 0.45, 0.25,  1.0),
    ('standard', 1.0, NULL, 'kg', 498.99,   NULL, 72.80, 1.50, 0.25,  1.0)
) v;

-- Referral fees.

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       true, v.*
FROM (VALUES
    ('Everything else',                            'flat',         0, NULL, 0.15, 0.3),
    ('Amazon Device Accessories',                  'flat',         0, NULL, 0.45, 0.3),
    ('Appliances - full-size',                     'flat',         0, NULL, 0.08, 0.3),
    ('Automotive & Powersports',                   'flat',         0, NULL, 0.12, 0.3),
    ('Backpacks, Handbags & Luggage',              'flat',         0, NULL, 0.15, 0.3),
    ('Base Equipment Power Tools',                 'flat',         0, NULL, 0.12, 0.3),
    ('Business, Industrial & Scientific Supplies', 'flat',         0, NULL, 0.12, 0.3),
    ('Computers',                                  'flat',         0, NULL, 0.08, 0.3),
    ('Consumer Electronics',                       'flat',         0, NULL, 0.08, 0.3),
    ('Eyewear',                                    'flat',         0, NULL, 0.15, 0.3),
    ('Footwear',                                   'flat',         0, NULL, 0.15, 0.3),
    ('Home & Kitchen',                             'flat',         0, NULL, 0.15, 0.3),
    ('Lawn & Garden',                              'flat',         0, NULL, 0.15, 0.3),
    ('Mattresses',                                 'flat',         0, NULL, 0.15, 0.3),
    ('Musical Instruments & AV Production',        'flat',         0, NULL, 0.15, 0.3),
    ('Office Products',                            'flat',         0, NULL, 0.15, 0.3),
    ('Sports & Outdoors',                          'flat',         0, NULL, 0.15, 0.3),
    ('Tires',                                      'flat',         0, NULL,  0.1, 0.3),
    ('Tools & Home Improvement',                   'flat',         0, NULL, 0.15, 0.3),
    ('Toys & Games',                               'flat',         0, NULL, 0.15, 0.3),
    ('Pet Supplies - veterinary diets',            'flat',         0, NULL, 0.22, 0.3),
    ('Merchant fulfilled services',                'flat',         0, NULL,  0.2, 0.3),
    ('Appliances - compact',                       'marginal',     0,  300, 0.15, 0.3),
    ('Appliances - compact',                       'marginal',   300, NULL, 0.08, 0.3),
    ('Electronics Accessories',                    'marginal',     0,  100, 0.15, 0.3),
    ('Electronics Accessories',                    'marginal',   100, NULL, 0.08, 0.3),
    ('Furniture',                                  'marginal',     0,  200, 0.15, 0.3),
    ('Furniture',                                  'marginal',   200, NULL,  0.1, 0.3),
    ('Jewelry',                                    'marginal',     0,  250,  0.2, 0.3),
    ('Jewelry',                                    'marginal',   250, NULL, 0.05, 0.3),
    ('Watches',                                    'marginal',     0, 1500, 0.16, 0.3),
    ('Watches',                                    'marginal',  1500, NULL, 0.03, 0.3),
    ('Baby Products',                              'threshold',    0,   10, 0.08, 0.3),
    ('Baby Products',                              'threshold',   10, NULL, 0.15, 0.3),
    ('Beauty, Health & Personal Care',             'threshold',    0,   10, 0.08, 0.3),
    ('Beauty, Health & Personal Care',             'threshold',   10, NULL, 0.15, 0.3),
    ('Clothing & Accessories',                     'threshold',    0,   15, 0.05, 0.3),
    ('Clothing & Accessories',                     'threshold',   15,   20,  0.1, 0.3),
    ('Clothing & Accessories',                     'threshold',   20, NULL, 0.17, 0.3),
    ('Grocery & Gourmet Food',                     'threshold',    0,   15, 0.08,   0),
    ('Grocery & Gourmet Food',                     'threshold',   15, NULL, 0.15,   0),
    ('Lawn Mowers & Snow Throwers',                'threshold',    0,  500, 0.15, 0.3),
    ('Lawn Mowers & Snow Throwers',                'threshold',  500, NULL, 0.08, 0.3)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       '22% for veterinary diets (separate category)', true, v.*
FROM (VALUES
    ('Pet Supplies', 'flat', 0, 0.15, 0.3)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       'no minimum; media also pay a USD 1.80 closing fee per unit', true, v.*
FROM (VALUES
    ('Media - books, DVD, music, software, video', 'flat', 0, 0.15, 0),
    ('Video games & gaming accessories',           'flat', 0, 0.15, 0),
    ('Video Game Consoles',                        'flat', 0, 0.08, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       'no minimum', true, v.*
FROM (VALUES
    ('Gift Cards', 'flat', 0, 0.2, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       'one source quotes a USD 1.00 minimum for the first tier, two others show no minimum: conflict',
       true, v.*
FROM (VALUES
    ('Fine Art', 'marginal',    0,  100,  0.2, 0),
    ('Fine Art', 'marginal',  100, 1000, 0.15, 0),
    ('Fine Art', 'marginal', 1000, 5000,  0.1, 0),
    ('Fine Art', 'marginal', 5000, NULL, 0.05, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'US', '2026-01-15', '2026', 'medium-high',
       'sell.amazon.com/pricing as transcribed 2026-08-21 publicly; a second public transcription agrees',
       'from only', true, v.*
FROM (VALUES
    ('Amazon Handmade', 'flat', 0, 0.15, 1.0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, effective_to, table_version, confidence,
                               source, note, shipped, category, mode, price_over, price_up_to, rate,
                               minimum)
SELECT 'US', '2021-04-01', '2026-01-14', '2021-04', 'medium',
       'https://gist.github.com/AnalyzePlatypus/1b0d2dac399037e2d92fa09f1fbf408e (transcribed 2021-04-19 from Seller Central 200336920)',
       'partial; effective dates not stated, observed 2021-04-19', true, v.*
FROM (VALUES
    ('Amazon Device Accessories', 'flat',        0, NULL, 0.45, 0.3),
    ('Baby Products',             'threshold',   0,   10, 0.08, 0.3),
    ('Baby Products',             'threshold',  10, NULL, 0.15, 0.3),
    ('Consumer Electronics',      'flat',        0, NULL, 0.08, 0.3),
    ('Electronics Accessories',   'marginal',    0,  100, 0.15, 0.3),
    ('Electronics Accessories',   'marginal',  100, NULL, 0.08, 0.3)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'US', '2021-04-01', '2021-04', 'medium',
       'https://gist.github.com/AnalyzePlatypus/1b0d2dac399037e2d92fa09f1fbf408e (transcribed 2021-04-19 from Seller Central 200336920)',
       'partial; effective dates not stated, observed 2021-04-19', true, v.*
FROM (VALUES
    ('Amazon Explore',     'flat', 0,  0.3,   5),
    ('Books',              'flat', 0, 0.15,   0),
    ('Camera and Photo',   'flat', 0, 0.08, 0.3),
    ('Cell Phone Devices', 'flat', 0, 0.08, 0.3)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'CA', '2026-01-01', '2026', 'medium',
       'sell.amazon.ca/pricing as transcribed in public transcription (another dates the CA block ca-2026.1, 2026-01-01)',
       true, v.*
FROM (VALUES
    ('Amazon Device Accessories',                     'flat',        0, NULL, 0.45, 0.4),
    ('Automotive and Powersports',                    'flat',        0, NULL, 0.12, 0.4),
    ('Consumer Electronics',                          'flat',        0, NULL, 0.08, 0.4),
    ('Home and Kitchen',                              'flat',        0, NULL, 0.15, 0.4),
    ('Business, Industrial, and Scientific Supplies', 'flat',        0, NULL, 0.12, 0.4),
    ('Backpacks, Handbags, and Luggage',              'flat',        0, NULL, 0.15, 0.4),
    ('Musical Instruments and AV Production',         'flat',        0, NULL, 0.15, 0.4),
    ('Office Products',                               'flat',        0, NULL, 0.15, 0.4),
    ('Lawn and Garden',                               'flat',        0, NULL, 0.15, 0.4),
    ('Pet Products',                                  'flat',        0, NULL, 0.15, 0.4),
    ('Sports and Outdoors',                           'flat',        0, NULL, 0.15, 0.4),
    ('Tools and Home Improvement',                    'flat',        0, NULL, 0.15, 0.4),
    ('Toys and Games',                                'flat',        0, NULL, 0.15, 0.4),
    ('Everything Else',                               'flat',        0, NULL, 0.15, 0.4),
    ('Media - Books, DVD, Music, Software, Video',    'flat',        0, NULL, 0.15,   0),
    ('Video Games and Gaming Accessories',            'flat',        0, NULL, 0.15,   0),
    ('Baby Products',                                 'threshold',   0,   15, 0.08, 0.4),
    ('Baby Products',                                 'threshold',  15, NULL, 0.15, 0.4),
    ('Beauty, Health and Personal Care',              'threshold',   0,   15, 0.08, 0.4),
    ('Beauty, Health and Personal Care',              'threshold',  15, NULL, 0.15, 0.4),
    ('Grocery and Gourmet',                           'threshold',   0,   20, 0.08,   0),
    ('Grocery and Gourmet',                           'threshold',  20, NULL, 0.15,   0),
    ('Electronic Accessories',                        'marginal',    0,  100, 0.15, 0.4),
    ('Electronic Accessories',                        'marginal',  100, NULL, 0.08, 0.4)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'CA', '2026-01-01', '2026', 'medium',
       'sell.amazon.ca/pricing as transcribed in public transcription (another dates the CA block ca-2026.1, 2026-01-01)',
       'the same file also lists Beauty, Health and Personal Care as a threshold category', true,
       v.*
FROM (VALUES
    ('Health and Personal Care', 'flat', 0, 0.15, 0.4)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'CA', '2026-01-01', '2026', 'medium',
       'sell.amazon.ca/pricing as transcribed in public transcription (another dates the CA block ca-2026.1, 2026-01-01)',
       'below CAD 20: 10%; CAD 20 and above: 17% (upper bound exclusive here)', true, v.*
FROM (VALUES
    ('Clothing and Accessories', 'threshold',     0, 19.99,  0.1, 0.4),
    ('Clothing and Accessories', 'threshold', 19.99,  NULL, 0.17, 0.4)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'CA', '2020-09-01', '2020', 'high',
       'https://sellercentral.amazon.ca ... itemID=5W4HJZ23B7RR3C3 (2020 referral fee changes, page)',
       '10% on the portion above CAD 250; the page says outdoor furniture moves into this category; later status unknown',
       true, v.*
FROM (VALUES
    ('Furniture incl. outdoor furniture', 'marginal',   0,  250, 0.15, 0),
    ('Furniture incl. outdoor furniture', 'marginal', 250, NULL,  0.1, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'CA', '2020-09-01', '2020', 'high',
       'https://sellercentral.amazon.ca ... itemID=5W4HJZ23B7RR3C3 (2020 referral fee changes, page)',
       true, v.*
FROM (VALUES
    ('Health & Personal Care incl. personal care appliances', 'threshold',  0,   15, 0.08, 0),
    ('Health & Personal Care incl. personal care appliances', 'threshold', 15, NULL, 0.15, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'CA', '2020-09-01', '2020', 'high',
       'https://sellercentral.amazon.ca ... itemID=5W4HJZ23B7RR3C3 (2020 referral fee changes, page)',
       'was 8% for electronic office devices before', true, v.*
FROM (VALUES
    ('Office Products incl. electronic office devices', 'flat', 0, 0.15, 0)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'MX', '2026-06-04', '2026', 'medium',
       'vender.amazon.com.mx/precios as verified 2026-09-03 publicly',
       'percent applies to the IVA-inclusive price (official example 399 x 15% = 59.85); effective_from is the FBA update date given by the source, referral start date not stated separately',
       true, v.*
FROM (VALUES
    ('Everything else',                            'flat',         0, NULL, 0.15, 8),
    ('Home & Kitchen',                             'flat',         0, NULL, 0.15, 8),
    ('Sports & Outdoors',                          'flat',         0, NULL, 0.15, 8),
    ('Baby Products',                              'flat',         0, NULL, 0.15, 8),
    ('Alcoholic beverages',                        'flat',         0, NULL, 0.08, 8),
    ('Pets',                                       'flat',         0, NULL, 0.15, 8),
    ('Patio & Garden',                             'flat',         0, NULL, 0.15, 8),
    ('Tools & Home Improvement',                   'flat',         0, NULL, 0.15, 8),
    ('Power tools',                                'flat',         0, NULL, 0.12, 8),
    ('Base Equipment Power Tools',                 'flat',         0, NULL, 0.12, 8),
    ('Office & Stationery',                        'flat',         0, NULL,  0.1, 8),
    ('Furniture',                                  'flat',         0, NULL, 0.15, 8),
    ('Mattresses',                                 'flat',         0, NULL, 0.15, 8),
    ('Major Appliances',                           'flat',         0, NULL, 0.15, 8),
    ('Musical Instruments & AV Production',        'flat',         0, NULL, 0.15, 8),
    ('Electronics',                                'flat',         0, NULL,  0.1, 8),
    ('Computers',                                  'flat',         0, NULL,  0.1, 8),
    ('Video game consoles',                        'flat',         0, NULL, 0.08, 8),
    ('Video games & accessories',                  'flat',         0, NULL, 0.15, 8),
    ('Amazon Device Accessories',                  'flat',         0, NULL, 0.45, 8),
    ('Media - books, DVD, music, software, video', 'flat',         0, NULL, 0.15, 8),
    ('Automotive & Powersports',                   'flat',         0, NULL, 0.12, 8),
    ('Tires',                                      'flat',         0, NULL,  0.1, 8),
    ('Clothing & Accessories',                     'flat',         0, NULL, 0.15, 8),
    ('Footwear',                                   'flat',         0, NULL, 0.15, 8),
    ('Eyewear',                                    'flat',         0, NULL, 0.15, 8),
    ('Backpacks, Handbags & Luggage',              'flat',         0, NULL, 0.15, 8),
    ('Jewelry',                                    'flat',         0, NULL, 0.15, 8),
    ('Business, Industrial & Scientific',          'flat',         0, NULL, 0.14, 8),
    ('Health & Personal Care',                     'threshold',    0,  200, 0.12, 8),
    ('Health & Personal Care',                     'threshold',  200, NULL, 0.15, 8),
    ('Beauty',                                     'threshold',    0,  200, 0.12, 8),
    ('Beauty',                                     'threshold',  200, NULL, 0.15, 8),
    ('Grocery & Gourmet Food',                     'threshold',    0,  500, 0.12, 8),
    ('Grocery & Gourmet Food',                     'threshold',  500, NULL, 0.15, 8),
    ('Toys & Games',                               'threshold',    0,  300, 0.08, 8),
    ('Toys & Games',                               'threshold',  300, NULL, 0.15, 8),
    ('Electronics Accessories',                    'marginal',     0, 2000, 0.15, 8),
    ('Electronics Accessories',                    'marginal',  2000, NULL, 0.08, 8),
    ('Watches',                                    'marginal',     0, 5000, 0.16, 8),
    ('Watches',                                    'marginal',  5000, NULL, 0.05, 8)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated.', true, v.*
FROM (VALUES
    ('Food & beverages',              'flat', 0,  0.1, 1),
    ('Tires & wheels',                'flat', 0,  0.1, 1),
    ('TV, audio & home cinema',       'flat', 0,  0.1, 2),
    ('Major appliances (white line)', 'flat', 0, 0.11, 1),
    ('Alcoholic beverages',           'flat', 0, 0.11, 1),
    ('Cell phones',                   'flat', 0, 0.11, 2),
    ('Camera & photography',          'flat', 0, 0.11, 2),
    ('Video games & consoles',        'flat', 0, 0.11, 2),
    ('Health & personal care',        'flat', 0, 0.12, 1),
    ('Industry & science',            'flat', 0, 0.12, 2),
    ('Baby',                          'flat', 0, 0.12, 2),
    ('Pets',                          'flat', 0, 0.12, 2),
    ('Personal care appliances',      'flat', 0, 0.12, 2),
    ('Kitchen',                       'flat', 0, 0.12, 2),
    ('Garden & pool',                 'flat', 0, 0.12, 2),
    ('Toys & games',                  'flat', 0, 0.12, 2),
    ('PC',                            'flat', 0, 0.12, 2),
    ('Automotive parts',              'flat', 0, 0.12, 2),
    ('Sports, adventure & leisure',   'flat', 0, 0.12, 2),
    ('Musical instruments',           'flat', 0, 0.12, 2),
    ('Portable electronics',          'flat', 0, 0.13, 2),
    ('Watches',                       'flat', 0, 0.13, 2),
    ('Luxury beauty',                 'flat', 0, 0.14, 2),
    ('Luggage & travel',              'flat', 0, 0.14, 2),
    ('Clothing & accessories',        'flat', 0, 0.14, 2),
    ('Footwear, bags & eyewear',      'flat', 0, 0.14, 2),
    ('Jewelry',                       'flat', 0, 0.14, 2),
    ('Books',                         'flat', 0, 0.15, 2),
    ('Video & DVD',                   'flat', 0, 0.15, 2),
    ('Music',                         'flat', 0, 0.15, 2),
    ('All other categories',          'flat', 0, 0.15, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. source measured 11.19% on 15 orders', true, v.*
FROM (VALUES
    ('Home', 'flat', 0, 0.12, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. source measured 11.56% on 283 orders; another capture says 12%',
       true, v.*
FROM (VALUES
    ('Tools & construction', 'flat', 0, 0.11, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. source measured 12.01% on 103 orders', true,
       v.*
FROM (VALUES
    ('Beauty', 'flat', 0, 0.13, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. source measured 12.03% on 1274 orders', true,
       v.*
FROM (VALUES
    ('Office & stationery', 'flat', 0, 0.13, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. upper limit BRL 100 in one capture, BRL 750 in another',
       true, v.*
FROM (VALUES
    ('Electronics & PC accessories', 'marginal',   0,  100, 0.15, 2),
    ('Electronics & PC accessories', 'marginal', 100, NULL,  0.1, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, effective_from, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'BR', '2026-08-01', '2026-08', 'medium',
       'venda.amazon.com.br/precos as captured publicly 2026-08-31',
       'observed 2026-08-31; start date not stated. upper limit BRL 200 in one capture, BRL 1500 in another',
       true, v.*
FROM (VALUES
    ('Furniture', 'marginal',   0,  200, 0.15, 2),
    ('Furniture', 'marginal', 200, NULL,  0.1, 2)
) v;

INSERT INTO rfba.referral_fee (marketplace, reference, table_version, confidence, source, note,
                               shipped, category, mode, price_over, price_up_to, rate, minimum)
SELECT 'BR', true, 'undated-older', 'high (amounts) / none (dates)',
       'https://sellercentral.amazon.com.br ... itemID=200336920 language=en_US',
       'source seen only up to Baby products', true, v.*
FROM (VALUES
    ('Clothing & Accessories',                             'flat',       0, NULL, 0.16, 1),
    ('Shoes & Sunglasses',                                 'flat',       0, NULL, 0.15, 1),
    ('Luggage, Handbags & Travel Accessories',             'flat',       0, NULL, 0.13, 1),
    ('Watches',                                            'flat',       0, NULL, 0.14, 1),
    ('Jewelry',                                            'flat',       0, NULL, 0.16, 1),
    ('Books',                                              'flat',       0, NULL, 0.15, 1),
    ('TV, Audio and Home Cinema',                          'flat',       0, NULL, 0.09, 1),
    ('Electronics Base Devices',                           'flat',       0, NULL, 0.12, 1),
    ('Cellphones',                                         'flat',       0, NULL, 0.12, 1),
    ('Camera & Photography',                               'flat',       0, NULL, 0.13, 1),
    ('Games and Consoles',                                 'flat',       0, NULL, 0.13, 1),
    ('Home',                                               'flat',       0, NULL, 0.12, 1),
    ('Tools & Home Improvement',                           'flat',       0, NULL, 0.13, 1),
    ('Kitchen',                                            'flat',       0, NULL, 0.12, 1),
    ('PC',                                                 'flat',       0, NULL, 0.12, 1),
    ('Office Products',                                    'flat',       0, NULL, 0.13, 1),
    ('Sports & Outdoors',                                  'flat',       0, NULL, 0.12, 1),
    ('Major Appliances',                                   'flat',       0, NULL, 0.09, 1),
    ('Air-conditioning',                                   'flat',       0, NULL, 0.09, 1),
    ('Toys',                                               'flat',       0, NULL, 0.12, 1),
    ('Electronics & PC Accessories',                       'marginal',   0,  100, 0.15, 1),
    ('Electronics & PC Accessories',                       'marginal', 100, NULL,  0.1, 1),
    ('(name not seen; between Air-conditioning and Toys)', 'marginal',   0,  200, 0.15, 1),
    ('(name not seen; between Air-conditioning and Toys)', 'marginal', 200, NULL,  0.1, 1)
) v;

-- Surcharges.

INSERT INTO rfba.surcharge (code, effective_from, effective_to, confidence, source, note, shipped,
                            marketplace, program, base, rate)
SELECT 'FUEL_INFLATION_2022', '2022-04-28', '2026-04-16', 'high',
       'https://ppc.land/amazon-to-surcharge-5-sellers-because-of-fuel-and-inflation/ ; https://channelx.world/2022/04/5-amazon-fba-fuel-surcharge-in-us/',
       'end date not found; the same 5% appears in Amazon BIL pricing example as "FBA surcharge in source store"',
       true, v.*
FROM (VALUES
    ('US', 'FBA', 'fulfillment_fee', 0.05)
) v;

INSERT INTO rfba.surcharge (code, effective_from, confidence, source, note, shipped, marketplace,
                            program, base, rate)
SELECT 'FUEL_LOGISTICS_2026', '2026-04-17', 'high',
       'https://allmind.ai/news/88270ba95f147a03646276099447f728021d101c94eae3a4769be315ff474476 ; https://amazonsellerdaily.youressentialinsights.com/?p=105 ; thedailyscout.com quoting supplychaindive/cnbc',
       'charged on fulfilment fees, not on price; stacks on holiday peak fees; announced as temporary, no end date seen; MCF and Buy with Prime from 2026-05-02',
       true, v.*
FROM (VALUES
    ('US', 'FBA', 'fulfillment_fee', 0.035),
    ('CA', 'FBA', 'fulfillment_fee', 0.035),
    ('CA', 'RF',  'fulfillment_fee', 0.035),
    ('MX', 'RF',  'fulfillment_fee', 0.035),
    ('BR', 'RF',  'fulfillment_fee', 0.035)
) v;

INSERT INTO rfba.surcharge (code, effective_from, confidence, source, note, shipped, marketplace,
                            base, seller_country, rate)
SELECT 'DIGITAL_SERVICES_FEE', '2024-10-01', 'high',
       'https://sellercentral.amazon.com/seller-forums/discussions/t/4655df13-b085-4bc1-a24e-45207184dcc1 ; https://nextsuccess.com/amazon-fees-for-canadian-sellers/ ; https://seller-forum.com/t/digital-services-fee-effective-october-1/5653 ; asinzen table',
       'end date NOT FOUND in public sources; settlement data Jun-Sep 2025 still shows 0.27% of CA price',
       true, v.*
FROM (VALUES
    ('CA', 'referral_fee', 'US', 0.02),
    ('CA', 'referral_fee', 'CA', 0.03)
) v;

INSERT INTO rfba.surcharge (code, effective_from, confidence, source, note, shipped, marketplace,
                            base, seller_country, rate)
SELECT 'DIGITAL_SERVICES_FEE', '2024-10-01', 'medium',
       'https://sellercentral.amazon.com/seller-forums/discussions/t/4655df13-b085-4bc1-a24e-45207184dcc1 ; https://nextsuccess.com/amazon-fees-for-canadian-sellers/ ; https://seller-forum.com/t/digital-services-fee-effective-october-1/5653 ; asinzen table',
       'end date NOT FOUND in public sources; settlement data Jun-Sep 2025 still shows 0.27% of CA price',
       true, v.*
FROM (VALUES
    ('US', 'referral_fee', 'CA',    0.03),
    ('MX', 'referral_fee', 'CA',    0.03),
    ('US', 'both',         'GB',    0.02),
    ('MX', 'both',         'GB',    0.02),
    ('US', 'both',         'FR',    0.03),
    ('CA', 'referral_fee', 'other', 0.02),
    ('US', 'none',         'US',       0),
    ('MX', 'none',         'MX',       0)
) v;

-- Fees for returns.

INSERT INTO rfba.return_processing_fee (marketplace, reference, source, note, shipped, size_tier,
                                        weight_over, weight_up_to, weight_unit, amount,
                                        increment_amount, increment_weight, increment_over,
                                        product_group)
SELECT 'US', true, 'https://sellercentral.amazon.com ... itemID=64LS955WNFT6EDP language=en_US',
       'Apparel; Shoes only (not Watches, Jewelry, Luggage, Handbags, Sunglasses); oversize rows not seen',
       true, v.*, each.product_group
FROM (VALUES
    ('small_standard',   0,    6, 'oz',  2.12, NULL, NULL, NULL),
    ('small_standard',   6,   12, 'oz',  2.23, NULL, NULL, NULL),
    ('small_standard',  12,   16, 'oz',  2.32, NULL, NULL, NULL),
    ('large_standard',   0,    6, 'oz',  2.40, NULL, NULL, NULL),
    ('large_standard',   6,   12, 'oz',  2.76, NULL, NULL, NULL),
    ('large_standard',  12,   16, 'oz',  2.85, NULL, NULL, NULL),
    ('large_standard',   1,    2, 'lb',  2.96, NULL, NULL, NULL),
    ('large_standard',   2,    3, 'lb',  3.41, NULL, NULL, NULL),
    ('large_standard',   3,   20, 'lb',  3.41, 0.20,    1,    3),
    ('small_oversize',   0, NULL, 'lb',  4.19, 0.20,    1,    2),
    ('medium_oversize',  0, NULL, 'lb', 10.57, 0.25,    1,    2)
) v, (VALUES
    ('apparel'),
    ('watches'),
    ('jewelry'),
    ('shoes, handbags and sunglasses'),
    ('luggage')
) each (product_group);

INSERT INTO rfba.return_processing_fee (marketplace, reference, source, note, shipped, size_tier,
                                        weight_over, weight_unit, amount, product_group)
SELECT 'US', true, 'https://sellercentral.amazon.com ... itemID=64LS955WNFT6EDP language=en_US',
       'Apparel; Shoes only (not Watches, Jewelry, Luggage, Handbags, Sunglasses); oversize rows not seen; increment 0.25/lb (cut) over GAP',
       true, v.*, each.product_group
FROM (VALUES
    ('large_oversize', 0, 'lb', 43.70)
) v, (VALUES
    ('apparel'),
    ('watches'),
    ('jewelry'),
    ('shoes, handbags and sunglasses'),
    ('luggage')
) each (product_group);

-- The currency converter's rates.

INSERT INTO rfba.currency_converter_rate (reference, source, note, shipped, proceeds_from,
                                          proceeds_below, rate, rate_to_cny)
SELECT true,
       'https://sellercentral.amazon.sg ... itemID=200381250 (ACCS FAQ, page) ; US page G200381250?locale=en-US has a wider table for Amazon.com (cut)',
       'trailing 12 months, recalculated monthly; lower bound inclusive, upper exclusive; CHF payouts flat 1.5%; volume fees not available on Amazon.com.br',
       true, v.*
FROM (VALUES
    (10000000,     NULL, 0.0075, 0.004),
    ( 1000000, 10000000,   0.01, 0.005),
    (  500000,  1000000, 0.0125, 0.006),
    (  100000,   500000,  0.015, 0.007),
    (       0,   100000,  0.015, 0.009)
) v;

-- A category of products goes by a store's category of the same name, whatever its case and
-- punctuation, and whether it has "&" or "and". Of two the one that reads the same comes first, and
-- then the one that is in force last.
INSERT INTO rfba.referral_category (category, marketplace, referral_category, shipped)
WITH named AS (
    SELECT marketplace, category,
           regexp_replace(replace(lower(category), '&', 'and'), '[^a-z0-9]', '', 'g') AS name,
           max(coalesce(effective_to, 'infinity')) AS last_day, max(effective_from) AS first_day
    FROM rfba.referral_fee
    WHERE NOT reference
    GROUP BY marketplace, category
)
SELECT DISTINCT ON (product.category, store.marketplace)
       product.category, store.marketplace, store.category, true
FROM named product JOIN named store USING (name)
ORDER BY product.category, store.marketplace, store.category = product.category DESC,
         store.last_day DESC, store.first_day DESC, store.category;

-- Whatever is written from here on is the user's own.
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.size_tier
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.fulfillment_fee
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.referral_fee
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.referral_category
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.surcharge
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.return_processing_fee
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.currency_converter_rate
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
