CREATE TABLE `portcullis_key_sets` (
	`source` text PRIMARY KEY NOT NULL,
	`keys` text,
	`read_at` integer,
	`fresh_until` integer,
	`tried_at` integer NOT NULL,
	`error` text,
	`digest` text,
	`pepper_version` text
);
--> statement-breakpoint
CREATE INDEX `portcullis_key_sets_by_attempt` ON `portcullis_key_sets` (`tried_at`);