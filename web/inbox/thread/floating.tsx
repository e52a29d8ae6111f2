/** The place above the conversation for menus, dialogs and the tooltip, which are fetched when first needed. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { useDesk } from "./desk";

const IDLE_MS = 2000; // once the first view stands, so that the first menu opens at once, also without a network

const floats = signal<typeof import("./floats") | null>(null);
// By itself: what is chained to an import directly does not catch that its styles could not be fetched.
const load = () => import("./floats");

function fetchFloats(): void {
  if (floats.peek()) return;
  load().then(
    (loaded) => {
      floats.value = loaded;
    },
    () => {}, // no network: the next opening tries again
  );
}

export function Floating() {
  const desk = useDesk();
  const thing = desk.floating.value;
  const tip = desk.tip.value;
  const wanted = thing !== null || tip !== null;
  useEffect(() => {
    if (wanted) fetchFloats();
  }, [wanted]);
  useEffect(() => {
    const timer = setTimeout(fetchFloats, IDLE_MS);
    return () => clearTimeout(timer);
  }, []);
  const loaded = floats.value;
  if (!loaded) return null;
  return (
    <>
      {thing && <loaded.Float thing={thing} />}
      {tip && !thing && <loaded.Tip tip={tip} />}
    </>
  );
}
