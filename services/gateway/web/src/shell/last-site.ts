import { session } from '../blocks/session'

const PLACE = 'last-discharger'

/** The discharger that an enterprise user worked on last in this browser, if it is still his; else his first. */
export function lastSite(): string | null {
  const kept = window.localStorage.getItem(PLACE)
  const known = session.sites.map((site) => site.discharger_id)
  return kept && known.includes(kept) ? kept : (known[0] ?? null)
}

export function rememberSite(dischargerId: string): void {
  window.localStorage.setItem(PLACE, dischargerId)
}
