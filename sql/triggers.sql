-- The triggers that keep enrollment, seller-fulfilled stock and the status, and the references
-- between the tables: one function, called once a statement with the rows that it changed.

CREATE FUNCTION rfba.maintain_status() RETURNS trigger
    LANGUAGE c VOLATILE AS 'MODULE_PATHNAME', 'maintain_status_wrapper';
COMMENT ON FUNCTION rfba.maintain_status() IS
    'Trigger: carries a statement''s changes of a base table into enrollment, seller-fulfilled stock and status. Errors: 23514 where seller_fulfilled_guard rejects, 23503 where a row''s seller or edition is missing or one in use is taken away, 40001 where a concurrent change cannot be seen, 39P01 on any other table.';

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.program_edition
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.program_edition
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.program_edition
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.program_edition
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.seller
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.seller
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.seller
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.seller
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.inventory
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.inventory
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.inventory
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.inventory
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.local_inventory
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.local_inventory
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.local_inventory
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.local_inventory
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.offer
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.offer
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.offer
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.offer
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.product_assessment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.product_assessment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.product_assessment
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.product_assessment
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.listing_restriction
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.listing_restriction
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.listing_restriction
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.listing_restriction
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.amazon_status_text
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.amazon_status_text
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.amazon_status_text
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.amazon_status_text
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.amazon_verdict
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.amazon_verdict
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.amazon_verdict
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.amazon_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.enrollment
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.enrollment
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.enrollment
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.enrollment
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.seller_destination
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.seller_destination
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.load
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_update AFTER UPDATE ON rfba.load
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_delete AFTER DELETE ON rfba.load
    REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
CREATE TRIGGER maintain_status_truncate AFTER TRUNCATE ON rfba.load
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();

-- The engine writes the history itself, so this one is for the rows of a restored dump.
CREATE TRIGGER maintain_status_insert AFTER INSERT ON rfba.status_change
    REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION rfba.maintain_status();
