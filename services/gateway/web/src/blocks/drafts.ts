import { session } from './session'

/** Text typed but not saved, kept for this window (sessionStorage) and person, so that a lost session or a crash costs nothing. */
const PREFIX = 'draft:'

function place(name: string): string {
  return `${PREFIX}${session.me?.realm ?? ''}:${session.me?.person_id ?? ''}:${name}`
}

export function keepDraft(name: string, values: unknown): void {
  try {
    window.sessionStorage.setItem(place(name), JSON.stringify(values))
  } catch {
    // A full or forbidden storage only costs the convenience.
  }
}

export function draftOf<T>(name: string): T | null {
  try {
    const kept = window.sessionStorage.getItem(place(name))
    return kept ? (JSON.parse(kept) as T) : null
  } catch {
    return null
  }
}

export function dropDraft(name: string): void {
  window.sessionStorage.removeItem(place(name))
}

/** At sign-out nothing stays behind for the next person at this browser. */
export function dropAllDrafts(): void {
  for (const key of Object.keys(window.sessionStorage)) if (key.startsWith(PREFIX)) window.sessionStorage.removeItem(key)
}
