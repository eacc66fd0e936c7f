// One tab sits the exam. The one opened last has it; the others say so and stand still, so that nobody types into a
// page that no longer counts.
(() => {
  const room = (window.examRoom = window.examRoom || {});

  room.oneTab = (sitting, { lost }) => {
    const key = `exam-tab/${sitting}`;
    const me = `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    let mine = true;
    const channel = "BroadcastChannel" in window ? new BroadcastChannel(key) : null;

    const giveUp = () => {
      if (!mine) return;
      mine = false;
      lost();
    };
    if (channel) channel.onmessage = (event) => event.data !== me && giveUp();
    addEventListener("storage", (event) => event.key === key && event.newValue && event.newValue !== me && giveUp());

    const claim = () => {
      mine = true;
      try {
        localStorage.setItem(key, me);
      } catch (refused) {
        // The channel alone tells the others then.
      }
      if (channel) channel.postMessage(me);
    };
    claim();

    // Asked before each answer: a page brought back from the background may have missed the message.
    const isMine = () => {
      try {
        const holder = localStorage.getItem(key);
        if (holder && holder !== me) giveUp();
      } catch (refused) {
        // What the channel said holds.
      }
      return mine;
    };
    return { isMine, claim };
  };
})();
