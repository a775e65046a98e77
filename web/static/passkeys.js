// Passkeys and security keys: asks the browser for one and sends its answer in the form.
// Without this file, or without keys, the form stays hidden and the page offers codes.
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
  const described = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  function asked(how, options) {
    const known = { ...options, challenge: bytes(options.challenge) };
    return how === 'create'
      ? { ...known, user: { ...options.user, id: bytes(options.user.id) }, excludeCredentials: described(options.excludeCredentials) }
      : { ...known, allowCredentials: described(options.allowCredentials) };
  }

  function answered(credential) {
    const response = { clientDataJSON: text(credential.response.clientDataJSON) };
    for (const part of ['attestationObject', 'authenticatorData', 'signature']) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
  }

  async function ask(form) {
    const failed = form.querySelector('[data-failed]');
    failed.hidden = true;
    try {
      const how = form.dataset.passkey;
      const publicKey = asked(how, JSON.parse(form.dataset.options));
      const credential = await navigator.credentials[how]({ publicKey });
      form.elements.password_key.value = JSON.stringify(answered(credential));
      form.submit();
    } catch {
      failed.hidden = false;
    }
  }

  if (!window.PublicKeyCredential) return;
  document.querySelector('[data-without-passkeys]')?.setAttribute('hidden', '');
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', (event) => { event.preventDefault(); ask(form); });
  }
})();
