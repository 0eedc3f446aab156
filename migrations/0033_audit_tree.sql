CREATE TABLE `portcullis_audit_checkpoints` (
	`size` integer PRIMARY KEY NOT NULL,
	`root` text NOT NULL,
	`at` integer NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `portcullis_audit_tiles` (
	`level` integer NOT NULL,
	`tile` integer NOT NULL,
	`hashes` text NOT NULL,
	PRIMARY KEY(`level`, `tile`)
);
--> statement-breakpoint
CREATE TABLE `portcullis_audit_tree_key` (
	`id` integer PRIMARY KEY NOT NULL,
	`public_key` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `portcullis_audit_events` ADD `salt` text;