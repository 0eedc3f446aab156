-- The status of a client that publishes its keys depends on whether they could be read: when that
-- changes, lists judge its row again.
CREATE TRIGGER portcullis_key_sets_insert AFTER INSERT ON portcullis_key_sets
WHEN new.error IS NOT NULL BEGIN
  UPDATE portcullis_clients SET listed_until = 0 WHERE client_id IN (SELECT client_id
    FROM portcullis_secrets WHERE kind = 'jwks_uri' AND material = substr(new.source, 10));
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_key_sets_update AFTER UPDATE OF error ON portcullis_key_sets
WHEN (old.error IS NULL) <> (new.error IS NULL) BEGIN
  UPDATE portcullis_clients SET listed_until = 0 WHERE client_id IN (SELECT client_id
    FROM portcullis_secrets WHERE kind = 'jwks_uri' AND material = substr(new.source, 10));
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_key_sets_delete AFTER DELETE ON portcullis_key_sets
WHEN old.error IS NOT NULL BEGIN
  UPDATE portcullis_clients SET listed_until = 0 WHERE client_id IN (SELECT client_id
    FROM portcullis_secrets WHERE kind = 'jwks_uri' AND material = substr(old.source, 10));
END;
