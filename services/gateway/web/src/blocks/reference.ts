import { type Schema, read } from './api'
import type { Proposal } from './SearchPick.vue'

/** The platform's pick lists; answers are kept by the browser for an hour. */

/** The counties (and zones) of the city that a region lies in. */
export function counties(region: string): Promise<Schema<'reference.RegionView'>[]> {
  return read('/reference/counties', {}, { city: region })
}

export async function industries(text: string): Promise<Proposal[]> {
  const page = await read('/reference/industries', {}, { q: text, page_size: 30 })
  return page.rows.map((row) => ({ value: row.short_code, label: row.name }))
}

export function pollutants(kind: string): (text: string) => Promise<Proposal[]> {
  return async (text) => {
    const page = await read('/reference/pollutants', {}, { q: text, kind: kind as never, page_size: 30 })
    return page.rows.map((row) => ({ value: row.code, label: row.name }))
  }
}

export function standards(kind: string): (text: string) => Promise<Proposal[]> {
  return async (text) => {
    const page = await read('/reference/standards', {}, { q: text, kind: kind as never, page_size: 30 })
    return page.rows.map((row) => ({ value: row.code, label: row.name }))
  }
}

export function methods(pollutant: string): (text: string) => Promise<Proposal[]> {
  return async (text) => {
    const page = await read('/reference/methods', {}, { q: text, pollutant, page_size: 30 })
    return page.rows.map((row) => ({ value: row.code, label: row.name }))
  }
}
