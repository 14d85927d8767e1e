import type { components, paths } from '../api-types'
import { lostConnection, Problem, problemOf } from './problem'
import { session, toSignIn } from './session'

const BASE = '/api/v1'
/** The server answers, or says that it cannot, within five seconds; what is slower is a broken connection. */
const PATIENCE = 20_000

type Method = 'get' | 'post' | 'put' | 'delete'
type Path<M extends Method> = {
  [P in keyof paths]: P extends `/api/v1${infer Rest}` ? (paths[P][M] extends undefined ? never : Rest) : never
}[keyof paths]
type Operation<M extends Method, P extends string> = `/api/v1${P}` extends keyof paths ? NonNullable<paths[`/api/v1${P}`][M]> : never
type Content<R> = R extends { content: { 'application/json': infer A } } ? A : never
type Successes<O> = O extends { responses: infer R } ? R[keyof R & (200 | 201 | 202)] : never
type Parameters<O, K extends string> = O extends { parameters: { [N in K]?: infer V } } ? Exclude<V, undefined> : never
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : undefined

/** Answers always hold every field: what the description calls optional is so only in requests. */
export type Complete<T> = T extends (infer I)[] ? Complete<I>[] : T extends object ? { [K in keyof T]-?: Complete<Exclude<T[K], undefined>> } : T
/** A record of the API, by the name that it has in the OpenAPI file: `Schema<'enterprise.DischargerView'>`. */
export type Schema<N extends keyof components['schemas']> = Complete<components['schemas'][N]>
/** The body of a request: fields with defaults may be left out. */
export type Sent<N extends keyof components['schemas']> = components['schemas'][N]

export type PathArguments = Record<string, string>
export type Query = Record<string, string | number | boolean | null | undefined>

/** The address of an API path, for links (downloads) and pictures. */
export function address(path: string, ids: PathArguments = {}, query: Query = {}): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ''))
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString()
  return BASE + filled + (search ? `?${search}` : '')
}

async function exchange(method: Method, url: string, headers: Record<string, string>, body?: BodyInit): Promise<unknown> {
  const stop = new AbortController()
  const timer = window.setTimeout(() => stop.abort(), PATIENCE)
  let status: number
  let text: string
  try {
    const response = await fetch(url, { method: method.toUpperCase(), headers, body, signal: stop.signal, credentials: 'same-origin' })
    status = response.status
    text = await response.text()
  } catch {
    throw lostConnection()
  } finally {
    window.clearTimeout(timer)
  }
  if (status === 401) toSignIn()
  if (status >= 400) throw problemOf(status, text)
  try {
    return text ? JSON.parse(text) : null
  } catch {
    throw new Problem(500, 'request.failed', '平台的答复无法识别，请刷新页面后重试')
  }
}

/** Ask: `read('/dischargers/{discharger_id}', { discharger_id })`.
 *  @throws Problem */
export async function read<P extends Path<'get'>>(
  path: P,
  ids: Parameters<Operation<'get', P>, 'path'> | Record<string, never> = {},
  query?: Parameters<Operation<'get', P>, 'query'>,
): Promise<Complete<Content<Successes<Operation<'get', P>>>>> {
  const answer = await exchange('get', address(path, ids as PathArguments, query as Query | undefined), { Accept: 'application/json' })
  return answer as Complete<Content<Successes<Operation<'get', P>>>>
}

/** What may not be in the OpenAPI file of every version: null where the platform has no such address.
 *  @throws Problem */
export async function readIfThere<T>(path: string, query: Query = {}): Promise<T | null> {
  try {
    return (await exchange('get', address(path, {}, query), { Accept: 'application/json' })) as T
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null
    throw error
  }
}

/** Have something done: one `key` for one intention, from `intention()`; sent again with the same key it is still done once.
 *  @throws Problem */
export async function send<M extends Exclude<Method, 'get'>, P extends Path<M>>(
  method: M,
  path: P,
  options: { ids?: Parameters<Operation<M, P>, 'path'>; body?: Body<Operation<M, P>>; key?: string } = {},
): Promise<Complete<Content<Successes<Operation<M, P>>>>> {
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'X-CSRF-Token': session.me?.csrf_token ?? '',
    'Idempotency-Key': options.key ?? intention(),
  }
  if (options.body !== undefined) headers['Content-Type'] = 'application/json'
  const body = options.body === undefined ? undefined : JSON.stringify(options.body)
  const answer = await exchange(method, address(path, options.ids as PathArguments | undefined), headers, body)
  return answer as Complete<Content<Successes<Operation<M, P>>>>
}

/** A key for one intention of the user. */
export function intention(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16).padStart(8, '0')).join('')
}

/** The key of one intention that may take several attempts: the same for the same content until it is settled. */
export class Attempts {
  private key = ''
  private content = ''

  for(content: unknown): string {
    const said = JSON.stringify(content)
    if (!this.key || said !== this.content) {
      this.key = intention()
      this.content = said
    }
    return this.key
  }

  settled(): void {
    this.key = ''
  }

  /** Run once with the fitting key; only what may have been lost on the way keeps it for the next attempt. */
  async run<T>(content: unknown, work: (key: string) => Promise<T>): Promise<T> {
    try {
      const answer = await work(this.for(content))
      this.settled()
      return answer
    } catch (error) {
      if (!(error instanceof Problem && error.retriable)) this.settled()
      throw error
    }
  }
}

/** Put a file into staging; answers its sha256, which a command then names as `upload`.
 *  @throws Problem */
export function stageFile(file: File, progress: (share: number) => void, stop?: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `${BASE}/files`)
    request.setRequestHeader('X-CSRF-Token', session.me?.csrf_token ?? '')
    request.setRequestHeader('Content-Type', 'application/octet-stream')
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total)
    request.onerror = request.ontimeout = request.onabort = () => reject(lostConnection())
    request.onload = () => {
      if (request.status === 401) toSignIn()
      if (request.status >= 400) reject(problemOf(request.status, request.responseText))
      else resolve((JSON.parse(request.responseText) as { upload: string }).upload)
    }
    stop?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
