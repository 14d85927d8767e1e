import type { RouteRecordRaw } from 'vue-router'

export const operatorRoutes: RouteRecordRaw[] = [
  { path: '/audit', name: 'audit', component: () => import('./AuditScreen.vue'), meta: { title: '操作日志', crumbs: ['安全审计'], realm: 'operator' } },
]
