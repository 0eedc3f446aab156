ALTER TABLE `portcullis_clients` ADD `require_dpop` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `bind_to_certificate` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `portcullis_clients` ADD `bound_since` integer;