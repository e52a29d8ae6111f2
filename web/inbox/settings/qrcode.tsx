/** A text as a picture that a phone's camera reads. */
import { generate } from "lean-qr";
import { useMemo } from "preact/hooks";
import style from "./qrcode.module.css";

const QUIET = 4; // modules of blank around it, as readers expect

export function QrCode({ text, label }: { text: string; label: string }) {
  const code = useMemo(() => drawn(text), [text]);
  const size = code.size + 2 * QUIET;
  return (
    <svg class={style.code} role="img" aria-label={label} viewBox={`${-QUIET} ${-QUIET} ${size} ${size}`}>
      <path d={code.path} />
    </svg>
  );
}

function drawn(text: string): { size: number; path: string } {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y)) path += `M${x} ${y}h1v1h-1z`;
    }
  }
  return { size: code.size, path };
}
