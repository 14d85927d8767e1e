import { dayOf, today } from '../../blocks/wording'

/** The day so many days before today, in China. */
export function daysAgo(days: number): string {
  return dayOf(new Date(Date.now() - days * 86_400_000))
}

export function yesterday(): string {
  return daysAgo(1)
}

/** This month, 2026-03. */
export function thisMonth(): string {
  return today().slice(0, 7)
}

/** What a `datetime-local` field holds, read as Chinese time, for the API; null where it is empty. */
export function momentFrom(field: string): string | null {
  return field ? `${field.length === 16 ? `${field}:00` : field}+08:00` : null
}

/** What a request must hold and may have been left empty: the server then says that it is missing, rather than that it is no date. */
export function asked(text: string | null): string {
  return text || (null as unknown as string)
}
