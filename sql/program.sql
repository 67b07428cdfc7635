-- The program: marketplaces, editions of its rules, and what Amazon's status texts mean.

CREATE FUNCTION rfba.marketplaces()
    RETURNS TABLE (marketplace rfba.marketplace, marketplace_id text, domain text, currency text,
                   country text, language text, delivery_days_min integer, delivery_days_max integer)
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE ROWS 4 AS 'MODULE_PATHNAME', 'marketplaces_wrapper';
COMMENT ON FUNCTION rfba.marketplaces() IS
    'The rows of view rfba.marketplace_info. No arguments, no errors.';

CREATE VIEW rfba.marketplace_info WITH (security_invoker = true) AS
    SELECT marketplace, marketplace_id, domain, currency, country, language,
           delivery_days_min, delivery_days_max
    FROM rfba.marketplaces();
COMMENT ON VIEW rfba.marketplace_info IS
    'The marketplaces of Remote Fulfillment: id, domain, currency (2 minor digits), country, language, and the days from order to delivery that Amazon promises. Sources: Selling Partner API, Marketplace IDs; Remote Fulfillment help page, 2022 US edition.';

CREATE FUNCTION rfba.currency_of(marketplace rfba.marketplace) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'currency_of_wrapper';
COMMENT ON FUNCTION rfba.currency_of(rfba.marketplace) IS
    'ISO 4217 code of the marketplace''s currency. Null for null; no errors. Source: Selling Partner API, Marketplace IDs.';

COMMENT ON COLUMN rfba.marketplace_info.marketplace IS 'Its country code.';
COMMENT ON COLUMN rfba.marketplace_info.marketplace_id IS 'Amazon''s id of it.';
COMMENT ON COLUMN rfba.marketplace_info.domain IS 'Its domain, without www.';
COMMENT ON COLUMN rfba.marketplace_info.currency IS 'ISO 4217 code of its currency.';
COMMENT ON COLUMN rfba.marketplace_info.country IS 'English name of its country.';
COMMENT ON COLUMN rfba.marketplace_info.language IS 'Locale of its listings.';
COMMENT ON COLUMN rfba.marketplace_info.delivery_days_min IS 'Days to delivery that Amazon promises, at best; null: not published.';
COMMENT ON COLUMN rfba.marketplace_info.delivery_days_max IS 'Days to delivery that Amazon promises, at most; null: not published.';

-- Editions and status texts are shipped, and the user's to change. A row that the user wrote or
-- changed is the user's own: it takes the place of the shipped one, upgrades leave it alone, and
-- dumps hold it. That it is shipped is part of a row's key, because a dump that is loaded with
-- triggers disabled puts the user's row beside the shipped one, until rfba.rebuild_status().

CREATE TABLE rfba.program_edition (
    edition text COLLATE "C" NOT NULL
        CONSTRAINT program_edition_edition_check CHECK (edition <> ''),
    destinations rfba.marketplace[] NOT NULL DEFAULT '{CA,MX}'
        CONSTRAINT program_edition_destinations_check CHECK (
            cardinality(destinations) > 0
            AND array_position(destinations, NULL) IS NULL
            AND NOT destinations @> '{US}'),
    fba_required_in text NOT NULL DEFAULT 'every_store'
        CONSTRAINT program_edition_fba_required_in_check
            CHECK (fba_required_in IN ('every_store', 'destination')),
    source text,
    shipped boolean NOT NULL DEFAULT false,
    PRIMARY KEY (edition, shipped)
);
COMMENT ON TABLE rfba.program_edition IS
    'Editions of the program''s rules; each seller follows one. Changing a row re-evaluates its sellers.';
COMMENT ON COLUMN rfba.program_edition.edition IS 'Name: the year its rules came.';
COMMENT ON COLUMN rfba.program_edition.destinations IS 'Where US stock can be sold remotely; never US.';
COMMENT ON COLUMN rfba.program_edition.fba_required_in IS
    'Where FBA must be enabled and the seller registered: every_store (US and every destination) or destination (US and the destination in question).';
