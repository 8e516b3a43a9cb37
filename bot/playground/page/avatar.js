/** A face for each name: its first letter on its colour, and the app's own mark. */

import { initial } from "./directory.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";

/** `user`: {real_name or name, color, is_bot}; decoration, the name stands beside it. */
export function avatar(user, size = 36) {
  const inside = user?.is_bot ? icon("spark", Math.round(size * 0.58)) : initial(user?.real_name ?? user?.name ?? "?");
  const look = { "--face": `#${/^[0-9a-f]{6}$/i.test(user?.color ?? "") ? user.color : "6b7280"}`, "--size": `${size}px` };
  return h("span", { class: user?.is_bot ? "avatar bot" : "avatar", "aria-hidden": "true", style: look }, inside);
}
