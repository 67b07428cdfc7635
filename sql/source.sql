-- Tables of the user's own that rfba's follow. What is known of one lies in the arguments of its
-- triggers, and goes with it wherever it goes.

CREATE TABLE rfba.source_rejection (
    source regclass NOT NULL,
    kind text COLLATE "C" NOT NULL,
    sku text COLLATE "C" NOT NULL,
    column_name text,
    value text,
    reason text NOT NULL DEFAULT '',
    rejected_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, kind, sku)
);
COMMENT ON TABLE rfba.source_rejection IS
    'Rows of attached tables that rfba''s tables cannot follow as they are now, and why. What was known of their SKUs stays.';
COMMENT ON COLUMN rfba.source_rejection.source IS 'The attached table.';
COMMENT ON COLUMN rfba.source_rejection.kind IS 'What it is attached as.';
COMMENT ON COLUMN rfba.source_rejection.sku IS 'What the row has for its SKU; empty: nothing.';
COMMENT ON COLUMN rfba.source_rejection.column_name IS 'Column of the bad value; null: the row as a whole.';
COMMENT ON COLUMN rfba.source_rejection.value IS 'The bad value.';
COMMENT ON COLUMN rfba.source_rejection.reason IS 'What is wrong with it.';
COMMENT ON COLUMN rfba.source_rejection.rejected_at IS 'Since when.';

CREATE FUNCTION rfba.follow_source() RETURNS trigger
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'follow_source_wrapper';
COMMENT ON FUNCTION rfba.follow_source() IS
    'Trigger of an attached table: carries what a statement changed in it into rfba''s tables, with the rights of the table''s owner. A row that cannot be followed goes to rfba.source_rejection. Errors: 42703 where a column that was mapped is gone, 22023 where the seller is, 39P01 for any other call.';

CREATE FUNCTION rfba.attach_table(
        source regclass, kind text, seller_id text, marketplace rfba.marketplace, columns text,
        force boolean)
    RETURNS TABLE (load_id bigint, read bigint, loaded bigint, unchanged bigint, rejected bigint,
                   removed bigint)
    LANGUAGE c VOLATILE STRICT PARALLEL UNSAFE ROWS 1 SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'attach_table_wrapper';
COMMENT ON FUNCTION rfba.attach_table(regclass, text, text, rfba.marketplace, text, boolean) IS
    'As rfba.attach_source(), with the mapping as text. Errors: those of rfba.attach_source().';

CREATE FUNCTION rfba.attach_source(
        source regclass, kind text, seller_id text, marketplace rfba.marketplace,
        columns jsonb DEFAULT '{}', force boolean DEFAULT false)
    RETURNS TABLE (load_id bigint, read bigint, loaded bigint, unchanged bigint, rejected bigint,
                   removed bigint)
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 1
    BEGIN ATOMIC
        SELECT * FROM rfba.attach_table(source, kind, seller_id, marketplace, columns::text, force);
    END;
CREATE FUNCTION rfba.attach_source(
        source regclass, kind text, seller_id text, marketplace text,
        columns jsonb DEFAULT '{}', force boolean DEFAULT false)
    RETURNS TABLE (load_id bigint, read bigint, loaded bigint, unchanged bigint, rejected bigint,
                   removed bigint)
    LANGUAGE sql VOLATILE STRICT PARALLEL UNSAFE ROWS 1
    BEGIN ATOMIC
        SELECT * FROM rfba.attach_table(source, kind, seller_id, marketplace::rfba.marketplace,
                                        columns::text, force);
    END;
COMMENT ON FUNCTION rfba.attach_source(regclass, text, text, rfba.marketplace, jsonb, boolean) IS
    'Keeps rfba''s tables in step with a table of your own, which is never written to: source; kind: inventory (the pool in the US), local_inventory (stock inside a destination) or listings (the offers of a marketplace); seller_id and marketplace of all its rows; columns: which of its columns, or which constant, stands for each of rfba''s, needed where it is not called as rfba''s column or Amazon''s; force: attach it though rfba would lose more than half of what it has. Its rows are loaded as those of a full report, and from then on every INSERT, UPDATE, DELETE and TRUNCATE is followed in its transaction. Its column of the SKU needs a unique index. Returns the counts of the first load. No row for null. Errors: 22023 for another kind, marketplace, seller or mapping, 42703 for a column that is not there, 42809 for what is no table of yours, 42710 where it is attached already, 55000 without a unique index and where force is needed, 42501 where the table is not yours.';
COMMENT ON FUNCTION rfba.attach_source(regclass, text, text, text, jsonb, boolean) IS
    'As rfba.attach_source with a marketplace, from text. Errors: 22P02 also for a text that is no marketplace.';

CREATE FUNCTION rfba.detach_source(source regclass, kind text DEFAULT NULL) RETURNS bigint
    LANGUAGE c VOLATILE PARALLEL UNSAFE SET search_path = pg_catalog, pg_temp
    AS 'MODULE_PATHNAME', 'detach_source_wrapper';
COMMENT ON FUNCTION rfba.detach_source(regclass, text) IS
    'Ends what rfba.attach_source() began: of the kind, or null for every one. What rfba''s tables have stays. Returns as how many kinds the table was attached. Errors: 42704 where it is not attached, 22023 for another kind, 42501 where it is not yours.';

CREATE VIEW rfba.source WITH (security_invoker = true) AS
    SELECT t.tgrelid::regclass AS source,
           a.arguments[1] AS kind, a.arguments[2] AS seller_id,
           a.arguments[3]::rfba.marketplace AS marketplace,
           a.arguments[4]::jsonb AS columns
    FROM pg_trigger t
        CROSS JOIN LATERAL (
            SELECT array_agg(convert_from(decode(part, 'escape'), 'UTF8') ORDER BY position)
            -- A backslash of the text's own could begin what looks like the NUL between two.
            FROM string_to_table(replace(encode(t.tgargs, 'escape'), '\\', '\134'), '\000')
                WITH ORDINALITY AS p (part, position)
        ) AS a (arguments)
    WHERE t.tgfoid = 'rfba.follow_source()'::regprocedure
        AND t.tgname = 'rfba_' || a.arguments[1] || '_insert';
COMMENT ON VIEW rfba.source IS 'The tables that are attached, and how they are read.';
COMMENT ON COLUMN rfba.source.source IS 'The table.';
COMMENT ON COLUMN rfba.source.kind IS 'inventory, local_inventory or listings.';
COMMENT ON COLUMN rfba.source.seller_id IS 'Whose its rows are.';
COMMENT ON COLUMN rfba.source.marketplace IS 'Which marketplace''s.';
COMMENT ON COLUMN rfba.source.columns IS
    'For each of rfba''s columns that of the table, or a constant in an array.';
