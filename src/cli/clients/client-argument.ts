export const clientArgument = {
  client: { type: 'positional', required: true, description: 'Its client_id, or its exact name' },
} as const

export const clientsArgument = {
  client: {
    type: 'positional',
    required: true,
    many: true,
    description: 'The client_id or the exact name, of one client or several',
  },
} as const
