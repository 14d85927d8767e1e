/** Why a request came to nothing, as screens show it (problem+json, RFC 9457, or no answer at all). */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly fields: Record<string, string[]> = {},
    readonly params: Record<string, unknown> = {},
  ) {
    super(message)
  }

  /** The connection broke: whether the request was carried out is unknown, and the same key may be sent again. */
  get lost(): boolean {
    return this.status === 0
  }

  /** A part of the platform is away; trying again later helps. */
  get away(): boolean {
    return this.status === 503
  }

  /** Somebody else has changed the record meanwhile. */
  get conflict(): boolean {
    return this.status === 409 && this.code === 'record.changed'
  }

  /** Whether the same request may still succeed: nothing was refused for good. */
  get retriable(): boolean {
    return this.lost || this.status >= 500 || this.status === 429
  }
}

const LOST = '网络连接中断，未收到平台的答复。请检查网络后重试，重试不会重复保存'

const PARTS: Record<string, string> = {
  enterprise: '基础信息服务',
  plan: '监测方案服务',
  data: '监测数据服务',
  review: '审核服务',
  'permit-sync': '许可证与国家平台对接服务',
  gateway: '平台门户',
}

/** The Chinese name of a part of the platform. */
export function partName(service: string): string {
  return PARTS[service] ?? service
}

export function lostConnection(): Problem {
  return new Problem(0, 'connection.lost', LOST)
}

interface ProblemBody {
  code?: string
  detail?: string
  title?: string
  errors?: { field: string; messages: string[] }[]
  params?: Record<string, unknown>
}

/** What an answer with an error status says; a body that is no problem+json (a proxy's page) is told by its status alone. */
export function problemOf(status: number, text: string): Problem {
  let body: ProblemBody = {}
  try {
    body = JSON.parse(text) as ProblemBody
  } catch {
    body = {}
  }
  const fields = Object.fromEntries((body.errors ?? []).map((error) => [error.field, error.messages]))
  const plain = status === 503 || status === 502 || status === 504 ? '平台暂时不可用，请稍后重试' : `请求未能完成（${status}）`
  const params = body.params ?? {}
  const service = typeof params.service === 'string' ? partName(params.service) : ''
  const detail = body.detail ?? body.title ?? plain
  const message = service && status === 503 ? `${service}：${detail}` : detail
  return new Problem(status === 502 || status === 504 ? 503 : status, body.code ?? 'request.failed', message, fields, params)
}

/** Any thrown thing as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem(500, 'page.failed', '页面处理出错，请刷新后重试')
}
