/** A believable day in a bakery's inbox, in several scripts: for pictures, and for whoever wants to look around. */
import { type Customer, Shop } from "./shop.ts";
import type { Stack } from "./stack.ts";

interface Line {
  /** Hours ago. */
  at: number;
  says: string | { sample: string };
}

interface Person {
  name: string;
  more?: Readonly<Record<string, unknown>>;
  lines: readonly Line[];
}

const MARIA: Person = {
  name: "María Fernández",
  lines: [
    { at: 0, says: "¡Hola! 😊" },
    { at: 0, says: "¿Hacen tartas de cumpleaños sin gluten? Sería para el sábado, somos doce" },
  ],
};

const OTHERS: readonly Person[] = [
  { name: "Nkechi Eze", lines: [{ at: 26, says: "Thank you, it was delicious. See you next week!" }] },
  { name: "Jonas Weber", lines: [{ at: 22.6, says: "Guten Morgen, ist das Roggenbrot schon fertig?" }] },
  {
    name: "佐藤ゆき",
    more: { username: "yuki.bakes" },
    lines: [{ at: 5.2, says: "パン教室はまだ空いていますか？🍞" }],
  },
  { name: "Tunde Adeyemi", lines: [{ at: 4.1, says: "Forty rolls, yes. Not four hundred 😅" }] },
  { name: "נועם לוי", lines: [{ at: 3.4, says: "היי, מה קורה עם הזמנה #4711 (שתי חלות)?" }] },
  { name: "João Pereira", lines: [{ at: 2.6, says: { sample: "voice" } }] },
  { name: "Priya Raman", lines: [{ at: 2.1, says: "Two sourdough loaves for tomorrow please 🥖🥖" }] },
  { name: "Ελένη Παπαδοπούλου", lines: [{ at: 1.7, says: { sample: "image" } }] },
  { name: "ليلى حداد", lines: [{ at: 1.2, says: "هل عندكم كرواسون طازج اليوم؟ 🥐" }] },
];

/** A bakery with a number, its regulars, and the one whose conversation is looked at. */
export async function openBakery(stack: Stack): Promise<{ shop: Shop; maria: Customer }> {
  const shop = await Shop.open(stack, "Bakery Rosa");
  await shop.connect();
  await shop.api("PATCH", `/v1/numbers/${shop.number_id}`, { display_number: "Bakery Rosa · +34 600 555 100" });
  for (const { name, more, lines } of OTHERS) await speak(shop, await shop.customer(name, more), lines);
  const maria = await shop.customer(MARIA.name, { reads: true });
  await speak(shop, maria, MARIA.lines);
  return { shop, maria };
}

async function speak(shop: Shop, customer: Customer, lines: readonly Line[]): Promise<void> {
  for (const { at, says } of lines) {
    const said = typeof says === "string" ? { text: says } : says;
    await shop.lands(customer, { ...said, hours_ago: at });
  }
}
