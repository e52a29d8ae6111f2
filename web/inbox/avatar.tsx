/** A face for whoever has no picture with us: initials on a soft colour that stays theirs. */
import style from "./avatar.module.css";
import { initials } from "./names";

const FACES = 7; // --face-1 to --face-7 in look/tokens.css

/** The same for the same id on every machine. */
export function faceOf(id: string): number {
  let sum = 0;
  for (const sign of id) sum = (sum * 31 + (sign.codePointAt(0) ?? 0)) >>> 0;
  return (sum % FACES) + 1;
}

export function Avatar({ name, of, small = false }: { name: string; of: string; small?: boolean }) {
  const letters = initials(name);
  return (
    <span aria-hidden="true" class={`${style.avatar} ${style[`face${faceOf(of)}`]} ${small ? style.small : ""}`}>
      {letters || <Nobody />}
    </span>
  );
}

function Nobody() {
  return (
    <svg aria-hidden="true" viewBox="0 0 49 49" fill="currentColor" class={style.nobody}>
      <circle cx="24.5" cy="19.5" r="7.5" />
      <path d="M24.5 29.5c-8 0-13.5 4.2-13.5 9.3 0 .9.7 1.7 1.7 1.7h23.6c1 0 1.7-.8 1.7-1.7 0-5.1-5.5-9.3-13.5-9.3Z" />
    </svg>
  );
}
