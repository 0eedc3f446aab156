CREATE TABLE `portcullis_issuers` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`issuer_id` text NOT NULL,
	`issuer` text NOT NULL,
	`name` text NOT NULL,
	`trust` text NOT NULL,
	`digest` text NOT NULL,
	`pepper_version` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`updated_at` integer NOT NULL,
	`version` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_issuers_issuer_id_unique` ON `portcullis_issuers` (`issuer_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_issuers_issuer_unique` ON `portcullis_issuers` (`issuer`);--> statement-breakpoint
CREATE INDEX `portcullis_rules_by_subject` ON `portcullis_secrets` (material ->> 'issuerId',material ->> 'subject') WHERE kind = 'federated_credential';