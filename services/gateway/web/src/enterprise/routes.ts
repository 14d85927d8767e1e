import type { RouteRecordRaw } from 'vue-router'

/** A screen of one discharger: its name is the menu's and the workbench's, its address ends with it. */
function screen(name: string, title: string, crumbs: string[], component: RouteRecordRaw['component']): RouteRecordRaw {
  const record = { path: `/dischargers/:discharger_id/${name}`, name, component, props: true, meta: { title, crumbs, realm: 'enterprise' as const } }
  return record as RouteRecordRaw
}

export const enterpriseRoutes: RouteRecordRaw[] = [
  screen('workbench', '工作台', [], () => import('./WorkbenchScreen.vue')),
  screen('profile', '企业信息', ['基础信息'], () => import('./ProfileScreen.vue')),
]
