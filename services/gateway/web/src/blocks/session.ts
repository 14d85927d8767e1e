import { reactive } from 'vue'

export interface Me {
  realm: 'enterprise' | 'epb' | 'operator'
  person_id: string
  name: string
  unit: string
  uscc: string | null
  region: string | null
  region_name: string
  roles: string[]
  csrf_token: string
  applicant?: boolean
  development: boolean
  banner: string | null
}

export interface Site {
  discharger_id: string
  name: string
  region_name: string
}

/** Who is signed in, and for an enterprise its dischargers; filled before the first screen shows. */
export const session = reactive({
  me: null as Me | null,
  sites: [] as Site[],
  leaving: false,
})

/** The signed-in person; screens are shown only where there is one. */
export function me(): Me {
  if (!session.me) throw new Error('nobody is signed in')
  return session.me
}

/** On to the sign-in page, and back to this screen after it; what was typed is kept as drafts. */
export function toSignIn(): void {
  session.leaving = true
  const here = window.location.pathname + window.location.search
  window.location.assign(`/sign-in?next=${encodeURIComponent(here)}`)
}
