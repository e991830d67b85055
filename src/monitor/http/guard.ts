import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { secureHeaders } from 'hono/secure-headers';
import { timingSafeEqual } from 'node:crypto';
import { sha256Of } from '../../sha256.ts';

export type GuardOptions = {
  /** Names by which the server may be called, besides those of this machine itself. */
  readonly hosts: readonly string[];
  /** Who does not bring it sees nothing; null where only this machine can ask. */
  readonly token: string | null;
};

const COOKIE = 'docmill_dashboard';
const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'];
const NOTHING = ["'none'"];
const OWN = ["'self'"];

/** Whether only this machine can reach an address. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * An application that answers questions only: it changes nothing (no method but GET and HEAD), answers under known names
 * alone (a foreign page that has its own name point here gets nothing), asks for the token, and lets a browser load
 * nothing from elsewhere. `/healthz` needs no token.
 */
export function guarded({ hosts, token }: GuardOptions): Hono {
  const app = new Hono();
  const known = new Set([...LOOPBACK_NAMES, ...hosts.map(toHostName)]);
  app.use(securityHeaders({ scriptSrc: OWN, styleSrc: OWN }));
  app.use(async (context, next) => {
    context.header('cache-control', 'no-store');
    if (!['GET', 'HEAD'].includes(context.req.method)) return context.text('This page changes nothing.\n', 405);
    const name = (context.req.header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
    if (known.has(name)) return next();
    return context.text('This name is not one of the dashboard; `--allow-host NAME` makes it one.\n', 403);
  });
  app.get('/healthz', (context) => context.text('ok\n'));
  if (token === null) return app;
  const expected = toCookie(token);
  app.use(async (context, next) => {
    const given = context.req.query('token');
    if (given !== undefined && isSame(toCookie(given), expected)) {
      setCookie(context, COOKIE, expected, { httpOnly: true, sameSite: 'Strict', path: '/' });
      // One slash: two would be the name of another server.
      return context.redirect(`/${context.req.path.replace(/^\/+/, '')}`, 303);
    }
    const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
    const cookie = getCookie(context, COOKIE) ?? (bearer === undefined ? '' : toCookie(bearer));
    if (isSame(cookie, expected)) return next();
    context.header('www-authenticate', 'Bearer');
    return context.text('Open the address with `?token=…`, as the dashboard printed it when it started.\n', 401);
  });
  return app;
}

/** As a browser writes it into its request: an address of IPv6 stands in brackets. */
function toHostName(host: string): string {
  return host.includes(':') ? `[${host.toLowerCase()}]` : host.toLowerCase();
}

/** What a browser may do on a page: nothing that is not named, and nothing from another server. */
export function securityHeaders(allowed: {
  readonly scriptSrc: string[];
  readonly styleSrc: string[];
  readonly baseUri?: string[];
}) {
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: NOTHING,
      baseUri: NOTHING,
      connectSrc: OWN,
      fontSrc: OWN,
      formAction: NOTHING,
      frameAncestors: NOTHING,
      imgSrc: [...OWN, 'data:'],
      ...allowed,
    },
    referrerPolicy: 'no-referrer',
    xFrameOptions: 'DENY',
    // Nothing is served by TLS here; whoever puts a proxy in front decides that.
    strictTransportSecurity: false,
  });
}

/** The token itself does not lie in a browser. */
function toCookie(token: string): string {
  return sha256Of(`docmill dashboard ${token}`);
}

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(sha256Of(one)), Buffer.from(sha256Of(other)));
}
