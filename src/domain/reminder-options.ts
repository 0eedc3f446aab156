import { readReminderDays, readReminderRecipients } from './reminder-days.ts'
import { readUnusedDays } from './unused-secret.ts'

/** Who is reminded when, and after how many days without use a secret is ended; null: never. */
export type ReminderSettings = {
  reminderDays: number[]
  reminderRecipients: string[]
  unusedSecretDays: number | null
}

type Given = {
  reminderDays?: number | readonly number[] | undefined
  reminderRecipients?: string | undefined
  unusedSecretDays?: number | undefined
}

/** @throws WrongSetting */
export function readReminderOptions(given: Given): ReminderSettings {
  return {
    reminderDays: readReminderDays('reminderDays', given.reminderDays),
    reminderRecipients: readReminderRecipients(given.reminderRecipients),
    unusedSecretDays: readUnusedDays('unusedSecretDays', given.unusedSecretDays),
  }
}
