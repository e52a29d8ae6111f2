/** What becomes a link is safe to follow, and ends where the address ends. */
import { links } from "@core/addresses";
import { describe, expect, test } from "vitest";

/** The text with `[address](href)` where there is one. */
function line(text: string): string {
  let from = 0;
  const told = links(text).map(({ start, end, href }) => {
    const before = text.slice(from, start);
    from = end;
    return `${before}[${text.slice(start, end)}](${href})`;
  });
  return told.join("") + text.slice(from);
}

describe("links", () => {
  test.each([
    ["see https://example.com/a?b=c#d now", "see [https://example.com/a?b=c#d](https://example.com/a?b=c#d) now"],
    ["www.example.com", "[www.example.com](https://www.example.com/)"],
    ["(https://example.com/a_(b))", "([https://example.com/a_(b)](https://example.com/a_(b)))"],
    ["https://example.com/a_b_c.", "[https://example.com/a_b_c](https://example.com/a_b_c)."],
    ["Look: https://example.com, ok?", "Look: [https://example.com](https://example.com/), ok?"],
    ["*https://example.com*", "*[https://example.com](https://example.com/)*"],
    ["write to a.b@example.co.uk.", "write to [a.b@example.co.uk](mailto:a.b@example.co.uk)."],
    ["_a@b.de_", "_[a@b.de](mailto:a@b.de)_"],
    ["https://example.com/@a@b.de", "[https://example.com/@a@b.de](https://example.com/@a@b.de)"],
    ["HTTPS://EXAMPLE.COM", "[HTTPS://EXAMPLE.COM](https://example.com/)"],
    ["https://bücher.de", "[https://bücher.de](https://xn--bcher-kva.de/)"],
    ["a\nhttp://a.de\nb", "a\n[http://a.de](http://a.de/)\nb"],
  ])("%j", (body, expected) => {
    expect(line(body)).toBe(expected);
  });

  test.each([
    "javascript:alert(1)",
    "data:text/html,x",
    "https://google.com@evil.example/",
    "https://user:pass@evil.example",
    "https://",
    "https://...",
    "www.",
    "http://[",
    "@",
    "a@b",
    "a@b.c",
    "@b.com",
    "xhttps://example.com",
    "file:///etc/passwd",
    `https://example.com/${"a".repeat(3000)}`,
  ])("nothing to follow in %j", (body) => {
    expect(links(body).filter(({ href }) => !href.startsWith("mailto:"))).toEqual([]);
  });

  test("a sign that turns the writing round ends an address", () => {
    expect(links("https://example.com/\u202egpj.exe")).toEqual([{ start: 0, end: 20, href: "https://example.com/" }]);
  });
});
