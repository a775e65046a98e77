// A provider of identity for tests: oidc-provider on this machine, with a page of its own on which
// whoever comes chooses who they are. Its one argument says where it listens and who may ask:
// {port, client: {id, secret, redirects, farewells, told}, people: {login: claims}}; `told` is where
// it says that somebody has left it, if anywhere.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

const { port, client, people } = JSON.parse(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: client.redirects,
      post_logout_redirect_uris: client.farewells,
      ...(client.told && {
        backchannel_logout_uri: client.told,
        backchannel_logout_session_required: true,
      }),
    },
  ],
  acrValues: ['bronze', 'silver', 'gold'],
  claims: { openid: ['sub', 'amr'], email: ['email', 'email_verified'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['only for tests'] },
  features: {
    backchannelLogout: { enabled: true },
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      postLogoutSuccessSource: (ctx) => {
        ctx.body = '<!doctype html><html lang="en"><title>Left</title>';
      },
      logoutSource: (ctx, form) => {
        ctx.body = `<!doctype html><html lang="en"><title>Leave?</title>${form}
<button form="op.logoutForm" name="logout" value="yes">Leave</button>`;
      },
    },
  },
  // Who is told that somebody left listens on this machine, of which it asks nothing by itself.
  fetch: (url, { dispatcher: _guard, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, id) =>
    people[id] && { accountId: id, claims: () => ({ ...people[id].claims, sub: id }) },
  interactions: { url: (_, interaction) => `/choose/${interaction.uid}` },
  // Nobody is asked twice: who has said who they are has agreed to tell it.
  loadExistingGrant: async (ctx) => {
    const { client: asking, session } = ctx.oidc;
    const grant = new provider.Grant({ accountId: session.accountId, clientId: asking.clientId });
    grant.addOIDCScope('openid email');
    grant.addOIDCClaims(['acr', 'amr']);
    await grant.save();
    return grant;
  },
});

const form = (uid) => `<!doctype html><html lang="en"><title>Who are you?</title>
<h1>Who are you?</h1><form method="post" action="/choose/${uid}">
<label>Login <input name="login"></label><button name="go" value="on">Sign in</button>
<button name="go" value="back">Cancel</button></form>`;

async function choose(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html');
    response.end(form(details.uid));
    return;
  }
  const parts = [];
  for await (const part of request) parts.push(part);
  const typed = new URLSearchParams(Buffer.concat(parts).toString());
  const person = people[typed.get('login')];
  const result =
    typed.get('go') === 'on' && person
      ? { login: { accountId: typed.get('login'), acr: person.acr, amr: person.amr } }
      : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result);
}

const answer = provider.callback();
const server = createServer((request, response) =>
  request.url.startsWith('/choose/') ? choose(request, response) : answer(request, response),
);
server.listen(port, '127.0.0.1');
await once(server, 'listening');
process.stdout.write('listening\n');
