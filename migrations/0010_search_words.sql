CREATE TABLE `portcullis_search_parts` (
	`part` text NOT NULL,
	`word` text NOT NULL,
	PRIMARY KEY(`part`, `word`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `portcullis_search_words` (
	`word` text NOT NULL,
	`client` integer NOT NULL,
	PRIMARY KEY(`word`, `client`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `search_rules` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `portcullis_clients_by_search_rules` ON `portcullis_clients` (`search_rules`);
--> statement-breakpoint
-- Whoever changes the text and says nothing of the words leaves those of another text.
CREATE TRIGGER portcullis_search_rules_update AFTER UPDATE OF search_text ON portcullis_clients
WHEN old.search_text <> new.search_text AND old.search_rules = new.search_rules BEGIN
  UPDATE portcullis_clients SET search_rules = 0 WHERE id = new.id;
END;
--> statement-breakpoint
DROP TRIGGER portcullis_client_search_insert;
--> statement-breakpoint
DROP TRIGGER portcullis_client_search_update;
--> statement-breakpoint
DROP TRIGGER portcullis_client_search_delete;
--> statement-breakpoint
-- D1 exports no database with a virtual table. Nothing points to this one, and all that it had is in
-- portcullis_clients: the cron files those who are there already.
DROP TABLE portcullis_client_search;
