/* Passkeys at the door. A form marked data-key="enter" or "new" gets the answer of a passkey put into it and is then sent
   like any other; the package's webauthn-json translates. Nothing is decided here. */
"use strict";

(() => {
  const tell = (form, fault) => {
    for (const one of form.querySelectorAll("[data-fault]")) one.hidden = one.dataset.fault !== fault;
  };

  const asked = async (form) => {
    if (form.dataset.asked) return JSON.parse(form.dataset.asked);
    const answer = await fetch(form.dataset.challenge, {
      method: "POST",
      headers: { "X-CSRFToken": form.elements.namedItem("csrfmiddlewaretoken").value },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const begin = async (event) => {
    const form = event.target;
    if (!form.matches("form[data-key]") || form.elements.namedItem("answer").value) return;
    event.preventDefault();
    tell(form, "");
    try {
      const options = await asked(form);
      const answer = form.dataset.key === "new" ? await webauthnJSON.create(options) : await webauthnJSON.get(options);
      form.elements.namedItem("answer").value = JSON.stringify(answer);
    } catch (error) {
      tell(form, error.name === "NotAllowedError" || error.name === "AbortError" ? "stopped" : "other");
      return;
    }
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-key]")) {
    const able = webauthnJSON.supported();
    form.querySelector("button").disabled = !able;
    if (!able) tell(form, "unable");
  }
  document.addEventListener("submit", begin);
})();
