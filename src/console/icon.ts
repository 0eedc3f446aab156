/** A gate, half down. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M4 30V14a12 12 0 0 1 24 0v16" fill="none" stroke="#4a5bd4" stroke-width="4"/><path d="M11 8v15m5-17v19m5-17v15M6 14h20M6 20h20" stroke="#4a5bd4" stroke-width="2.5"/></svg>`
