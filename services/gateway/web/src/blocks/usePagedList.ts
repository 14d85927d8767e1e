import { computed, reactive, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { type Loading, useLoading } from './useLoading'

export interface Page<R> {
  total: number
  rows: R[]
}

export interface PagedList<R> {
  page: Loading<Page<R>>
  /** What the filter fields hold; takes effect with `search()`. */
  filters: Record<string, string>
  number: Ref<number>
  size: Ref<number>
  search: () => void
  clear: () => void
  go: (number: number) => void
  resize: (size: number) => void
}

export const SIZES = [20, 50, 100]

/** A list that the server pages. Filters, page and size stand in the address: a link or the back button brings the same list. */
export function usePagedList<R>(
  filterNames: readonly string[],
  ask: (query: { page: number; page_size: number } & Record<string, string | number>) => Promise<Page<R>>,
): PagedList<R> {
  const route = useRoute()
  const router = useRouter()
  const here = route.path
  const inAddress = computed(() => fromQuery(route.query, filterNames))
  const filters = reactive<Record<string, string>>({ ...inAddress.value.filters })
  const page = useLoading<Page<R>>(
    () => ask({ ...inAddress.value.filters, page: inAddress.value.page, page_size: inAddress.value.size }),
    () => (route.path === here ? JSON.stringify(inAddress.value) : here),
  )

  function go(number: number, size = inAddress.value.size, wanted: Record<string, string> = inAddress.value.filters): void {
    void router.push({ query: toQuery(wanted, number, size) })
  }

  return {
    page,
    filters,
    number: computed(() => inAddress.value.page),
    size: computed(() => inAddress.value.size),
    search: () => go(1, inAddress.value.size, { ...filters }),
    clear: () => {
      for (const name of filterNames) filters[name] = ''
      go(1, inAddress.value.size, {})
    },
    go,
    resize: (size) => go(1, size),
  }
}

type Query = Record<string, string | null | (string | null)[] | undefined>

/** Page, size and filters as an address says them; nonsense counts as not said. */
export function fromQuery(query: Query, names: readonly string[]): { page: number; size: number; filters: Record<string, string> } {
  const text = (name: string): string => (typeof query[name] === 'string' ? (query[name] as string) : '')
  const number = Number(text('page'))
  const size = Number(text('size'))
  return {
    page: Number.isInteger(number) && number > 0 ? number : 1,
    size: SIZES.includes(size) ? size : SIZES[0],
    filters: Object.fromEntries(names.map((name) => [name, text(name)])),
  }
}

export function toQuery(filters: Record<string, string>, page: number, size: number): Record<string, string> {
  const said = Object.entries(filters).filter(([, value]) => value.trim() !== '').map(([name, value]) => [name, value.trim()])
  if (page > 1) said.push(['page', String(page)])
  if (size !== SIZES[0]) said.push(['size', String(size)])
  return Object.fromEntries(said)
}
