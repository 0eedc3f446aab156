import { env } from 'cloudflare:workers'
import { mailContract } from '../doubles/contracts/mail.ts'

mailContract('the binding that wrangler emulates', () => env.EMAIL as SendEmail)
