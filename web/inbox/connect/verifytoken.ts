/** Invents verify tokens: nobody has to remember one, so it may as well be unguessable. */

const BYTES = 24;

/** Letters, digits, `-` and `_` only, because it travels in a URL. */
export function inventVerifyToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(BYTES));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_");
}
