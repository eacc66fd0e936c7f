// The camera as a reader of codes, where the browser has both; many phones have not.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const EVERY = 250; // milliseconds between two looks
  const SAME = 4000; // the same card lies still before the camera: it is one card

  field.Scanner = class {
    // `found(text)` resolves with what to say.
    constructor(root, found) {
      this.found = found;
      this.dialog = root.querySelector("#scan");
      this.video = this.dialog.querySelector("[data-video]");
      this.line = this.dialog.querySelector("[data-scan-said]");
      this.say = field.words(this.line);
      this.dialog.addEventListener("close", () => this.stop());
    }

    async offered() {
      if (!window.isSecureContext || !navigator.mediaDevices || !("BarcodeDetector" in window)) return false;
      try {
        return (await BarcodeDetector.getSupportedFormats()).includes("qr_code");
      } catch (refused) {
        return false;
      }
    }

    async open() {
      this.dialog.showModal();
      field.write(this.line, this.say("look"));
      this.before = { text: "", at: 0 };
      try {
        this.detector = new BarcodeDetector({ formats: ["qr_code"] });
        this.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
        if (!this.dialog.open) return this.stop(); // closed while the question stood there
        this.video.srcObject = this.stream;
        await this.video.play();
        this.look();
      } catch (refused) {
        field.write(this.line, this.say("refused"));
      }
      return undefined;
    }

    async look() {
      if (!this.stream) return;
      try {
        const [code] = await this.detector.detect(this.video);
        if (code) await this.take(code.rawValue);
      } catch (blind) {
        // The next look.
      }
      this.timer = setTimeout(() => this.look(), EVERY);
    }

    async take(text) {
      const now = performance.now();
      const same = text === this.before.text && now - this.before.at < SAME;
      this.before = { text, at: now };
      if (!same) field.write(this.line, await this.found(text));
    }

    stop() {
      clearTimeout(this.timer);
      if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
      this.stream = null;
      this.video.srcObject = null;
    }
  };
})();
