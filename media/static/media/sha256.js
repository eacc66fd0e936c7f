// SHA-256 of a file piece by piece. The browser's own wants the whole file in memory, and HTTPS; this one neither.
(() => {
  const K = new Int32Array(64);
  const START = new Int32Array(8);
  // Fractional parts of the cube and square roots of the first primes, as the standard defines them.
  for (let prime = 2, found = 0; found < 64; prime += 1) {
    let whole = true;
    for (let by = 2; by * by <= prime; by += 1) if (prime % by === 0) whole = false;
    if (!whole) continue;
    const bits = (root) => ((root - Math.floor(root)) * 2 ** 32) | 0;
    if (found < 8) START[found] = bits(Math.sqrt(prime));
    K[found] = bits(Math.cbrt(prime));
    found += 1;
  }
  const turn = (word, by) => (word >>> by) | (word << (32 - by));

  class Sha256 {
    constructor() {
      this.state = START.slice();
      this.words = new Int32Array(64);
      this.rest = new Uint8Array(64);
      this.filled = 0;
      this.length = 0;
    }

    block(bytes, at) {
      const w = this.words;
      for (let i = 0; i < 16; i += 1, at += 4) {
        w[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
      }
      for (let i = 16; i < 64; i += 1) {
        const x = w[i - 15];
        const y = w[i - 2];
        w[i] = (w[i - 16] + w[i - 7] + (turn(x, 7) ^ turn(x, 18) ^ (x >>> 3)) + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
      }
      let [a, b, c, d, e, f, g, h] = this.state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
        const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        h = g;
        g = f;
        f = e;
        e = (d + one) | 0;
        d = c;
        c = b;
        b = a;
        a = (one + two) | 0;
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => (this.state[i] += value));
    }

    update(bytes) {
      this.length += bytes.length;
      let at = 0;
      if (this.filled) {
        at = Math.min(64 - this.filled, bytes.length);
        this.rest.set(bytes.subarray(0, at), this.filled);
        this.filled += at;
        if (this.filled < 64) return;
        this.block(this.rest, 0);
        this.filled = 0;
      }
      for (; at + 64 <= bytes.length; at += 64) this.block(bytes, at);
      this.rest.set(bytes.subarray(at));
      this.filled = bytes.length - at;
    }

    hex() {
      const end = new Uint8Array(this.filled < 56 ? 64 : 128);
      end.set(this.rest.subarray(0, this.filled));
      end[this.filled] = 0x80;
      const view = new DataView(end.buffer);
      view.setUint32(end.length - 8, Math.floor(this.length / 2 ** 29));
      view.setUint32(end.length - 4, (this.length << 3) >>> 0);
      for (let at = 0; at < end.length; at += 64) this.block(end, at);
      return [...this.state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
    }
  }

  window.Sha256 = Sha256;
})();
