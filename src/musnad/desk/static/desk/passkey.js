/* Making a passkey and signing with one. A form marked data-passkey carries what the browser is asked for; the answer is
   put into the form, which is then sent like any other. Nothing is decided here. */
"use strict";

(() => {
  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const listed = (form) =>
    (form.dataset.credentials || "").split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: bytes(id) }));

  const use = async (form) => {
    const credential = await navigator.credentials.get({
      publicKey: {
        challenge: bytes(form.dataset.challenge),
        rpId: form.dataset.relyingParty,
        allowCredentials: listed(form),
        userVerification: "required",
        timeout: 120000,
      },
    });
    const given = credential.response;
    return {
      authenticatorData: text(given.authenticatorData),
      clientDataJSON: text(given.clientDataJSON),
      signature: text(given.signature),
    };
  };

  const make = async (form) => {
    const credential = await navigator.credentials.create({
      publicKey: {
        challenge: bytes(form.dataset.challenge),
        rp: { id: form.dataset.relyingParty, name: form.dataset.relyingName },
        user: {
          id: bytes(form.dataset.user),
          name: form.elements.namedItem("officer").value,
          displayName: form.elements.namedItem("officer").value,
        },
        pubKeyCredParams: [{ type: "public-key", alg: -8 }, { type: "public-key", alg: -7 }],
        excludeCredentials: listed(form),
        authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
        attestation: "none",
        timeout: 120000,
      },
    });
    const given = credential.response;
    return { clientDataJSON: text(given.clientDataJSON), attestationObject: text(given.attestationObject) };
  };

  const tell = (form, fault) => {
    const said = [...form.querySelectorAll("[data-fault]")];
    const shown = said.find((one) => one.dataset.fault === fault) || said.find((one) => one.dataset.fault === "other");
    for (const one of said) one.hidden = one !== shown;
  };

  const begin = async (event) => {
    const form = event.target;
    if (!form.matches || !form.matches("form[data-passkey]")) return;
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    if (!window.PublicKeyCredential) {
      tell(form, "unsupported");
      return;
    }
    button.disabled = true;
    tell(form, "waiting");
    try {
      const answer = form.dataset.passkey === "make" ? await make(form) : await use(form);
      form.elements.namedItem("answer").value = JSON.stringify(answer);
      form.submit();
    } catch (error) {
      button.disabled = false;
      tell(form, error.name);
    }
  };

  document.addEventListener("submit", begin);
})();
