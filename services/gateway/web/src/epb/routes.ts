import type { RouteRecordRaw } from 'vue-router'

const realm = 'epb' as const

export const epbRoutes: RouteRecordRaw[] = [
  { path: '/workbench', name: 'epb-workbench', component: () => import('./WorkbenchScreen.vue'), meta: { title: '工作台', realm } },
]
