import type { Me } from '../blocks/session'

const REALMS = { enterprise: '企业用户', epb: '生态环境部门用户', operator: '平台人员' }
const ROLES: Record<string, string> = { auditor: '审计人员', operator: '运维人员', reviewer: '审核人员' }

/** The person's role in words. */
export function roleOf(person: Me): string {
  const known = person.roles.map((role) => ROLES[role]).filter(Boolean)
  const role = known.length ? known.join('、') : REALMS[person.realm]
  return person.region_name ? `${role} · ${person.region_name}` : role
}
