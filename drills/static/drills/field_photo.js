// A photo as it is worth sending over a bad network: at most 1600 pixels on its longer side, JPEG, upright, without the
// place and the device that cameras write into their files.
(() => {
  const field = (window.DrillField = window.DrillField || {});
  const LONGEST = 1600;
  const LARGEST = 2.5 * 1024 * 1024; // bytes; the server takes three megabytes
  const QUALITIES = [0.82, 0.7, 0.55, 0.4];

  const loaded = (file) =>
    new Promise((resolve, reject) => {
      const picture = new Image();
      const address = URL.createObjectURL(file);
      picture.onload = () => {
        URL.revokeObjectURL(address);
        resolve(picture);
      };
      picture.onerror = () => {
        URL.revokeObjectURL(address);
        reject(new Error("no picture"));
      };
      picture.src = address;
    });

  const asJpeg = (canvas, quality) => new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));

  // Rejects where the file is no picture that this phone can show.
  field.smaller = async (file) => {
    const picture = await loaded(file);
    const scale = Math.min(1, LONGEST / Math.max(picture.naturalWidth, picture.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(picture.naturalHeight * scale));
    const surface = canvas.getContext("2d");
    surface.fillStyle = "#fff"; // what was transparent
    surface.fillRect(0, 0, canvas.width, canvas.height);
    surface.drawImage(picture, 0, 0, canvas.width, canvas.height);
    for (const quality of QUALITIES) {
      const blob = await asJpeg(canvas, quality);
      if (blob && blob.size <= LARGEST) return blob;
    }
    throw new Error("too large");
  };
})();
