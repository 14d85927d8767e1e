// An OpenID Connect portal for the gateway's tests: `node portal.mjs <file>`. The file holds its clients and people:
// {"clients": [...], "people": {"<account>": {claims}}}. It says where it listens.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';

import { exportJWK, generateKeyPair, importJWK, SignJWT } from 'jose';
import Provider from 'oidc-provider';

const { clients, people } = JSON.parse(await readFile(process.argv[2], 'utf-8'));

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const { privateKey } = await generateKeyPair('RS256', { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: 'portal', alg: 'RS256', use: 'sig' };

const provider = new Provider(issuer, {
  clients,
  jwks: { keys: [key] },
  cookies: { keys: ['tests alone'] },
  pkce: { required: () => true },
  scopes: ['openid', 'profile', 'email'],
  claims: { openid: ['sub', 'sid'], profile: ['name', 'unit', 'uscc', 'region', 'roles'], email: ['email'] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ sub, ...people[sub] }) }),
  // Consent is the portal's own matter: what a client asks for is granted.
  async loadExistingGrant(ctx) {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email');
    await grant.save();
    return grant;
  },
  // Its own guard keeps it from calling this machine; the gateway under test runs on it.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});
provider.on('backchannel.error', (_ctx, error) => console.error('back-channel', error));

// Sign any claims with the portal's key: {"claims": {...}, "header": {...}}. Tiles and forgeries are made of it.
async function sign(request, response) {
  const { claims, header } = JSON.parse(await text(request));
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'portal', ...header });
  response.end(await token.sign(await importJWK(key, 'RS256')));
}

const serve = provider.callback();
server.on('request', (request, response) => (request.url === '/tests/sign' ? sign(request, response) : serve(request, response)));
console.log(`listening on ${issuer}`);
