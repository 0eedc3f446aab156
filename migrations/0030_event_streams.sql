CREATE TABLE `portcullis_event_keys` (
	`kid` text PRIMARY KEY NOT NULL,
	`algorithm` text NOT NULL,
	`public_jwk` text NOT NULL,
	`wrapped_key` text NOT NULL,
	`created_at` integer NOT NULL,
	`activates_at` integer NOT NULL,
	`retires_at` integer,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE TABLE `portcullis_event_streams` (
	`stream_id` text PRIMARY KEY NOT NULL,
	`client_id` text NOT NULL,
	`seq` integer NOT NULL,
	`due_at` integer,
	`version` integer NOT NULL,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `portcullis_event_streams_client_id_unique` ON `portcullis_event_streams` (`client_id`);--> statement-breakpoint
CREATE TRIGGER portcullis_event_streams_of_deleted AFTER DELETE ON portcullis_clients BEGIN
  DELETE FROM portcullis_event_streams WHERE client_id = old.client_id;
END;
