/** A page that stands where WhatsApp Web stands: its proportions and colours, its strict policy, none of its code. */

const POLICY =
  "default-src 'self'; script-src 'self' 'nonce-page'; style-src 'self' 'nonce-page'; frame-src 'self'; object-src 'none'; require-trusted-types-for 'script'";

/** As strict as any page can be to whoever is not of it. */
export const HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=utf-8",
  "Content-Security-Policy": POLICY,
  "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "X-Frame-Options": "DENY",
};

const STYLE = `
  :root { color-scheme: light dark; }
  * { box-sizing: border-box; }
  body { margin: 0; display: flex; height: 100vh; font: 14px/20px "Segoe UI", Helvetica, Arial, sans-serif;
         background: light-dark(#dbd8d4, #161717); color: light-dark(#0a0a0a, #fafafa); }
  #rail { width: 64px; background: light-dark(#f7f5f3, #1d1f1f); border-right: 1px solid light-dark(#0001, #fff1);
          display: flex; flex-direction: column; align-items: center; gap: 12px; padding: 12px 0; }
  #rail i { width: 40px; height: 40px; border-radius: 50%; background: light-dark(#0000000d, #ffffff14); }
  #rail i:nth-child(4) { margin-bottom: auto; }
  #list { width: 30%; min-width: 340px; background: light-dark(#fff, #161717); border-right: 1px solid light-dark(#0001, #fff1); }
  #list h1 { font: 600 22px/64px "Segoe UI", Helvetica, Arial, sans-serif; margin: 0; padding: 0 20px; }
  #list p { margin: 0; padding: 12px 16px 12px 78px; height: 72px; position: relative; }
  #list p::before { content: ""; position: absolute; left: 13px; top: 11px; width: 49px; height: 49px; border-radius: 50%;
                    background: light-dark(#dfe5e7, #2a2f32); }
  #list small { display: block; color: light-dark(#0009, #fff9); font-size: 14px; }
  #chat { flex: 1; background: light-dark(#efe9e0, #161717); display: flex; flex-direction: column; justify-content: flex-end; }
  #chat textarea { margin: 12px 16px; height: 52px; border: 0; border-radius: 26px; padding: 16px 20px; resize: none;
                   background: light-dark(#fff, #242626); color: inherit; font: inherit; }
`;

const NAMES = ["Mum", "Football on Thursday", "Jonas", "Landlord", "Aylin", "Book club", "Dentist"];

/** `script` and `style` are the page's own, and as hostile as a test wants them. */
export function whatsapp({ script = "", style = "" } = {}): string {
  const chats = NAMES.map((name) => `<p>${name}<small>See you then</small></p>`).join("");
  return `<!doctype html><html lang="en"><head><title>WhatsApp</title>
    <style nonce="page">${STYLE}${style}</style><script nonce="page">${script}</script></head>
    <body><nav id="rail"><i></i><i></i><i></i><i></i><i></i><i></i></nav>
    <section id="list"><h1>Chats</h1>${chats}</section>
    <main id="chat"><textarea aria-label="Type a message"></textarea></main></body></html>`;
}
