"use strict";
// A large file brought in by chunks: each is durable before the next is sent, so that a cut, a pause or a reload costs
// one chunk at most. The server says how far it is; nothing is remembered here.
(() => {
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

  class Going {
    constructor(place, address, file, chunk) {
      this.box = place.querySelector(".going");
      this.said = this.box.querySelector(".going-said");
      this.bar = this.box.querySelector("progress");
      this.button = this.box.querySelector(".going-pause");
      Object.assign(this, { address, file, chunk, paused: false, cut: null });
      this.box.hidden = false;
      this.button.onclick = () => this.turn();
    }

    say(name, more) {
      this.said.textContent = this.said.dataset[name] + (more ? " " + more : "");
    }

    turn() {
      this.paused = !this.paused;
      this.button.textContent = this.paused ? this.button.dataset.go : this.button.dataset.stop;
      if (this.paused) {
        this.say("paused");
        if (this.cut) this.cut.abort();
      } else this.run();
    }

    show(done, began, first) {
      const seconds = (performance.now() - began) / 1000;
      const rate = seconds > 0 ? (done - first) / seconds : 0;
      const left = rate > 0 ? Math.round((this.file.size - done) / rate) : 0;
      this.bar.value = (100 * done) / this.file.size;
      this.said.textContent = this.said.dataset.done
        .replace("{percent}", String(Math.floor((100 * done) / this.file.size)))
        .replace("{rate}", (rate / 1048576).toFixed(1))
        .replace("{left}", left >= 60 ? Math.floor(left / 60) + ":" + String(left % 60).padStart(2, "0") : "0:" + String(left).padStart(2, "0"));
    }

    async offset() {
      const answer = await fetch(this.address, { method: "HEAD" });
      if (!answer.ok) throw new Refused(answer.status, "");
      return Number(answer.headers.get("Upload-Offset"));
    }

    async put(first) {
      const end = Math.min(first + this.chunk, this.file.size);
      this.cut = new AbortController();
      const answer = await fetch(this.address, {
        method: "PUT",
        body: this.file.slice(first, end),
        signal: this.cut.signal,
        headers: {
          "Content-Range": `bytes ${first}-${end - 1}/${this.file.size}`,
          "Content-Type": "application/octet-stream",
          "X-CSRFToken": token(),
        },
      });
      if (answer.ok || answer.headers.has("Upload-Offset")) return Number(answer.headers.get("Upload-Offset"));
      throw new Refused(answer.status, await answer.text());
    }

    async run() {
      let tries = 0;
      while (!this.paused) {
        try {
          let done = await this.offset();
          // What came last is sent again: another file of the same name and size shows by it.
          if (done > 0 && tries === 0) done = Math.floor((done - 1) / this.chunk) * this.chunk;
          const first = done, began = performance.now();
          while (done < this.file.size && !this.paused) {
            done = await this.put(done);
            tries = 0;
            this.show(done, began, first);
          }
          if (done >= this.file.size) return this.finish();
        } catch (error) {
          if (this.paused) return;
          if (error instanceof Refused && error.status < 500 && error.status !== 429) {
            return this.say("failed", error.message);
          }
          tries += 1;
          this.say("retry");
          await wait(Math.min(30000, 500 * 2 ** Math.min(tries, 6)));
        }
      }
    }

    finish() {
      this.say("sealing");
      const form = document.createElement("form");
      form.method = "post";
      form.action = this.address;
      const field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "csrfmiddlewaretoken", value: token() });
      form.append(field);
      document.body.append(form);
      form.submit();
    }
  }

  class Refused extends Error {
    constructor(status, text) {
      super(text);
      this.status = status;
    }
  }

  document.querySelectorAll(".js-none").forEach((one) => { one.hidden = true; });
  document.querySelectorAll(".js-only").forEach((one) => { one.hidden = false; });

  const form = document.getElementById("upload");
  if (form) {
    form.addEventListener("submit", async (event) => {
      const file = form.elements.file.files[0];
      if (!file) return;
      event.preventDefault();
      const box = form.querySelector(".going"), said = box.querySelector(".going-said");
      box.hidden = false;
      if (file.size > Number(form.dataset.limit)) {
        said.textContent = said.dataset.large;
        return;
      }
      const about = new FormData(form);
      about.delete("file");
      about.set("name", file.name);
      about.set("size", String(file.size));
      try {
        const answer = await fetch(form.dataset.begin, { method: "POST", body: about, headers: { "X-CSRFToken": token() } });
        if (!answer.ok) throw new Refused(answer.status, await answer.text());
        const made = await answer.json();
        form.querySelector(".answer-send").hidden = true;
        new Going(form, made.address, file, made.chunk).run();
      } catch (error) {
        said.textContent = said.dataset.failed + " " + error.message;
      }
    });
  }

  document.querySelectorAll("[data-upload]").forEach((place) => {
    const again = place.querySelector(".js-again");
    if (!again) return;
    again.addEventListener("change", () => {
      const file = again.files[0], set = place.dataset;
      if (!file) return;
      const going = new Going(place, set.upload, file, Number(set.chunk));
      if (file.name !== set.name || file.size !== Number(set.size)) going.say("other");
      else going.run();
    });
  });
})();
