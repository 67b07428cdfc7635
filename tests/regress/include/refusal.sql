-- For tests of refusals: what a statement is refused with. It is undone in any case.

CREATE FUNCTION refusal(statement text) RETURNS text
    LANGUAGE plpgsql
    AS $$
DECLARE
    detail text;
    hint text;
BEGIN
    EXECUTE statement;
    RAISE EXCEPTION 'not refused' USING ERRCODE = 'UNDO0';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws(E'\n', SQLSTATE || ': ' || SQLERRM,
                     'DETAIL: ' || nullif(detail, ''), 'HINT: ' || nullif(hint, ''));
END
$$;

-- A statement as the name of a test.
CREATE FUNCTION in_one_line(statement text) RETURNS text
    LANGUAGE sql IMMUTABLE
    RETURN regexp_replace(statement, '\s+', ' ', 'g');
