/** Line icons, drawn from the nodes of lucide; only those named here travel with the first view. */
import {
  ArrowDown,
  ArrowLeft,
  Check,
  ChevronDown,
  CornerUpLeft,
  EllipsisVertical,
  type IconNode,
  MessageSquareText,
  Moon,
  RefreshCw,
  Search,
  SendHorizontal,
  Settings,
  Smile,
  Sun,
  TriangleAlert,
  X,
  Zap,
} from "lucide";
import { h } from "preact";

const ICONS = {
  alert: TriangleAlert,
  back: ArrowLeft,
  chats: MessageSquareText,
  check: Check,
  close: X,
  dark: Moon,
  down: ArrowDown,
  light: Sun,
  live: Zap,
  menu: EllipsisVertical,
  open: ChevronDown,
  refresh: RefreshCw,
  reply: CornerUpLeft,
  search: Search,
  send: SendHorizontal,
  settings: Settings,
  smile: Smile,
} satisfies Record<string, IconNode>;

export type IconName = keyof typeof ICONS;

/** Decoration: whatever it stands beside or in carries the name. Views that load later bring a `node` of their own. */
export function Icon(props: { name: IconName; size?: number } | { node: IconNode; size?: number }) {
  const node: IconNode = "node" in props ? props.node : ICONS[props.name];
  const size = props.size ?? 24;
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      {node.map(([tag, attributes]) => h(tag, attributes as Record<string, string>))}
    </svg>
  );
}
