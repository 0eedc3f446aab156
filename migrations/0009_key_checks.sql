CREATE TABLE `portcullis_key_checks` (
	`name` text NOT NULL,
	`version` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`name`, `version`)
);