COMMENT ON COLUMN rfba.program_edition.source IS 'Where the rules were published.';
COMMENT ON COLUMN rfba.program_edition.shipped IS 'Came with rfba and is unchanged.';

CREATE FUNCTION rfba.status_text_key(status_text text) RETURNS text
    LANGUAGE c IMMUTABLE STRICT PARALLEL SAFE AS 'MODULE_PATHNAME', 'status_text_key_wrapper';
COMMENT ON FUNCTION rfba.status_text_key(text) IS
    'What an offer status of the ASIN Status report is looked up by: the text trimmed and in lower case. Null for null; no errors.';

CREATE TABLE rfba.amazon_status_text (
    status_text text NOT NULL
        CONSTRAINT amazon_status_text_status_text_check
            CHECK (rfba.status_text_key(status_text) <> ''),
    meaning text NOT NULL DEFAULT 'enabled'
        CONSTRAINT amazon_status_text_meaning_check
            CHECK (meaning IN ('enabled', 'ineligible', 'action_required')),
    shipped boolean NOT NULL DEFAULT false,
    PRIMARY KEY (status_text, shipped)
);
CREATE UNIQUE INDEX amazon_status_text_key
    ON rfba.amazon_status_text (rfba.status_text_key(status_text), shipped);
COMMENT ON TABLE rfba.amazon_status_text IS
    'What the offer statuses of Amazon''s ASIN Status report mean, whatever their case. Add the texts of your language.';
COMMENT ON COLUMN rfba.amazon_status_text.status_text IS 'The text, as Amazon writes it.';
COMMENT ON COLUMN rfba.amazon_status_text.meaning IS 'enabled, ineligible or action_required.';
COMMENT ON COLUMN rfba.amazon_status_text.shipped IS 'Came with rfba and is unchanged.';
COMMENT ON INDEX rfba.amazon_status_text_key IS 'One meaning a text, whatever its case.';

CREATE FUNCTION rfba.meaning_of(offer_status text) RETURNS text
    LANGUAGE sql STABLE STRICT PARALLEL SAFE
    BEGIN ATOMIC
        SELECT t.meaning
        FROM rfba.amazon_status_text t
        WHERE rfba.status_text_key(t.status_text) = rfba.status_text_key(offer_status)
        ORDER BY t.shipped LIMIT 1;
    END;
COMMENT ON FUNCTION rfba.meaning_of(text) IS
    'What an offer status of the ASIN Status report means by rfba.amazon_status_text: enabled, ineligible or action_required; null for null and for an unknown text. No errors.';

INSERT INTO rfba.program_edition (edition, destinations, fba_required_in, source, shipped) VALUES
    ('2022', '{CA,MX}', 'every_store', 'Amazon''s Remote Fulfillment help page, 2022 US edition', true),
    ('2023', '{CA,MX}', 'destination', 'sitruna.com, guide to Remote Fulfillment, 2023-02-13', true),
    ('2024', '{CA,MX,BR}', 'destination', 'sell.amazon.com, Remote Fulfillment; momentumwarehousing.com, 2024-07-31', true);

-- Enabled is the only text confirmed from real files.
INSERT INTO rfba.amazon_status_text (status_text, meaning, shipped) VALUES
    ('Enabled', 'enabled', true),
    ('Ineligible', 'ineligible', true),
    ('Action required', 'action_required', true);

CREATE FUNCTION rfba.own_row() RETURNS trigger
    LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
    AS $$
BEGIN
    NEW.shipped := false;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION rfba.own_row() IS 'Trigger: marks a row that is written as the user''s own.';

CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.program_edition
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
CREATE TRIGGER own_row BEFORE INSERT OR UPDATE ON rfba.amazon_status_text
    FOR EACH ROW EXECUTE FUNCTION rfba.own_row();
