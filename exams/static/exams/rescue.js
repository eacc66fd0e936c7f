// The answer backup: what is on this device, as a small file for the invigilator, when no network takes it. The token in
// it proves of which sitting and device it is; the server judges every answer by the time at which it arrives.
(() => {
  const room = (window.examRoom = window.examRoom || {});

  room.rescue = (root, { sitting, journal, waiting, paper }) => {
    const box = root.querySelector("[data-room-rescue]");
    const part = (name) => box.querySelector(`[data-rescue-${name}]`);
    const say = room.words(root);

    async function content() {
      paper.flush();
      const kept = new Map();
      for (const entry of [...(await journal.all()), ...waiting.values()]) kept.set(entry.slot, entry);
      const entries = [...kept.values()].map(({ slot, given, revision, epoch, happened_at }) => ({ slot, given, revision, epoch, happened_at }));
      const { device, epoch, token } = root.dataset;
      const told = { format: "exam-rescue", version: 1, sitting, device, epoch: Number(epoch), token };
      return JSON.stringify({ ...told, made_at: new Date().toISOString(), entries });
    }

    part("save").addEventListener("click", async () => {
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([await content()], { type: "application/json" }));
      link.download = `${say("rescueName", { n: sitting })}.json`;
      document.body.append(link);
      link.click();
      link.remove();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      room.write(part("said"), say("rescueSaved"));
    });

    // Browsers inside chat apps save no files; a text can always be sent.
    part("copy").addEventListener("click", async () => {
      const field = part("text");
      field.value = await content();
      field.hidden = false;
      field.focus();
      field.select();
      room.write(part("said"), say(document.execCommand("copy") ? "rescueCopied" : "rescueByHand"));
    });

    return {
      offer(needed) {
        // Somebody who has it in his hands keeps it until everything is saved.
        box.hidden = !needed && !(waiting.size && box.contains(document.activeElement));
      },
    };
  };
})();
