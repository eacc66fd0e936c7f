// A photo made fit for sending: upright, at most 1600 px, a JPEG drawn anew, so that neither the place nor the camera
// goes with it. `Photos.fit(file, {pdf})` gives a Blob (a PDF as it is, where one is welcome) or rejects with an
// error whose `why` is "unreadable", "heic" or "large". `Photos.stamped(blob, words)` gives the same picture with a band
// at its foot that says when and where it was taken.
(() => {
  const LONGEST = 1600;
  const QUALITY = 0.82;
  const LARGEST_PDF = 20 * 1024 * 1024;
  const HEAD = 128 * 1024; // bytes in which the camera has noted which side is up
  const APPLE = /^(heic|heix|hevc|heim|heis|mif1|msf1|heif)$/;
  // From Chrome 81 on the browser turns the picture by itself.
  const TURNS = Boolean(window.CSS && CSS.supports("image-orientation", "from-image"));

  const refused = (why) => Object.assign(new Error(why), { why });

  const bytes = async (file, count) => new DataView(await file.slice(0, count).arrayBuffer());

  const letters = (view, from, count) => {
    let text = "";
    for (let at = from; at < Math.min(from + count, view.byteLength); at += 1) text += String.fromCharCode(view.getUint8(at));
    return text;
  };

  // The tag 0x0112 of the first directory: 1 to 8, 1 where there is none.
  const orientationIn = (view, tiff) => {
    const little = letters(view, tiff, 2) === "II";
    const directory = tiff + view.getUint32(tiff + 4, little);
    const count = view.getUint16(directory, little);
    for (let at = directory + 2; at < directory + 2 + count * 12; at += 12) {
      if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little);
    }
    return 1;
  };

  const orientation = (view) => {
    try {
      for (let at = 2; view.getUint8(at) === 0xff && at < view.byteLength - 4; at += 2 + view.getUint16(at + 2)) {
        if (view.getUint8(at + 1) === 0xe1 && letters(view, at + 4, 4) === "Exif") return orientationIn(view, at + 10);
      }
    } catch (outOfBounds) {
      // A broken head: as it comes.
    }
    return 1;
  };

  const opened = (url) =>
    new Promise((resolve, reject) => {
      const image = new Image();
      image.onload = () => resolve(image);
      image.onerror = () => reject(refused("unreadable"));
      image.src = url;
    });

  const MATRICES = {
    2: (w) => [-1, 0, 0, 1, w, 0],
    3: (w, h) => [-1, 0, 0, -1, w, h],
    4: (w, h) => [1, 0, 0, -1, 0, h],
    5: () => [0, 1, 1, 0, 0, 0],
    6: (w, h) => [0, 1, -1, 0, h, 0],
    7: (w, h) => [0, -1, -1, 0, h, w],
    8: (w) => [0, -1, 1, 0, 0, w],
  };

  const drawn = (image, turn) => {
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const width = Math.max(1, Math.round(image.naturalWidth * scale));
    const height = Math.max(1, Math.round(image.naturalHeight * scale));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = turn > 4 ? [height, width] : [width, height];
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (MATRICES[turn]) pen.transform(...MATRICES[turn](width, height));
    pen.drawImage(image, 0, 0, width, height);
    return canvas;
  };

  const jpeg = (canvas) =>
    new Promise((resolve, reject) =>
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(refused("unreadable"))), "image/jpeg", QUALITY),
    );

  const fit = async (file, { pdf = false } = {}) => {
    const head = await bytes(file, HEAD);
    if (pdf && letters(head, 0, 5) === "%PDF-") {
      if (file.size > LARGEST_PDF) throw refused("large");
      return file.slice(0, file.size, "application/pdf");
    }
    const url = URL.createObjectURL(file);
    try {
      return await jpeg(drawn(await opened(url), TURNS ? 1 : orientation(head)));
    } catch (unreadable) {
      throw letters(head, 4, 4) === "ftyp" && APPLE.test(letters(head, 8, 4)) ? refused("heic") : refused("unreadable");
    } finally {
      URL.revokeObjectURL(url);
    }
  };

  // One line of what fits, smaller rather than cut off.
  const band = (pen, { width, height }, words) => {
    let size = Math.max(14, Math.round(Math.max(width, height) / 45));
    const edge = Math.round(size * 0.6);
    const font = () => `600 ${size}px "Noto Sans CJK SC", "Source Han Sans SC", sans-serif`;
    for (pen.font = font(); pen.measureText(words).width > width - edge * 2 && size > 10; pen.font = font()) size -= 1;
    const tall = Math.round(size * 1.9);
    pen.fillStyle = "rgba(0, 0, 0, 0.72)";
    pen.fillRect(0, height - tall, width, tall);
    pen.fillStyle = "#fff";
    pen.textBaseline = "middle";
    pen.fillText(words, edge, height - tall / 2, width - edge * 2);
  };

  const stamped = async (blob, words) => {
    const url = URL.createObjectURL(blob);
    try {
      const canvas = drawn(await opened(url), 1);
      band(canvas.getContext("2d"), canvas, words);
      return await jpeg(canvas);
    } finally {
      URL.revokeObjectURL(url);
    }
  };

  window.Photos = { fit, stamped };
})();
