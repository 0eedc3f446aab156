CREATE TABLE `portcullis_members` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`administrator_id` text NOT NULL,
	`issuer` text NOT NULL,
	`subject` text,
	`email` text NOT NULL,
	`access` text NOT NULL,
	`blocked_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_members_administrator_id_unique` ON `portcullis_members` (`administrator_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_members_by_subject` ON `portcullis_members` (`issuer`,`subject`);--> statement-breakpoint
CREATE INDEX `portcullis_members_by_email` ON `portcullis_members` (`email`);