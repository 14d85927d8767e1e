import { nextTick } from 'vue'
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router'
import { accountRoutes } from '../account/routes'
import { mayLeave } from '../blocks/leaving'
import { session } from '../blocks/session'
import { enterpriseRoutes } from '../enterprise/routes'
import { epbRoutes } from '../epb/routes'
import { operatorRoutes } from '../operator/routes'
import { lastSite, rememberSite } from './last-site'

const PLATFORM = '排污单位自行监测信息发布平台'

declare module 'vue-router' {
  interface RouteMeta {
    /** The screen's name as the user manual calls it: heading, window title, last breadcrumb. */
    title: string
    /** What stands before it in the breadcrumbs. */
    crumbs?: string[]
    /** The menu entry that a sub-page belongs to, by route name. */
    menu?: string
    realm?: 'enterprise' | 'epb' | 'operator'
  }
}

const common: RouteRecordRaw[] = [
  { path: '/', name: 'begin', component: () => import('./NoSite.vue'), meta: { title: '工作台' } },
  { path: '/:rest(.*)*', name: 'unknown', component: () => import('./NotFound.vue'), meta: { title: '没有这个页面' } },
]

/** The routes of all faces, open once it is known who is signed in; a screen of another realm is answered like one that isn't there. */
export function createConsole(signedOn: Promise<void>): Router {
  const router = createRouter({
    history: createWebHistory('/console/'),
    routes: [...enterpriseRoutes, ...epbRoutes, ...operatorRoutes, ...accountRoutes, ...common],
    scrollBehavior: (_to, from, saved) => saved ?? (from.matched.length ? { top: 0 } : undefined),
  })
  router.beforeEach(async (to, from) => {
    try {
      await signedOn
    } catch {
      return false // App says why
    }
    if (from.matched.length && to.path !== from.path && !(await mayLeave())) return false
    const realm = session.me?.realm
    if (to.meta.realm && realm && to.meta.realm !== realm) return { name: 'unknown', params: { rest: to.path.slice(1).split('/') }, replace: true }
    if (to.name === 'begin') return beginning() ?? true
    return true
  })
  router.afterEach(async (to, from, failure) => {
    if (failure) return
    document.title = `${to.meta.title} - ${PLATFORM}`
    if (session.me?.realm === 'enterprise' && typeof to.params.discharger_id === 'string') rememberSite(to.params.discharger_id)
    if (from.matched.length && to.path !== from.path) await focusHeading()
  })
  router.onError((error: unknown) => {
    // After an update the old page's pieces are gone: load the new page, once.
    if (String(error).includes('dynamically imported module') && !window.sessionStorage.getItem('reloaded')) {
      window.sessionStorage.setItem('reloaded', '1')
      window.location.reload()
    }
  })
  return router
}

function beginning(): { name: string; params?: Record<string, string> } | null {
  if (session.me?.realm === 'enterprise') {
    const site = lastSite()
    return site ? { name: 'workbench', params: { discharger_id: site } } : null
  }
  if (session.me?.realm === 'operator') return session.me.roles.includes('auditor') ? { name: 'audit' } : { name: 'account' }
  return session.me?.realm === 'epb' ? { name: 'epb-workbench' } : null
}

async function focusHeading(): Promise<void> {
  // The screen's piece may still be loading: the heading is looked for until it is there.
  for (let turn = 0; turn < 20; turn++) {
    await nextTick()
    const heading = document.getElementById('page-title')
    if (heading) return heading.focus({ preventScroll: true })
    await new Promise((resolve) => window.setTimeout(resolve, 50))
  }
}
