// Sends a file in parts and goes on where it stopped: after a cut, a restart of the server, a reload of the page.
// FileParts.send(file, {start, part, csrf, tell}) → what the server says of it at the end; throws an Error whose
// message is the server's reason. `tell(word, percent)`: "hashing", "sending", "checking", "waiting", "signed-out".
(() => {
  const KEPT = "media-uploads";
  const PAUSES = [1, 2, 4, 8, 15, 30]; // seconds
  const DAMAGED_AT_MOST = 2;

  // What this browser has begun: hash and address by the file's name, size and time.
  const memory = {
    all() {
      try {
        return JSON.parse(localStorage.getItem(KEPT)) || {};
      } catch (refused) {
        return {};
      }
    },
    write(all) {
      try {
        localStorage.setItem(KEPT, JSON.stringify(all));
      } catch (refused) {
        // Without storage the server still knows the file by its hash.
      }
    },
    put(key, value) {
      this.write({ ...this.all(), [key]: value });
    },
    drop(key) {
      const { [key]: _gone, ...rest } = this.all();
      this.write(rest);
    },
  };
  const keyOf = (file) => `${file.name}|${file.size}|${file.lastModified}`;

  class Refused extends Error {}

  const pause = (seconds) =>
    new Promise((resolve) => {
      const timer = setTimeout(done, seconds * 1000);
      function done() {
        clearTimeout(timer);
        window.removeEventListener("online", done);
        resolve();
      }
      window.addEventListener("online", done);
    });

  // One request; an answer that is no JSON of ours is "no answer".
  function ask(method, url, { body = null, csrf, onPart } = {}) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open(method, url);
      request.timeout = 180000;
      request.setRequestHeader("X-CSRFToken", csrf);
      if (body instanceof Blob) request.setRequestHeader("Content-Type", "application/octet-stream");
      if (onPart) request.upload.onprogress = (event) => onPart(event.loaded);
      request.onload = () => {
        let told = null;
        try {
          told = JSON.parse(request.responseText);
        } catch (page) {
          told = null;
        }
        const away = request.responseURL && new URL(request.responseURL).pathname !== new URL(url, location.href).pathname;
        resolve({ status: request.status, told, away });
      };
      request.onerror = request.ontimeout = request.onabort = () => reject(new Error("no network"));
      request.send(body);
    });
  }

  class Sending {
    constructor(file, options) {
      this.file = file;
      this.options = options;
      this.csrf = options.csrf;
      this.tell = options.tell;
      this.percent = 0;
    }

    // Until the server has answered in its own words, however long the network is away.
    async sure(method, url, more = {}) {
      for (let tries = 0; ; tries += 1) {
        let answer = null;
        try {
          answer = await ask(method, url, { ...more, csrf: this.csrf });
        } catch (cut) {
          answer = null;
        }
        if (answer && answer.told && !answer.away) {
          if (answer.told.csrf) this.csrf = answer.told.csrf;
          if (answer.status < 500) return answer;
        }
        if (answer && answer.status === 404 && !answer.away) return answer;
        this.tell(answer && (answer.away || answer.status === 403) ? "signed-out" : "waiting", this.percent, answer && answer.told && answer.told.reason);
        await pause(PAUSES[Math.min(tries, PAUSES.length - 1)]);
        if (answer && answer.status === 403) await this.renew();
      }
    }

    // After a new sign-in, maybe in another tab, the page's token is of the old session.
    async renew() {
      try {
        const answer = await ask("GET", this.options.start, { csrf: this.csrf });
        if (answer.told && answer.told.csrf) this.csrf = answer.told.csrf;
      } catch (cut) {
        // The next try asks again.
      }
    }

    async hash() {
      const digest = new window.Sha256();
      for (let at = 0; at < this.file.size; at += this.options.part) {
        digest.update(new Uint8Array(await read(this.file.slice(at, at + this.options.part))));
        this.tell("hashing", Math.floor((at * 100) / this.file.size));
      }
      return digest.hex();
    }

    async begin() {
      const known = memory.all()[keyOf(this.file)];
      if (known) {
        const { status, told } = await this.sure("GET", known.url);
        if (status === 200 && told.state === "arriving") return told;
      }
      const body = new FormData();
      const sha256 = await this.hash();
      body.append("name", this.file.name);
      body.append("size", this.file.size);
      body.append("sha256", sha256);
      const { status, told } = await this.sure("POST", this.options.start, { body });
      if (status !== 200) throw new Refused(told ? told.reason : "");
      memory.put(keyOf(this.file), { url: told.url, sha256 });
      return told;
    }

    async parts(told) {
      while (told.received < this.file.size && told.state === "arriving") {
        const from = told.received;
        const show = (sent) => {
          this.percent = Math.min(99, Math.floor(((from + sent) * 100) / this.file.size));
          this.tell("sending", this.percent);
        };
        show(0);
        const part = this.file.slice(from, from + this.options.part);
        const answer = await this.sure("PUT", `${told.url}?offset=${from}`, { body: part, onPart: show });
        if (answer.status !== 200 && answer.status !== 409) throw new Refused(answer.told ? answer.told.reason : "");
        told = answer.told;
      }
      return told;
    }

    async send() {
      let told = await this.begin();
      if (this.options.begun) this.options.begun(told);
      for (let damaged = 0; told.state === "arriving"; ) {
        told = await this.parts(told);
        this.tell("checking", 99);
        const answer = await this.sure("POST", `${told.url}finish/`);
        if (answer.status === 404) throw new Refused("");
        if (answer.status === 409 && answer.told.reason && ++damaged >= DAMAGED_AT_MOST) throw new Refused(answer.told.reason);
        told = answer.told;
      }
      memory.drop(keyOf(this.file));
      if (told.state === "refused") throw new Refused(told.reason);
      return told;
    }
  }

  // A file that was moved or changed since it was chosen can no longer be read.
  function read(blob) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(reader.result);
      reader.onerror = () => reject(reader.error);
      reader.readAsArrayBuffer(blob);
    });
  }

  window.FileParts = { send: (file, options) => new Sending(file, options).send(), Refused };
})();
