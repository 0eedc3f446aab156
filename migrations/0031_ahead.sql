ALTER TABLE `portcullis_clients` ADD `next_status` text;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `next_expiry` integer;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `next_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `next_version` integer DEFAULT 0 NOT NULL;