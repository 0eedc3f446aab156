CREATE TABLE `portcullis_status_lists` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`list_id` text NOT NULL,
	`multiplier` integer NOT NULL,
	`shift` integer NOT NULL,
	`given` integer DEFAULT 0 NOT NULL,
	`opened_at` integer NOT NULL,
	`closed_at` integer,
	`retired_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_status_lists_list_id_unique` ON `portcullis_status_lists` (`list_id`);--> statement-breakpoint
CREATE INDEX `portcullis_status_lists_open` ON `portcullis_status_lists` (`id`) WHERE closed_at IS NULL AND given < 4096;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `status_list` text;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `status_block` integer;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `status_since` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_clients_by_status_place` ON `portcullis_clients` (`status_list`,`status_block`) WHERE status_list IS NOT NULL;

--> statement-breakpoint
-- The next place of the oldest list that has one, in a shuffled order: each step below maps 0 to 4095 onto itself.
-- Where there is no such list, as while the lists are off, there is no place.
CREATE TRIGGER portcullis_status_place_insert AFTER INSERT ON portcullis_clients BEGIN
  UPDATE portcullis_clients SET (status_list, status_block, status_since) = (
    SELECT list_id, (y | (y >> 7)) - (y & (y >> 7)), unixepoch() FROM (
      SELECT list_id, (((x | (x >> 5)) - (x & (x >> 5))) * 1597 + 733) & 4095 AS y FROM (
        SELECT list_id, (given * multiplier + shift) & 4095 AS x FROM portcullis_status_lists
        WHERE closed_at IS NULL AND given < 4096 ORDER BY id LIMIT 1)))
  WHERE id = new.id;
  UPDATE portcullis_status_lists SET given = given + 1 WHERE id = (
    SELECT id FROM portcullis_status_lists WHERE closed_at IS NULL AND given < 4096 ORDER BY id LIMIT 1);
END;
--> statement-breakpoint
CREATE TRIGGER portcullis_status_place_update AFTER UPDATE OF generation ON portcullis_clients
WHEN new.generation <> old.generation BEGIN
  UPDATE portcullis_clients SET (status_list, status_block, status_since) = (
    SELECT list_id, (y | (y >> 7)) - (y & (y >> 7)), unixepoch() FROM (
      SELECT list_id, (((x | (x >> 5)) - (x & (x >> 5))) * 1597 + 733) & 4095 AS y FROM (
        SELECT list_id, (given * multiplier + shift) & 4095 AS x FROM portcullis_status_lists
        WHERE closed_at IS NULL AND given < 4096 ORDER BY id LIMIT 1)))
  WHERE id = new.id;
  UPDATE portcullis_status_lists SET given = given + 1 WHERE id = (
    SELECT id FROM portcullis_status_lists WHERE closed_at IS NULL AND given < 4096 ORDER BY id LIMIT 1);
END;
