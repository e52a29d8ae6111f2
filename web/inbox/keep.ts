/** Small durable values of a page: in localStorage, or for as long as the page is open where that is denied. */
import type { Keep } from "@core/environment";

const PREFIX = "cloud-inbox:";

export function pageKeep(storage: () => Storage): Keep {
  const memory = new Map<string, string>();
  const stored = reachable(storage);
  return {
    async get(key) {
      const text = memory.get(key) ?? stored?.getItem(PREFIX + key) ?? null;
      try {
        return text === null ? null : JSON.parse(text);
      } catch {
        return null; // written by somebody else, or torn: as good as nothing
      }
    },
    async set(key, value) {
      const text = JSON.stringify(value);
      try {
        if (!stored) throw new Error("denied");
        stored.setItem(PREFIX + key, text);
        memory.delete(key);
      } catch {
        memory.set(key, text); // full or denied: true until the page closes
      }
    },
    async remove(key) {
      memory.delete(key);
      stored?.removeItem(PREFIX + key);
    },
  };
}

/** Even naming localStorage throws where it is denied, and some browsers only refuse at the first write. */
function reachable(storage: () => Storage): Storage | null {
  try {
    const found = storage();
    const probe = `${PREFIX}probe`;
    found.setItem(probe, "1");
    found.removeItem(probe);
    return found;
  } catch {
    return null;
  }
}
