/** How the consoles write days, moments and hours: always Chinese time (Asia/Shanghai). */
const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit' })
const MOMENT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit',
})
const HOUR = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit' })

/** 2026-03-01 */
export function dayOf(moment: string | Date): string {
  return DAY.format(new Date(moment))
}

/** 2026-03-01 10:05 */
export function momentOf(moment: string | null | undefined): string {
  return moment ? MOMENT.format(new Date(moment)) : '—'
}

/** 10:00–11:00, from the moment at which the hour begins. */
export function hourOf(moment: string): string {
  const begin = new Date(moment)
  return `${HOUR.format(begin)}–${HOUR.format(new Date(begin.getTime() + 3600_000)).replace('00:00', '24:00')}`
}

/** Today's day in China, for limits of date fields. */
export function today(): string {
  return DAY.format(new Date())
}

export function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
