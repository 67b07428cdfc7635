-- The assessment of an ASIN that 1,000 sellers have changes, each with 100 other SKUs.

\ir include/engine.sql
\ir include/cases.sql
\if :{?sellers} \else \set sellers 1000 \endif
\if :{?asins} \else \set asins 10 \endif

CALL bench.make_items(:sellers, :skus);
CALL bench.make_inventory();
CALL bench.make_shared(:asins);
CALL bench.save();
CALL bench.restore('bare');
CALL bench.make_assessment_loop('rfba');

INSERT INTO bench.target VALUES ('an assessment', 'bare', 1.5);
\o /dev/null
SELECT r.sql FROM bench.rounds('an assessment', :sellers * :asins, :rounds, '{rfba,bare}',
    ARRAY[$$CALL rfba.assess((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$,
          $$CALL bare.assess_ready((ARRAY['high_risk', 'cleared'])[1 + {round} % 2])$$]) r
\gexec
\o
CALL bench.check('bare');
SELECT * FROM bench.result;
