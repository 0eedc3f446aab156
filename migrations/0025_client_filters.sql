CREATE TABLE `portcullis_client_tags` (
	`tag` text NOT NULL,
	`client` integer NOT NULL,
	PRIMARY KEY(`tag`, `client`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `last_used_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
UPDATE portcullis_clients SET last_used_at = max(coalesce(last_token_at, 0), coalesce((
  SELECT max(s.last_used_at) FROM portcullis_secrets s WHERE s.client_id = portcullis_clients.client_id), 0));
--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_use` ON `portcullis_clients` (`last_used_at`,`id`);
--> statement-breakpoint
INSERT INTO portcullis_client_tags (tag, client)
SELECT DISTINCT j.value, c.id FROM portcullis_clients c CROSS JOIN json_each(c.tags) j WHERE c.tags <> '[]';
--> statement-breakpoint
CREATE TRIGGER portcullis_client_tags_insert AFTER INSERT ON portcullis_clients WHEN new.tags <> '[]' BEGIN
  INSERT OR IGNORE INTO portcullis_client_tags (tag, client) SELECT value, new.id FROM json_each(new.tags);
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_tags_update AFTER UPDATE OF tags ON portcullis_clients
WHEN old.tags <> new.tags BEGIN
  DELETE FROM portcullis_client_tags WHERE client = new.id AND tag IN (SELECT value FROM json_each(old.tags));
  INSERT OR IGNORE INTO portcullis_client_tags (tag, client) SELECT value, new.id FROM json_each(new.tags);
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_tags_delete AFTER DELETE ON portcullis_clients WHEN old.tags <> '[]' BEGIN
  DELETE FROM portcullis_client_tags WHERE client = old.id AND tag IN (SELECT value FROM json_each(old.tags));
END;
--> statement-breakpoint
-- The newest counts; one that a fast clock dated more than ten minutes into the future does not.
CREATE TRIGGER portcullis_client_use_by_token AFTER UPDATE OF last_token_at ON portcullis_clients
WHEN new.last_used_at < new.last_token_at OR new.last_used_at > new.last_token_at + 600 BEGIN
  UPDATE portcullis_clients SET last_used_at = new.last_token_at WHERE id = new.id;
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_client_use_by_credential AFTER UPDATE OF last_used_at ON portcullis_secrets
WHEN new.last_used_at IS NOT NULL BEGIN
  UPDATE portcullis_clients SET last_used_at = new.last_used_at WHERE client_id = new.client_id
  AND (last_used_at < new.last_used_at OR last_used_at > new.last_used_at + 600);
END;
