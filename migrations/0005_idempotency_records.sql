CREATE TABLE `portcullis_idempotency_records` (
	`key_hash` text PRIMARY KEY NOT NULL,
	`request_hash` text NOT NULL,
	`target_type` text NOT NULL,
	`target_id` text NOT NULL,
	`made_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `portcullis_idempotency_records_by_age` ON `portcullis_idempotency_records` (`made_at`);