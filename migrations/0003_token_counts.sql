CREATE TABLE `portcullis_token_counts` (
	`day` integer NOT NULL,
	`client_id` text NOT NULL,
	`outcome` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`day`, `client_id`, `outcome`)
);
