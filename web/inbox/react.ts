/** The little of React that virtua asks for, in Preact: a quarter of what the whole of `preact/compat` weighs. */
import { type Component, type ComponentType, createElement, options, type Ref } from "preact";
import { Fragment, jsx as preactJsx } from "preact/jsx-runtime";

export * from "preact/hooks";
export { Fragment };

type Props = Record<string, unknown>;

/** Preact hands a `ref` on like any other property. */
export function forwardRef(view: (props: Props, ref: Ref<unknown> | null) => unknown) {
  return ({ ref = null, ...props }: Props & { ref?: Ref<unknown> | null }) => view(props, ref);
}

/** Draws again only when a property is another one. */
export function memo<P extends object>(view: ComponentType<P>): ComponentType<P> {
  return function Memo(this: Component<P>, props: P) {
    this.shouldComponentUpdate = (next) => differ(this.props, next);
    return createElement(view, props);
  } as ComponentType<P>;
}

/** What is changed within is drawn before this returns. */
export function flushSync(change: () => void): void {
  const before = options.debounceRendering;
  let draw: (() => void) | null = null;
  options.debounceRendering = (due) => {
    draw = due;
  };
  try {
    change();
    (draw as (() => void) | null)?.();
  } finally {
    if (before) options.debounceRendering = before;
    else delete options.debounceRendering;
  }
}

/** React takes bare numbers in a style for pixels. */
export function jsx(type: string | ComponentType<Props>, props: Props, key?: string) {
  const { style } = props;
  return preactJsx(type as string, style ? { ...props, style: inPixels(style as Props) } : props, key);
}
export const jsxs = jsx;

function inPixels(style: Props): Props {
  return Object.fromEntries(Object.entries(style).map(([name, at]) => [name, typeof at === "number" ? `${at}px` : at]));
}

function differ(one: object, other: object): boolean {
  const names = Object.keys(one);
  return (
    names.length !== Object.keys(other).length ||
    names.some((name) => Reflect.get(one, name) !== Reflect.get(other, name))
  );
}
