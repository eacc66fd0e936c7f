// Time on the county's clock, whatever zone the phone is in, as a field of date and time writes it: "2026-11-27T16:05".
(() => {
  const of = (zone) => {
    const clock = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone: zone, hourCycle: "h23", year: "numeric" },
      ...{ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" },
    });
    return (ms) => {
      const at = {};
      for (const { type, value } of clock.formatToParts(new Date(ms))) at[type] = value;
      return `${at.year}-${at.month}-${at.day}T${at.hour}:${at.minute}`;
    };
  };

  // For comparing texts of the same clock.
  const minuteOf = (text) => Date.parse(`${text}:00Z`) / 60000;

  window.CountyClock = { of, minuteOf };
})();
